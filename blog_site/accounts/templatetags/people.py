"""What the admin's first page tells of names and of the first hour."""

from django import template

from blog_site.accounts.people_admin import shown_by_login_name
from blog_site.accounts.setup import Setup
from blog_site.accounts.setup_views import can_undo
from posts.models import Author

register = template.Library()
MOST_NAMED = 5


@register.inclusion_tag("admin/people/_notices.html", takes_context=True)
def people_notices(context):
    user = context["request"].user
    notices = {"blog": context["blog"], "nameless": not Author.public_name_of(user)}
    if not user.is_superuser:
        return notices
    setup = Setup.load()
    return notices | {
        "setup_is_due": setup and setup.is_due,
        "sample_is_back": can_undo(setup),
        "by_login_name": shown_by_login_name()[:MOST_NAMED],
    }
