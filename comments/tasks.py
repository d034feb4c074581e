"""Work that nobody waits for, other than mails (see `comments.mails`)."""

from django.apps import apps
from django_tasks import task

from comments import search


@task()
def learn_spam():
    """Learns anew what spam looks like here, if enough was decided since the last time."""
    apps.get_model("comments", "SpamModel").learn_if_due()


@task()
def forget_erased():
    """Takes what was deleted for ever out of what was computed from it: the learned words, the search's index."""
    model = apps.get_model("comments", "SpamModel")
    if model.objects.exists():
        model.learn()
    search.forget_deleted(using=model.objects.db)
