"""What the site itself adds to the admin. Both register themselves; blog_site/accounts/ has an admin of its own."""

from blog_site.moving import admin as moving

from . import outgoing

__all__ = ["moving", "outgoing"]
