"""The blog's own addresses, and three for what a visitor hardly brings about: a request that is none, a page that is
forbidden, one that breaks."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.urls import include, path


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
    path("", include("blog_site.urls")),
]
