"""Addresses of the blog that moves in: an item's own path, and those that lead to it."""

import re
from urllib.parse import unquote, urlsplit

from blog_site.moving.addresses import MAX_LENGTH, host, linked_path, own_path
from blog_site.moving.records import OLD_PATH
from posts.models import OldPath
from posts.models.old_path import TARGETS

from .terms import nicename

MANY = 500  # paths in one query


def old_paths(item, path):
    """The paths that an item had before it stood at `path`: under slugs and dates that WordPress remembers, in their
    order, and the one in its file, where that can't be kept.

    One without a path, such as a draft, has those alone that our own export names.
    """
    slug_now, paths, linked = unquote(item.name), {}, linked_path(item.link)
    query = urlsplit(item.link).query if linked else ""
    slugs_then = [slug_now, *map(unquote, item.meta.get("_wp_old_slug", "").split("\n"))]
    for slug in filter(None, slugs_then if path else ()):
        before, mark, after = (linked or path).rpartition(f"/{slug_now}")
        renamed = f"{before}/{slug}{after}" if mark and _ends_slug(after, item.id) else linked or path
        for date in ["", *re.findall(r"\d{4}-\d\d-\d\d", item.meta.get("_wp_old_date", ""))]:
            paths[_redated(renamed, date)] = True
    if path and linked:
        paths[f"{linked}?{query}" if query else linked] = True
        if host(item.guid) == host(item.link):
            paths[linked_path(item.guid)] = True
    paths |= dict.fromkeys(item.meta.get(OLD_PATH, "").split("\n"), True)
    # Others may have the path, with another query.
    others = {path, linked if query else path}
    return [
        old for old in paths if old.startswith("/") and old.strip("/") and old not in others and len(old) <= MAX_LENGTH
    ]


def _ends_slug(after, number):
    """True for what blogs' addresses have behind the slug: nothing, an ending as files have one, the post's number."""
    return re.fullmatch(rf"(?:[-_./]{re.escape(number)})?(?:\.\w{{1,5}})?/?", after) is not None


def _redated(path, date):
    year, month, day = date.split("-") if date else ("", "", "")
    if not date:
        return path
    return re.sub(
        r"/\d{4}/\d\d(/\d\d)?(?=/)", lambda match: f"/{year}/{month}" + (f"/{day}" if match[1] else ""), path, count=1
    )


def warnings_about_address(item, post, *, is_front, has_own):
    """What there is to say of where a public post or page stands now, as messages. `has_own`: its path can be kept."""
    linked = linked_path(item.link)
    if not post.is_public:
        return
    if is_front:
        yield f"it was the old blog’s front page; here the front page lists the posts, and this is at {post.permalink}"
    elif linked and not has_own and re.sub("/{2,}", "/", linked) != post.permalink and not _leads_by_number(item):
        yield (
            f"its address {item.link} can’t be kept: it is at {post.permalink} now, and links in posts lead there. "
            "The old address does too, unless this site has a page of its own there"
        )
    if post.is_page and not item.text.strip():
        yield "the page has no text: what it showed, such as a list of posts, was made by the old blog’s theme"


def _leads_by_number(item):
    return re.fullmatch(rf"/archives/{re.escape(item.id)}/?", linked_path(item.link)) is not None


class OldAddresses:
    """Writes down where the addresses of the old blog lead: those of new posts as they come in, since they lead nowhere
    as long as those are hidden; all others at the end."""

    def __init__(self, folders):
        """`folders`: where the blog stood below its host, whose own address is the home page's."""
        self.folders = folders
        # New posts with their paths, and rows that lead to what is public already.
        self.waiting, self.visible = [], []
        # {number in the file: number here}, and the numbers here of those that are new.
        self.numbers, self.new = {}, set()

    def note(self, item, post, *, is_new):
        """A post or page that came in; a new one may be stored later, but before `write()`."""
        paths = [path for path in old_paths(item, post.permalink) if path.rstrip("/") not in self.folders]
        if _is_number(item.id):
            # Another blog may have the same number.
            paths += [f"{folder}/?p={int(item.id)}" for folder in self.folders]
        if is_new:
            self.waiting.append((item.id, post, paths))
        else:
            self.numbers.setdefault(item.id, post.pk)
            self.visible += _missing(OldPath(path=path, post_id=post.pk) for path in paths)

    def write(self):
        rows = []
        for number, post, paths in self.waiting:
            self.numbers.setdefault(number, post.pk)
            self.new.add(post.pk)
            rows += [OldPath(path=path, post_id=post.pk) for path in paths]
        self.waiting = []
        _store(rows)

    def write_visible(self):
        """In the step that makes the rest public."""
        _store(self.visible)
        # The home page's, which an earlier version took for a post's.
        OldPath.objects.filter(path__in=[form for path in self.folders for form in (path, f"{path}/")]).delete()

    def finish(self, survey, others, people, terms, ledger):
        """Attachments lead to the post that they hang on; people and terms to their pages, by number and by the slugs
        that WordPress gave them. Those that lead to what is public wait for `write_visible()`."""
        rows = [
            row
            for attachment in [attachment for one in (survey, *others) for attachment in one.attachments]
            for row in self._of_attachment(attachment)
        ]
        for author in survey.authors:
            if _is_number(author.id) and author.login:
                rows.append(OldPath(path=f"/?author={int(author.id)}", author=people.get(author.login)))
        for login, author in people.authors.items():
            if (slug := nicename(login)) not in {"", author.slug.lower()}:
                rows.append(OldPath(path=f"/author/{slug}/", author=author))
        for category in survey.categories:
            if _is_number(category.id):
                key = terms.category(category.slug, category.name)
                rows.append(OldPath(path=f"/?cat={int(category.id)}", category_id=key))
        for (which, slug), key in terms.renamed.items():
            kind = {"categories": "category", "tags": "tag"}[which]
            rows.append(OldPath(path=f"/{kind}/{slug}/", **{f"{kind}_id": key}))
        rows += self._stated(survey, people, terms)
        taken = {row.path: _targets(row) for row in OldPath.objects.filter(path__startswith="/?")}
        # What another blog has as well: below its folder it is this one's alone.
        shared = [row for row in rows if taken.get(row.path, _targets(row)) != _targets(row)]
        rows += [_below(folder, row) for folder in self.folders for row in shared]
        rows = [row for row in rows if len(row.path) <= MAX_LENGTH]
        for some in ledger.steps.split((row for row in rows if row.post_id in self.new), kind="paths"):
            with ledger.step():
                _store(some)
        self.visible += _missing(row for row in rows if row.post_id not in self.new)

    def _stated(self, survey, people, terms):
        """Those that our own export names."""
        targets = [(author, {"author": people.get(author.login)}) for author in survey.authors if author.login]
        targets += [(one, {"category_id": terms.category(one.slug, one.name)}) for one in survey.categories]
        targets += [(tag, {"tag_id": terms.tag(tag.slug, tag.name)}) for tag in survey.tags]
        for record, target in targets:
            paths = record.meta.get(OLD_PATH, "").split("\n")
            yield from (OldPath(path=path, **target) for path in paths if path.startswith("/") and path.strip("/"))

    def _of_attachment(self, attachment):
        post = self.numbers.get(attachment.parent)
        paths = [path for path in [own_path(attachment.link)] if path]
        paths += [f"/?attachment_id={int(attachment.id)}"] if _is_number(attachment.id) else []
        return [OldPath(path=path, post_id=post) for path in paths] if post else []


def _is_number(text):
    return re.fullmatch(r"[0-9]{1,18}", text) is not None


def _below(folder, row):
    return OldPath(path=folder + row.path, **_targets(row))


def _targets(row):
    return {f"{name}_id": getattr(row, f"{name}_id") for name in TARGETS}


def _missing(rows):
    """Those of the rows whose paths lead nowhere yet."""
    rows = list(rows)
    here = set()
    for start in range(0, len(rows), MANY):
        paths = [row.path for row in rows[start : start + MANY]]
        here |= set(OldPath.objects.filter(path__in=paths).values_list("path", flat=True))
    return [row for row in rows if row.path not in here]


def _store(rows):
    """An address leads where it led first."""
    OldPath.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
