"""An address with ß, or another letter that full case folding spells out, was stored as another person's: ß as ss.

What is stored beside the address as it was typed is made anew from that. A row that has nothing but the folded spelling
is that of the one address which was typed so; where somebody typed the other spelling, too, nobody can tell whose it is,
and it stays as it was.
"""

from collections import defaultdict

from django.db import migrations

BEYOND_ASCII = r"[^\x01-\x7f]"


def spell_as_typed(apps, schema_editor):
    def rows(app, model):
        return apps.get_model(app, model).objects.using(schema_editor.connection.alias)

    comments, typed = rows("comments", "Comment"), defaultdict(set)
    for pk, email, writer in list(
        comments.filter(email__regex=BEYOND_ASCII).order_by("pk").values_list("pk", "email", "writer")
    ):
        folded, spelled = email.strip().casefold(), email.strip().lower()
        if folded == spelled:
            continue
        typed[folded].add(spelled)
        if writer == folded[:300]:
            comments.filter(pk=pk).update(writer=spelled[:300])
        for model in ("AskingMail", "MailedLink"):
            rows("comments", model).filter(comment=pk, address=folded).update(address=spelled)
    for folded, spellings in typed.items():
        if len(spellings) == 1 and not comments.filter(email__iexact=folded).exists():
            (spelled,) = spellings
            rows("posts", "Undeliverable").filter(address=folded).update(address=spelled)
            addresses = rows("comments", "MailAddress")
            # One that has been confirmed under its own spelling since stands for itself.
            if not addresses.filter(address=spelled).exists():
                addresses.filter(address=folded).update(address=spelled)


class Migration(migrations.Migration):
    # Each row is right or not, whatever becomes of the others: nobody waits until all are.
    atomic = False

    dependencies = [
        ("comments", "0009_notification"),
        ("posts", "0017_subscribers_keep_sharp_s"),
    ]

    operations = [migrations.RunPython(spell_as_typed, migrations.RunPython.noop)]
