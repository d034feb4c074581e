from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0017_subscribers_keep_sharp_s"),
    ]

    operations = [
        migrations.AlterField(
            model_name="undeliverable",
            name="kind",
            field=models.CharField(
                choices=[("bounce", "Email bounced"), ("complaint", "Complaint")],
                default="bounce",
                max_length=10,
                verbose_name="reason",
            ),
        ),
    ]
