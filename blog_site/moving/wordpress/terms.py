"""People, categories and tags: found again by their slugs, made where they are missing."""

import re
import unicodedata
from urllib.parse import unquote

from blog_site.moving.text import plain
from posts import slugs
from posts.models import Author, Category, Tag

NO_SLUG = "term"  # of a category or tag whose name has neither letter nor digit


def slug_from(text, *, default):
    """WordPress's slug, decoded, as ours may be; one made from it where it has other characters."""
    slug = unquote(text)[: slugs.MAX_LENGTH]
    return slug if re.fullmatch(r"[-\w]+", slug) else slugs.make_slug(slug, default=default)


def nicename(login):
    """What WordPress has in the address of an author's page: its user_nicename, made from the login."""
    plain = unicodedata.normalize("NFKD", login).lower()
    slug = re.sub(r"[^a-z0-9 _-]", "", re.sub("[./]", "-", plain))
    return re.sub(r"-{2,}", "-", re.sub(r"\s+", "-", slug)).strip("-")[:50]


class People:
    """`get(login)` is the Author of a login, made at the first call with the name that the file declares."""

    def __init__(self, declared, report, ledger):
        self.ledger = ledger
        # Of two with one login the first is the person.
        self.declared = {author.login.casefold(): author for author in reversed(declared) if author.login}
        self.report = report
        self.authors = {}
        self.slugs = set()
        for login in reversed(self.declared):
            self.get(login)

    def get(self, login):
        if not login:
            return self._nobody()
        # No login has brackets (WordPress's sanitize_user); a file that was edited by hand may.
        login = login.strip("<> ") or login
        key = login.casefold()
        if key not in self.authors:
            self.authors[key] = self._get(login, self.declared.get(key))
            self.report.counts["authors"] += 1
        return self.authors[key]

    def _get(self, login, declared):
        # A login may be an e-mail address, which nobody is to see.
        whole, login = login, (declared.login if declared else login).partition("@")[0]
        name = ""
        if declared:
            name = plain(f"{declared.first_name} {declared.last_name}").strip() or plain(declared.display_name)
        name = name.partition("@")[0].strip() or login
        slug = self._slug(login)
        if slug != whole:
            # Another login may have come to the same slug: the name says whose it is.
            slug = _named_so(Author.objects, slug, name[:150], used=self.slugs) or slug
        slug = slugs.free_slug(slug, is_taken=self.slugs.__contains__)
        self.slugs.add(slug)
        return self._author(slug, name or slug)

    def _slug(self, login):
        """WordPress's, which has a hyphen for a dot; without one where an earlier version has made the author so."""
        earlier, nice = slug_from(login, default="author"), nicename(login)
        if not nice or earlier.lower() == nice:
            return earlier
        is_here = earlier not in self.slugs and Author.objects.filter(slug=earlier).exists()
        return earlier if is_here and not Author.objects.filter(slug=nice).exists() else nice

    def _nobody(self):
        if len(self.declared) == 1:
            return self.authors[next(iter(self.declared))]
        return self._author("unknown", "Unknown")

    def _author(self, slug, name):
        author = Author.objects.filter(slug=slug).first()
        if not author:
            with self.ledger.step():
                author, is_new = Author.objects.get_or_create(slug=slug, defaults={"name": name[:150]})
                if is_new:
                    self.ledger.made("author", author)
        return author


class Terms:
    """`category(slug, name)` and `tag(slug, name)` are primary keys; what the file declares is there from the start."""

    MODELS = {"categories": Category, "tags": Tag}

    def __init__(self, categories, tags, report, ledger):
        self.report, self.ledger = report, ledger
        self.keys = {"categories": {}, "tags": {}}
        # {the slug as the file has it, or the name where it has none: ours}
        self.slugs = {"categories": {}, "tags": {}}
        self.categories = {}
        declared = self._firsts("categories", categories)
        by_name = {record.name: slug for slug, record in declared.items()}
        for slug in declared:
            self._declare(slug, declared, by_name)
        for slug, record in self._firsts("tags", tags).items():
            tag = Tag.objects.filter(slug=slug).first() or Tag(slug=slug)
            self._remember("tags", self._updated(tag, record))

    def category(self, slug, name):
        return self._key("categories", slug, name)

    def tag(self, slug, name):
        return self._key("tags", slug, name)

    def _key(self, which, slug, name):
        slug, model = self._slug(which, slug, name), self.MODELS[which]
        if slug not in self.keys[which]:
            self._remember(which, model.objects.filter(slug=slug).first() or self._named(model(slug=slug), name))
        return self.keys[which][slug]

    @property
    def renamed(self):
        """{("categories" or "tags", the slug that WordPress gave it): primary key} of terms that have another here."""
        new_keys = {}
        for which, slugs_here in self.slugs.items():
            for said, here in slugs_here.items():
                there = unquote(said)
                # What has spaces or capitals was written by hand, and is in no address.
                if there != here and here in self.keys[which] and not re.search(r"[\sA-Z]", there):
                    new_keys[which, there] = self.keys[which][here]
        return new_keys

    def _firsts(self, which, records):
        """{slug: record}: of two with one slug the first, each time that the file comes in."""
        firsts = {}
        for record in records:
            slug = self._slug(which, record.slug, record.name)
            first = firsts.setdefault(slug, record)
            if plain(first.name) != plain(record.name):
                self.report.warn(
                    f"line {record.line}: “{plain(record.name, 200)}” and “{plain(first.name, 200)}” have one slug,"
                    f" “{slug}”: they are one here, called as the first"
                )
        return firsts

    def _slug(self, which, slug, name):
        """A slug of ours. Where WordPress's has signs that ours can't have, two must not come to the same."""
        said = slug or plain(name)
        if said not in self.slugs[which]:
            free = slug_from(said, default=NO_SLUG)
            if free != unquote(said)[: slugs.MAX_LENGTH] and (slug or free == NO_SLUG):
                free = self._free(which, free, plain(name, 200))
            self.slugs[which][said] = free
        return self.slugs[which][said]

    def _free(self, which, slug, name):
        """The slug of the row of this name, or one that nothing has yet."""
        rows, used = self.MODELS[which].objects, set(self.slugs[which].values())
        return _named_so(rows, slug, name) or slugs.free_slug(
            slug, is_taken=lambda one: one in used or rows.filter(slug=one).exists()
        )

    def _remember(self, which, row):
        self.keys[which][row.slug] = row.pk
        self.report.counts[which] += 1

    def _declare(self, slug, declared, by_name):
        """Makes a category after those above it; a cycle is cut where it closes."""
        line = []
        while slug in declared and slug not in self.categories and slug not in line:
            line.append(slug)
            parent = declared[slug].parent
            slug = by_name.get(parent) or (self._slug("categories", parent, parent) if parent else "")
        if slug in line:
            self.report.warn(f"line {declared[slug].line}: category “{slug}” stands below itself; it stands alone now")
        for below in reversed(line):
            record, parent = declared[below], self.categories.get(slug)
            category = Category.objects.filter(slug=below).first() or Category(slug=below)
            if parent and len(f"{parent.path}/{below}") > 1000:
                parent = None
            self.categories[below] = self._updated(category, record, parent=parent)
            self._remember("categories", self.categories[below])
            slug = below

    def _named(self, row, name):
        """A term that only an item names."""
        row.name = plain(name, 200) or row.slug
        names = ["name", "description", *(["parent"] if isinstance(row, Category) else [])]
        with self.ledger.step():
            row.save()
            self.ledger.made(_kind(row), row, {name: getattr(row, name) for name in names})
        return row

    def _updated(self, row, record, **values):
        """`row` as the file declares it, unless it was changed here since. An empty value changes nothing."""
        wanted = {"name": plain(record.name, 200), "description": plain(record.description), **values}
        here = {name: getattr(row, name) for name in wanted}
        changed = {name: new for name, new in wanted.items() if here[name] != new and (new or name == "parent")}
        is_new = not row.pk
        if not is_new and (not changed or not self.ledger.may_change(_kind(row), row, here)):
            return row
        for name, value in changed.items():
            setattr(row, name, value)
        row.name = row.name or row.slug
        with self.ledger.step():
            row.save()
            written = {name: getattr(row, name) for name in wanted}
            if is_new:
                self.ledger.made(_kind(row), row, written)
            else:
                self.ledger.changed(_kind(row), row, written, before={name: here[name] for name in changed})
        return row


def _named_so(rows, slug, name, used=()):
    """The slug of the row of this name that has `slug`, with a number or without, and not one of `used`; or None."""
    used_slugs = rows.filter(slug__startswith=slug, name=name).order_by("pk").values_list("slug", flat=True)
    return next((one for one in used_slugs if re.fullmatch(r"(?:-\d+)?", one[len(slug) :]) and one not in used), None)


def _kind(row):
    return row._meta.model_name
