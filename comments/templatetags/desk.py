"""What the desk's pages call a check, its verdict and a setting; and what its home says of comments."""

from django import template
from django.utils.text import capfirst

from comments import checks, dashboard, recipients
from comments.models import DiscussionSettings
from comments.models.queryset import up_to

register = template.Library()


@register.filter
def counted(number):
    """A number that was counted no further than anybody cares, in words: "7", or "1000+"."""
    return up_to(number)


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
    highest = max(number for _day, number in figures["days"]) or 1
    heights = [HEIGHT * number // highest for _day, number in figures["days"]]
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
