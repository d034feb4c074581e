"""The menu of an old blog: it becomes this one's, if this one has none of its own."""

from collections import Counter
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError

from blog_site.moving.addresses import host
from blog_site.moving.text import parse_imported_id, plain
from posts.models import Category, MenuItem, Post
from posts.models.menu import validate_address


def take_menu(items, pages, survey, report, ledger):
    """Makes entries of the largest menu among `items`, WordPress's `nav_menu_item`s; says what is left out.

    `pages`: those of the file, by the number that they have there. A menu that is here already stays as it is.
    """
    is_free = not MenuItem.objects.exists()
    sizes = Counter(map(_menu_of, items))
    largest = max(sizes, key=sizes.get, default="")
    position = 0
    for item in _in_order(items):
        entry = _entry(item, pages, survey) if _menu_of(item) == largest else None
        if not entry:
            why = "it leads to nothing here" if _menu_of(item) == largest else "a blog has one menu here"
            report.skip("menu entry", why, line=item.line, kind="others")
            continue
        report.count("others", "new" if is_free else "here")
        if is_free:
            position += 1
            entry.position = position
            entry.save()
            ledger.made("menu_entry", entry)


def _menu_of(item):
    return next((term.slug or term.name for term in item.terms if term.domain == "nav_menu"), "")


def _in_order(items):
    """Each entry of the first level with all that stands below it, at any depth, right after it."""
    items = sorted(items, key=lambda item: parse_imported_id(item.menu_order) or 0)
    known = {item.id: item for item in items}
    tops = {item.id: _top(item, known) for item in items}
    places = {item.id: place for place, item in enumerate(items)}
    return sorted(items, key=lambda item: (places[tops[item.id]], item.id != tops[item.id], places[item.id]))


def _top(item, known):
    seen = set()
    while (above := known.get(item.meta.get("_menu_item_menu_item_parent", ""))) and item.id not in seen:
        seen.add(item.id)
        item = above
    return item.id


def _entry(item, pages, survey):
    """The MenuItem, not stored yet; None where it would lead to nothing."""
    kind, number = item.meta.get("_menu_item_type", ""), parse_imported_id(item.meta.get("_menu_item_object_id", ""))
    label = plain(item.title, 100)
    is_below = item.meta.get("_menu_item_menu_item_parent", "0") not in {"", "0"}
    entry = MenuItem(label=label, is_below=is_below)
    if kind == "post_type":
        known = pages.get(item.meta.get("_menu_item_object_id", ""))
        numbered = {"pk": known.pk} if known else {"imported_id": number}
        post = Post.objects.filter(**numbered).order_by("-pk").first() if number else None
        if post and post.is_page:
            entry.page = post
        elif post and post.permalink:
            entry.address, entry.label = post.get_absolute_url(), label or post.title[:100]
    elif kind == "taxonomy" and item.meta.get("_menu_item_object") == "category":
        slug = next((each.slug for each in survey.categories if parse_imported_id(each.id) == number), None)
        entry.category = Category.objects.filter(slug=slug).first() if slug and number else None
    elif kind == "custom":
        _lead(entry, item.meta.get("_menu_item_url", "").strip(), survey)
    return entry if entry.page or entry.category or entry.address else None


def _lead(entry, address, survey):
    """Lets an entry lead to an address; to what is here where it was the old blog's own."""
    parts = urlsplit(address) if "[" not in address else urlsplit("")
    if host(address) in survey.hosts:
        address = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path = unquote(address).strip("/")
    if path.startswith("category/"):
        entry.category = Category.objects.filter(path=path.removeprefix("category/")).first()
    if entry.category:
        return
    try:
        validate_address(address)
    except ValidationError:
        return
    entry.address, entry.label = address[:500], entry.label or address[:100]
