"""Work that nobody waits for, other than mails (see `comments.mails`)."""

from django.apps import apps
from django_tasks import task


@task()
def learn_spam():
    """Learns anew what spam looks like here, if enough was decided since the last time."""
    apps.get_model("comments", "SpamModel").learn_if_due()
