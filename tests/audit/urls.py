"""The blog's own addresses, and two for what a visitor can't bring about: a page that breaks, one that is forbidden."""

from django.core.exceptions import PermissionDenied
from django.urls import include, path


def broken(request):
    raise RuntimeError("This page is here to break.")


def forbidden(request):
    raise PermissionDenied


urlpatterns = [path("broken/", broken), path("forbidden/", forbidden), path("", include("blog_site.urls"))]
