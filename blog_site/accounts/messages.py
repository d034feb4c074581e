from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _InOurCookie(CookieStorage):
    @property
    def cookie_name(self):
        return f"{settings.COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """Django's, in a cookie that has the same prefix as our others."""

    storage_classes = (_InOurCookie, SessionStorage)
