"""What people may do here, in three words. A role sets all flags and groups: see `granting.py`."""

from django.db import models
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    AUTHOR = "author", gettext_lazy("Author")
    EDITOR = "editor", gettext_lazy("Editor")
    OWNER = "owner", gettext_lazy("Owner")


MAY = {
    Role.AUTHOR: gettext_lazy("Writes posts and adds pictures. Moderates comments on their own posts."),
    Role.EDITOR: gettext_lazy(
        "Writes, changes and moderates everything: all posts, comments, categories, tags, profiles and settings."
    ),
    Role.OWNER: gettext_lazy("May do everything an editor may. Also invites people, and imports and exports the blog."),
}
GROUPS = {Role.AUTHOR: "Authors", Role.EDITOR: "Editors"}
