from django.db import migrations, models

import posts.pictures.fields


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0007_finding"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="rendered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="picture",
            name="renditions",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="picture",
            name="file",
            field=posts.pictures.fields.PictureField(upload_to="%Y/%m/", verbose_name="file"),
        ),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(fields=["file"], name="picture_file"),
        ),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("rendered_at", None)), fields=["id"], name="picture_waits_for_renditions"
            ),
        ),
    ]
