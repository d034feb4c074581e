"""An import may bring a menu, too."""

from django.db import migrations, models

KINDS = ["post", "comment", "author", "category", "tag", "picture", "attachment", "blog", "menu_entry"]


class Migration(migrations.Migration):
    dependencies = [("blog_site", "0002_exports")]

    operations = [
        migrations.AlterField(
            model_name="importedrow",
            name="kind",
            field=models.CharField(
                choices=[
                    ("post", "post"),
                    ("comment", "comment"),
                    ("author", "author"),
                    ("category", "category"),
                    ("tag", "tag"),
                    ("picture", "picture"),
                    ("attachment", "file"),
                    ("blog", "blog"),
                    ("menu_entry", "menu entry"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="importedrow", name="imported_row_kind_is_known"),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="imported_row_kind_is_known"),
        ),
    ]
