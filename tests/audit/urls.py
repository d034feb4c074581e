"""The blog's own addresses, and four for what a visitor hardly brings about: a request that is none, a page that is
forbidden, one that breaks, and a comment that breaks on its way in."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from comments import giving_back


def confusing(request):
    raise BadRequest


def broken(request):
    raise RuntimeError("This page is here to break.")


def forbidden(request):
    raise PermissionDenied


urlpatterns = [
    path("confusing/", confusing),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("broken-comment/", csrf_exempt(giving_back.after_a_fault)),
    path("", include("blog_site.urls")),
]
