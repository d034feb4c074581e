"""A picture may be uploaded before somebody says what it shows."""

from django.db import migrations, models


def none_waits(apps, schema_editor):
    """The former constraint knew no picture that waits for its words."""
    apps.get_model("posts", "Picture").objects.filter(alt="", decorative=False).update(decorative=True)


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_corrections")]

    operations = [
        migrations.RemoveConstraint(model_name="picture", name="picture_has_alt_text_or_is_decorative"),
        migrations.RunPython(migrations.RunPython.noop, none_waits),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("decorative", False), ("alt", ""), _connector="OR"),
                name="picture_decorative_has_no_alt_text",
            ),
        ),
    ]
