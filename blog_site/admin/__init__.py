"""What the site itself adds to the admin. All register themselves; blog_site/accounts/ has an admin of its own."""

from blog_site.moving import admin as moving
from blog_site.moving import export_admin

from . import outgoing

__all__ = ["export_admin", "moving", "outgoing"]
