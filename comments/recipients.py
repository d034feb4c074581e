"""Who is told by mail of new comments: the author, and where none can be reached, whoever moderates everywhere."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from comments.models.settings import DiscussionSettings
from posts.models import Author, Post

MODERATE = "comments.moderate_comment"
ACCOUNTS = "django.contrib.auth.backends.ModelBackend"
# Mail backends that write mails down here and deliver them to nobody.
DELIVER_NOTHING = {f"django.core.mail.backends.{kind}.EmailBackend" for kind in ("console", "dummy", "filebased")}
MOST_NAMED = 5


def moderators():
    """The accounts of editors and owners that have an address, and the desk open to them."""
    may = get_user_model().objects.with_perm(MODERATE, backend=ACCOUNTS)
    return may.filter(is_staff=True).exclude(email="").order_by("pk")


def unreachable(author="author"):
    """The condition on posts' or comments' rows that no mail reaches the author: no account, no address, or closed."""
    account = f"{author}__user" if author else "user"
    return Q(**{account: None}) | Q(**{f"{account}__email": ""}) | Q(**{f"{account}__is_active": False})


def is_reachable(author):
    return bool(author.user and author.user.is_active and author.user.email)


def told_of(post):
    """The accounts that hear of comments below this post."""
    return [post.author.user] if is_reachable(post.author) else list(moderators())


def authors_nobody_hears_for():
    """The names of the first authors of public posts of whose comments nobody is told, although the settings ask for
    it; ends with "…" where there are more. One query."""
    public = Post.objects.published().filter(author=OuterRef("pk"))
    is_asked_for = ~Exists(DiscussionSettings.objects.filter(notify_on=DiscussionSettings.NotifyOn.NONE))
    authors = Author.objects.filter(unreachable(""), is_asked_for, Exists(public), ~Exists(moderators()))
    names = list(authors.order_by("name").values_list("name", flat=True)[: MOST_NAMED + 1])
    return [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]


def is_unheard(user):
    """True for an author with public posts whose own account has no address, although the settings ask for mails."""
    if user.email:
        return False
    is_asked_for = ~Exists(DiscussionSettings.objects.filter(notify_on=DiscussionSettings.NotifyOn.NONE))
    return Author.objects.filter(is_asked_for, user=user, posts__in=Post.objects.published()).exists()


def mails_go_nowhere():
    """True where no mail server is set: mails are then written to the server's own output, or dropped."""
    return settings.EMAIL_BACKEND in DELIVER_NOTHING
