"""What the site itself adds to the admin. `accounts` and the two others register themselves."""

from blog_site import accounts
from blog_site.moving import admin as moving

from . import outgoing

__all__ = ["accounts", "moving", "outgoing"]
