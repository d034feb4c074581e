"""An address with ß, or another letter that full case folding spells out, was stored as another person's: ß as ss.
It is made anew from the address as it was typed."""

from django.db import migrations

BEYOND_ASCII = r"[^\x01-\x7f]"


def spell_as_typed(apps, schema_editor):
    for model in ("Subscriber", "SubscriptionRequest"):
        rows = apps.get_model("posts", model).objects.using(schema_editor.connection.alias)
        for row in list(rows.filter(email__regex=BEYOND_ASCII).order_by("pk")):
            folded, spelled = row.address, row.email.strip().lower()
            if folded != row.email.strip().casefold() or folded == spelled:
                continue
            if model == "Subscriber" and rows.filter(address=spelled).exists():
                # They have subscribed again since: what they chose then holds.
                row.delete()
            else:
                rows.filter(pk=row.pk).update(address=spelled)


class Migration(migrations.Migration):
    # Each row is right or not, whatever becomes of the others: nobody waits until all are.
    atomic = False

    dependencies = [
        ("posts", "0016_stored_counts"),
    ]

    operations = [migrations.RunPython(spell_as_typed, migrations.RunPython.noop)]
