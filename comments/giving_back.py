"""Pages that give a commenter's words back where the post's own page can't be shown."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from posts.models import Post

# What the form sends beside the text, so that it can be sent once more as it was.
SENT_ALONG = (
    *("parent", "name", "email", "url", "subject", "notify", "follow", "reply_by_mail", "remember"),
    "csrfmiddlewaretoken",
)


def no_post(request, post_id):
    """404 with the words in a field: the post is unknown, or not public (any more). Who may see it is told which."""
    user = request.user
    post = Post.objects.visible_to(user).filter(pk=post_id).first() if user.is_authenticated else None
    context = {"post": post, "body": request.POST.get("body", "")}
    response = render(request, "comments/no_post.html", context, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response


def after_a_fault(request, *, status=500):
    """A page with the words in a form that sends them once more. It asks the database nothing, since that may be what
    broke; nor does it run context processors."""
    sent_along = [(name, request.POST[name]) for name in SENT_ALONG if name in request.POST]
    context = {"action": request.path, "body": request.POST.get("body", ""), "sent_along": sent_along}
    response = HttpResponse(render_to_string("comments/broken.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
