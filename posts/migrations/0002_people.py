"""A person has a photo and links of their own."""

import django.db.models.deletion
from django.db import migrations, models

import posts.models.author


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="author", options={"verbose_name": "person", "verbose_name_plural": "people"}
        ),
        migrations.AddField(
            model_name="author",
            name="links",
            field=models.JSONField(
                blank=True, default=list, validators=[posts.models.author.validate_links], verbose_name="links"
            ),
        ),
        migrations.AddField(
            model_name="author",
            name="photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="authors",
                to="posts.picture",
                verbose_name="photo",
            ),
        ),
        migrations.AlterField(
            model_name="author",
            name="name",
            field=models.CharField(
                help_text="As readers see it, below posts and beside comments.", max_length=150, verbose_name="name"
            ),
        ),
    ]
