"""Work that nobody waits for, other than mails (see `comments.mails`)."""

from django_tasks import task

from comments import search
from comments.models import SpamModel


@task()
def learn_spam():
    """Learns anew what spam looks like here, if enough was decided since the last time."""
    SpamModel.learn_if_due()


@task()
def forget_erased():
    """Takes what was deleted for ever out of what was computed from it: the learned words, the search's index."""
    if SpamModel.objects.exists():
        SpamModel.learn()
    search.forget_deleted(using=SpamModel.objects.db)
