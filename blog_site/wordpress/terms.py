"""People, categories and tags: found again by their slugs, made where they are missing."""

import re
import unicodedata
from urllib.parse import unquote

from posts import slugs
from posts.markup import plain_text
from posts.models import Author, Category, Tag


def slug_from(text, *, default):
    """WordPress's slug, decoded, as ours may be; one made from it where it has other characters."""
    slug = unquote(text)[: slugs.MAX_LENGTH]
    return slug if re.fullmatch(r"[-\w]+", slug) else slugs.make_slug(slug, default=default)


def nicename(login):
    """What WordPress has in the address of an author's page: its user_nicename, made from the login."""
    plain = unicodedata.normalize("NFKD", login).lower()
    slug = re.sub(r"[^a-z0-9 _-]", "", re.sub("[./]", "-", plain))
    return re.sub(r"-{2,}", "-", re.sub(r"\s+", "-", slug)).strip("-")[:50]


def plain(text, length=None):
    """`text` without tags and entities, on one line, cut to `length`."""
    return (plain_text(text) if re.search("[<&]", text) else " ".join(text.split()))[:length]


class People:
    """`get(login)` is the Author of a login, made at the first call with the name that the file declares."""

    def __init__(self, declared, report, ledger):
        self.ledger = ledger
        self.declared = {author.login.casefold(): author for author in declared if author.login}
        self.report = report
        self.authors = {}
        self.slugs = set()
        for login in self.declared:
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
        login = (declared.login if declared else login).partition("@")[0]
        slug = slugs.free_slug(self._slug(login), is_taken=self.slugs.__contains__)
        self.slugs.add(slug)
        name = ""
        if declared:
            name = plain(f"{declared.first_name} {declared.last_name}").strip() or plain(declared.display_name)
        return self._author(slug, name.partition("@")[0].strip() or login or slug)

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
        author, is_new = Author.objects.get_or_create(slug=slug, defaults={"name": name[:150]})
        if is_new:
            self.ledger.made("author", author)
        return author


class Terms:
    """`category(slug, name)` and `tag(slug, name)` are primary keys; what the file declares is there from the start."""

    def __init__(self, categories, tags, report, ledger):
        self.report, self.ledger = report, ledger
        self.keys = {"categories": {}, "tags": {}}
        # {("categories" or "tags", the slug that WordPress gave it): the slug here} where that is another
        self.slugs = {}
        self.categories = {}
        declared = {}
        for record in categories:
            declared.setdefault(self._slug("categories", record.slug, record.name), record)
        by_name = {record.name: slug for slug, record in declared.items()}
        for slug in declared:
            self._declare(slug, declared, by_name)
        for record in tags:
            slug = self._slug("tags", record.slug, record.name)
            tag = Tag.objects.filter(slug=slug).first() or Tag(slug=slug)
            self._remember("tags", self._updated(tag, record))

    def category(self, slug, name):
        slug = self._slug("categories", slug, name)
        if slug not in self.keys["categories"]:
            category = Category.objects.filter(slug=slug).first() or self._named(Category(slug=slug), name)
            self._remember("categories", category)
        return self.keys["categories"][slug]

    def tag(self, slug, name):
        slug = self._slug("tags", slug, name)
        if slug not in self.keys["tags"]:
            tag = Tag.objects.filter(slug=slug).first() or self._named(Tag(slug=slug), name)
            self._remember("tags", tag)
        return self.keys["tags"][slug]

    @property
    def renamed(self):
        """{("categories" or "tags", the slug that WordPress gave it): primary key} of terms that have another here."""
        found = {(which, there): self.keys[which].get(here) for (which, there), here in self.slugs.items()}
        return {key: row for key, row in found.items() if row}

    def _slug(self, which, slug, name):
        here = slug_from(slug or plain(name), default="term")
        there = unquote(slug)
        # What has spaces or capitals was written by hand, and is in no address.
        if there and there != here and not re.search(r"[\sA-Z]", there):
            self.slugs[which, there] = here
        return here

    def _remember(self, which, row):
        self.keys[which][row.slug] = row.pk
        self.report.counts[which] += 1

    def _declare(self, slug, declared, by_name):
        """Makes a category after those above it; a cycle is cut where it closes."""
        line = []
        while slug in declared and slug not in self.categories and slug not in line:
            line.append(slug)
            parent = declared[slug].parent
            slug = by_name.get(parent) or (slug_from(parent, default="term") if parent else "")
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
        row.save()
        names = ["name", "description", *(["parent"] if isinstance(row, Category) else [])]
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
        row.save()
        written = {name: getattr(row, name) for name in wanted}
        if is_new:
            self.ledger.made(_kind(row), row, written)
        else:
            self.ledger.changed(_kind(row), row, written, before={name: here[name] for name in changed})
        return row


def _kind(row):
    return row._meta.model_name
