"""Every address that an export knows of is asked for after it came in: no redirect leads to a 404, posts are right."""

import re
from html import unescape
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from blog_site.moving.addresses import host
from blog_site.moving.files.sources import sources
from blog_site.moving.records import Author, Category, Channel, Item, Tag
from blog_site.moving.text import plain
from blog_site.moving.wordpress.reader import read
from blog_site.moving.wordpress.terms import nicename
from posts.models import Post
from posts.redirects import find_archive
from tests.wxr import SHARED, import_

pytestmark = [pytest.mark.django_db, pytest.mark.seed]
CORPORA = SHARED / "corpora" / "import"
REFUSED = {"billion-laughs", "truncated", "xxe-file", "wpimporter-malformed-simple"}
FILES = [
    path
    for path in sorted([*CORPORA.glob("*/*.xml"), *(SHARED / "cases" / "import").glob("*.xml")])
    if path.stem not in REFUSED and "disqus" not in path.stem
]
MOST = 4  # posts and terms of a file whose other forms are asked for as well
LINK = re.compile(r"""\shref\s*=\s*["']([^"'<>\s]+)""")


def records(path):
    return [record for source in sources(path) for record in read(source)]


def address_of(link):
    """A link as it is asked for here: path and query."""
    parts = urlsplit(link)
    path = quote(unquote(parts.path)) or "/"
    return path + (f"?{parts.query}" if parts.query else "")


def ask(client, address):
    """The answer at which one comes out; `redirect_chain` is how."""
    response = client.get(re.sub("^/+", "/", address), follow=True)
    b"".join(response)
    return response


def must_be_there(client, address):
    response = ask(client, address)
    assert response.status_code == 200, f"{address} leads by {response.redirect_chain} to a {response.status_code}"
    return response


def must_end_well(client, address):
    """What never was may be not found, and says so at once."""
    response = ask(client, address)
    chain = response.redirect_chain
    assert response.status_code != 404 or not chain, f"{address} leads by {chain} to a 404"
    return response


class Moved:
    """An export that came in: what its file says, and what the report of it tells."""

    def __init__(self, path):
        self.records = records(path)
        report = import_(path)
        self.told = str(report["warnings"]) + str(report["skipped"])
        channel = next(one for one in self.records if isinstance(one, Channel))
        self.home = channel.blog_url or channel.link
        self.folder = urlsplit(self.home).path.rstrip("/")
        self.items = self.of_kind(Item)
        self.count = 0

    def of_kind(self, *kinds):
        return [one for one in self.records if isinstance(one, kinds)]

    def post_of(self, item):
        """The public post that an item of the blog is now, or None."""
        if item.type in {"post", "page"} and host(item.link) == host(self.home):
            posts = Post.objects.published().filter(imported_guid=item.guid.strip())
            return posts.filter(title=plain(item.title, 300)).first()
        return None

    def is_alone(self, item):
        return sum(one.id == item.id for one in self.items) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_address_of_a_file_leads_to_what_it_was(client, path):
    moved = Moved(path)

    for item in moved.items:
        response = must_end_well(client, address_of(item.link))
        if post := moved.post_of(item):
            shown = response.context and response.context.get("post")
            assert shown == post or (urlsplit(item.link).path or "/") in moved.told, item.link
            moved.count += 1
            if moved.count <= MOST:
                post_is_everywhere(client, moved, item, post)
    archives_are_there(client, moved)
    for post in Post.objects.published():
        for link in map(unescape, LINK.findall(post.body_html)):
            if (link.startswith("/") and not link.startswith("//")) or host(link) == host(moved.home):
                must_end_well(client, address_of(link))


def post_is_everywhere(client, moved, item, post):
    """By its number, and in all the forms that WordPress has of its address."""
    if parse_qs(urlsplit(item.guid).query).get("p") and moved.is_alone(item):
        for address in (f"/?p={item.id}", f"/?page_id={item.id}", f"/index.php?p={item.id}"):
            assert ask(client, moved.folder + address).context["post"] == post, address
    below = post.get_absolute_url().rstrip("/")
    for form in ("feed/", "feed/atom/", "feed/rss2/"):
        assert "xml" in must_be_there(client, f"{below}/{form}")["Content-Type"]
    for form in ("comment-page-1/", "comment-page-9/", "trackback/", "2/"):
        assert must_be_there(client, f"{below}/{form}").context["post"] == post
    for slug in filter(None, item.meta.get("_wp_old_slug", "").split("\n")):
        old = re.sub(rf"/{re.escape(item.name)}(/?)$", rf"/{slug}\1", urlsplit(item.link).path)
        assert must_be_there(client, old).context["post"] == post


def archives_are_there(client, moved):
    """Of all that has a public post, with their feeds and pages, below the folder in which the blog was."""
    found = [("category", unquote(term.slug)) for term in moved.of_kind(Category)[:MOST]]
    found += [("tag", unquote(term.slug)) for term in moved.of_kind(Tag)[:MOST]]
    found += [("author", nicename(author.login)) for author in moved.of_kind(Author)]
    for kind, slug in found:
        if slug and find_archive(kind, slug):
            for form in ("", "feed/", "feed/rss2/", "feed/atom/", "page/1/", "page/7/"):
                must_be_there(client, f"{moved.folder}/{kind}/{quote(slug)}/{form}")
    for address in ("/", "/feed/", "/feed/rss2/", "/comments/feed/", "/page/2/", "/?s=a", "/search/a/", "/?paged=2"):
        must_be_there(client, moved.folder + address)
        must_be_there(client, f"{moved.folder}/index.php{address}")
    if moved.folder:
        assert ask(client, moved.folder).redirect_chain[-1][0] == "/"
