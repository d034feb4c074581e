from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_identities_in_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="reply_by_mail",
            field=models.BooleanField(default=False, verbose_name="may be answered by e-mail"),
        ),
    ]
