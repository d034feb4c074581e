"""What becomes of an account that is deleted.

Where a log says that it did something, the row of the account stays, without the person: no row of a log is changed or
lost by it. An account of which no log says anything is deleted.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from blog_site.moving.models import Import
from comments.models import Batch, Decision, Note
from posts.models import Autosave, Post, PreviewLink, Revision

LOGS = [(Decision, "actor"), (Note, "author"), (Import, "by"), (LogEntry, "user")]
FORMER = "former-"  # begins the user name of an account that nobody has any more


def is_named(user):
    """Whether a log says that this account did something."""
    return any(model.objects.filter(**{field: user}).exists() for model, field in LOGS)


def full_name(user):
    return user.get_full_name() or user.get_username()


@transaction.atomic
def retire(user, *, name):
    """Takes the person out of the account, for good: nobody can log in with it, and nothing is left of who it was
    but `name`, by which the logs call it. What it signs as an author stays signed; who saved which words of a post is
    forgotten."""
    Batch.objects.filter(by=user, state=Batch.State.RUNNING).update(state=Batch.State.STOPPED)
    PreviewLink.objects.filter(made_by=user).delete()
    Revision.objects.filter(saved_by=user).update(saved_by=None)
    # No reader sees it.
    models.QuerySet.update(Post.objects.filter(modified_by=user), modified_by=None)
    user.groups.clear()
    user.user_permissions.clear()
    user.username, user.first_name, user.last_name = f"{FORMER}{user.pk}", name[:150], ""
    user.email, user.last_login = "", None
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        model.objects.filter(user=user).delete()
    Autosave.objects.of(user).delete()
    of_users = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    of_users.update(object_repr=str(user))
