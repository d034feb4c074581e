from django.db import migrations, models


def rename_check(apps, schema_editor):
    apps.get_model("comments", "CheckHit").objects.filter(check_name="trap").update(check_name="honeypot")


def give_back_name(apps, schema_editor):
    apps.get_model("comments", "CheckHit").objects.filter(check_name="honeypot").update(check_name="trap")


class Migration(migrations.Migration):
    # PostgreSQL changes no table whose rows were changed in the same transaction.
    atomic = False

    dependencies = [("comments", "0016_plain_words")]

    operations = [
        migrations.RemoveConstraint("objection", "objection_is_made_once"),
        migrations.RenameModel("Objection", "CheckHit"),
        migrations.AlterModelOptions("checkhit", {"verbose_name": "check hit", "verbose_name_plural": "check hits"}),
        migrations.RenameIndex("checkhit", new_name="check_hit_by_check", old_name="objection_by_check"),
        migrations.AlterField(
            "checkhit",
            "comment",
            models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="check_hits"),
        ),
        migrations.AddConstraint(
            "checkhit",
            models.UniqueConstraint(fields=["comment", "check_name"], name="check_hit_is_made_once"),
        ),
        migrations.RunPython(rename_check, give_back_name),
    ]
