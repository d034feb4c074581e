"""What the admin's home and its navigation list, by what authors call things: the one place for that.

A model that no section names stands in "System", which is folded. An entry whose model nobody has registered, or that
an account may not see, is left out.
"""

from typing import NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    """A line of the navigation: a model's list, or a part of it that `filters` narrow it to."""

    model: str
    name: object = None  # None: what the model is called
    filters: tuple = ()  # ((parameter of the list, value), …)
    permission: str = ""  # beside the model's own
    new: str = ""  # what the address of a new row ends in


class Section(NamedTuple):
    slug: str
    name: object
    entries: tuple = ()


SECTIONS = (
    Section(
        "write",
        _("Write"),
        (
            Entry("posts.Post"),
            Entry("posts.Post", _("Pages"), (("kind__exact", "page"),), "posts.edit_others_posts", "?kind=page"),
            Entry("posts.Picture"),
            Entry("posts.Attachment"),
            Entry("posts.Category"),
            Entry("posts.Tag"),
        ),
    ),
    Section(
        "discuss",
        _("Discuss"),
        (Entry("comments.Comment"), Entry("comments.Rule"), Entry("comments.DiscussionSettings")),
    ),
    Section("blog", _("Blog"), (Entry("posts.Blog", _("Settings")), Entry("posts.Author"), Entry("posts.Subscriber"))),
    Section("moving", _("Moving"), (Entry("blog_site.Import"), Entry("blog_site.Export"))),
)
SYSTEM = Section("system", _("System"))


class Page(NamedTuple):
    """A page of the section "System" that is no list of a model's."""

    name: object
    view: str
    permission: str


PAGES = (Page(_("Send a test mail"), "test-mail", "blog_site.change_outgoingtask"),)


def sections(models, request):
    """The sections that have something in them, as dicts of the shape that Django's list of apps has.

    `models`: the dicts of Django's own list, each with the `model` that it is of. A section also says whether it
    `is_folded` and `is_current`; an entry, whether it `is_current`: the page asked for is its list or below it.
    """
    left = {row["model"]._meta.label: row for row in models}
    named = {entry.model for section in SECTIONS for entry in section.entries}
    shown = [_section(section, section.entries, left, request) for section in SECTIONS]
    others = sorted((label for label in left if label not in named), key=lambda label: left[label]["name"])
    system = _section(SYSTEM, [Entry(label) for label in others], left, request) | {"is_folded": True}
    pages = [_page(page, request) for page in PAGES if request.user.has_perm(page.permission)]
    system["models"] += pages
    system["is_current"] |= any(page["is_current"] for page in pages)
    shown.append(system)
    return [section for section in shown if section["models"]]


def _section(section, entries, rows, request):
    may = [entry for entry in entries if not entry.permission or request.user.has_perm(entry.permission)]
    models = [_entry(entry, rows[entry.model]) for entry in may if entry.model in rows]
    _mark_current(models, request)
    return {
        "app_label": section.slug,
        "name": str(section.name),
        "app_url": f"#section-{section.slug}",
        "has_module_perms": True,
        "models": models,
        "is_folded": False,
        "is_current": any(entry["is_current"] for entry in models),
    }


def _entry(entry, row):
    url, add_url = row["admin_url"], row["add_url"]
    query = "&".join(f"{name}={value}" for name, value in entry.filters)
    return row | {
        # Translated once: a page shows its navigation twice.
        "name": str(capfirst(entry.name) if entry.name else row["name"]),
        "admin_url": f"{url}?{query}" if url and query else url,
        "add_url": add_url and f"{add_url}{entry.new}",
        "filters": entry.filters,
        "path": url,
        "is_current": False,
        "is_this_page": False,
    }


def _page(page, request):
    url = reverse(page.view)
    is_here = request.path == url
    row = {"model": None, "filters": (), "name": str(page.name), "admin_url": url, "add_url": None}
    return row | {"is_current": is_here, "is_this_page": is_here}


def _mark_current(entries, request):
    """Marks the entry that the page belongs to: of several with one list, the one that narrows it as the page does."""
    here = [entry for entry in entries if entry["path"] and request.path.startswith(entry["path"])]
    narrowed = [entry for entry in here if all(request.GET.get(name) == value for name, value in entry["filters"])]
    if narrowed:
        current = max(narrowed, key=lambda entry: len(entry["filters"]))
        current["is_current"], current["is_this_page"] = True, request.path == current["path"]
