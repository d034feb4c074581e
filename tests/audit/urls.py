"""The blog's own addresses, and some for what a visitor hardly brings about: a request that is none, a page that is
forbidden, one that breaks, one whose database is away, and a comment that breaks on its way in."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from blog_site.urls import handler500  # noqa: F401 (Django looks for it here)
from comments import giving_back


def confusing(request):
    raise BadRequest


def broken(request):
    raise RuntimeError("This page is here to break.")


def away(request):
    raise OperationalError("The database is away.")


def forbidden(request):
    raise PermissionDenied


urlpatterns = [
    path("confusing/", confusing),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("away/", away),
    path("broken-comment/", csrf_exempt(giving_back.after_a_fault)),
    path("", include("blog_site.urls")),
]
