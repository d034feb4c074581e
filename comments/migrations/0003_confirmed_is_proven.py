"""Who has confirmed an address before has proven it, so that nobody has to do it twice."""

from django.db import migrations
from django.db.models import F


def prove(apps, schema_editor):
    confirmed = apps.get_model("comments", "MailAddress").objects.using(schema_editor.connection.alias)
    confirmed.filter(confirmed_at__isnull=False).update(proven_at=F("confirmed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_proven_addresses"),
    ]

    operations = [migrations.RunPython(prove, migrations.RunPython.noop)]
