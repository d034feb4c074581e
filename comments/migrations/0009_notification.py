from django.db import migrations


class Migration(migrations.Migration):
    """The model's name alone: the table stays, so that nothing has to wait and the former code goes on."""

    dependencies = [("comments", "0008_notices_of_requests")]

    operations = [
        migrations.AlterModelTable(name="notice", table="comments_notice"),
        migrations.RenameModel(old_name="Notice", new_name="Notification"),
    ]
