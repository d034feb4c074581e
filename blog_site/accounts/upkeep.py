"""What the worker forgets for accounts, hourly."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from blog_site.accounts.models import Allowance


def forget_sessions():
    """Deletes sessions that are over, what is listed of them, and counts of tries whose time has passed."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(alive)).delete()
    Allowance.objects.over().delete()
