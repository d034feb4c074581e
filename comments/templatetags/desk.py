"""What the desk's pages say about a writer, and what they call a check and its verdict."""

from django import template
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments import checks, dashboard, recipients
from comments.models import DiscussionSettings
from comments.models.queryset import COUNTED, VISIBLE_TO_MODERATORS

register = template.Library()


def _numbers(comment):
    """{status: how many of the writer's, this comment aside}, as `with_moderator_counts()` counted them."""
    numbers = {status: getattr(comment, f"writer_{status.value}") for status in VISIBLE_TO_MODERATORS}
    if comment.status in numbers:
        numbers[comment.status] -= 1
    return numbers


@register.filter
def has_others(comment):
    return any(_numbers(comment).values())


@register.filter
def writers_history(comment):
    """ "4 approved, 1 spam, first seen in March 2026", of the others by the same writer."""
    numbers = _numbers(comment)
    if not any(numbers.values()):
        return _("first comment from this person")
    # One of a hundred that were counted is this comment itself.
    told = [
        _("%(n)s %(status)s") % {"n": f"{n}{'+' if n >= COUNTED - 1 else ''}", "status": status.label}
        for status, n in numbers.items()
        if n > 0
    ]
    since = date_format(comment.writer_since, "YEAR_MONTH_FORMAT")
    return _("other comments: %(numbers)s; first seen in %(month)s") % {"numbers": ", ".join(told), "month": since}


@register.filter
def check_label(name):
    return checks.called(name)


@register.filter
def verdict_label(verdict):
    """What a check said of the comment, from the word that the log keeps."""
    return dict(checks.Verdict.choices).get(verdict, verdict)


@register.filter
def setting_label(effect):
    """What the settings page calls the setting of an `Effect`."""
    return capfirst(DiscussionSettings._meta.get_field(effect.setting).verbose_name)


# The chart's own units: a bar and the gap beside it, and the height of the highest.
BAR, STEP, HEIGHT = 8, 10, 60


def _moderates(user):
    return user.has_perm("comments.moderate_comment") or user.has_perm("comments.change_comment")


@register.inclusion_tag("admin/comments/_waiting.html", takes_context=True)
def comments_waiting(context):
    """What waits, for who decides on it; nothing for anybody else."""
    user = context["request"].user
    return dashboard.waiting(user) | {"moderates": True} if _moderates(user) else {}


@register.inclusion_tag("admin/comments/_dashboard.html", takes_context=True)
def moderation_dashboard(context):
    """How moderation goes, for who moderates; nothing for anybody else."""
    user = context["request"].user
    if not _moderates(user):
        return {}
    figures = dashboard.figures(user)
    heights = [HEIGHT * number // (figures["most"] or 1) for _day, number in figures["days"]]
    return figures | {
        "bars": [(STEP * place, HEIGHT - height, height) for place, height in enumerate(heights)],
        "bar": BAR,
        "height": HEIGHT,
        "width": STEP * len(heights),
        "may_change_settings": user.has_perm("comments.change_discussionsettings"),
        "discussion_settings": context["discussion_settings"],
    }


@register.inclusion_tag("admin/comments/_mail.html", takes_context=True)
def mail_warning(context):
    """Says to authors that they are not told by mail, and to who moderates everywhere, of whom nobody would be told,
    although the settings ask for it."""
    user = context["request"].user
    own = {"is_unheard": recipients.is_unheard(user), "may_change_accounts": user.has_perm("auth.change_user")}
    if not user.has_perm(recipients.MODERATE):
        return own
    return own | {
        "nobody_for": recipients.authors_nobody_hears_for(),
        "goes_nowhere": recipients.mails_go_nowhere(),
    }


@register.inclusion_tag("admin/comments/_told.html", takes_context=True)
def who_is_told(context, post):
    """Who hears by mail of comments below this post."""
    # A form that is refused may have sent no author.
    if not post or not post.pk or not post.author_id:
        return {}
    is_asked_for = context["discussion_settings"].notify_on != DiscussionSettings.NotifyOn.NONE
    reachable = recipients.is_reachable(post.author)
    return {
        "author": post.author,
        "is_asked_for": is_asked_for,
        "is_reachable": reachable,
        "number": 0 if reachable or not is_asked_for else recipients.moderators().count(),
        "goes_nowhere": recipients.mails_go_nowhere(),
    }
