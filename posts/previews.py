"""Posts that are not public, for whoever has been sent a preview link."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_safe

from posts.models import PreviewLink
from posts.views import show


@require_safe
def shared(request, token):
    """The post as it is stored now; once it is public, the way to it. Any token that does not work has one answer."""
    link = PreviewLink.find(token)
    if not link:
        response = defaults.page_not_found(request, Http404(_("There is no such page.")))
    elif link.post.is_public:
        response = redirect(link.post)
    else:
        post = link.post
        post.published_at = post.published_at or timezone.now()
        response = show(request, post, preview=True, shared_until=link.expires_at)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
