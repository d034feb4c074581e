"""What only drafts, private, scheduled or trashed posts have is nobody's business: no answer tells of it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Author, Category, OldPath, Post, Tag
from tests.factories import make_author, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

NAME = "Unannounced"
HIDDEN = [
    {"status": "draft", "published_at": None},
    {"status": "draft"},
    {"status": "private"},
    {"status": "trash"},
    {"published_at": timezone.now() + timedelta(days=365)},
]
IS_HIDDEN = ["draft without a time", "draft", "private", "trash", "scheduled"]
ARCHIVES = {
    "category": "/category/quiet/",
    "tag": "/tag/quiet/",
    "author": "/author/quiet/",
}
# WordPress's addresses of the same, and those of the blog that moved in.
OTHERS = {
    "category": ["/?cat=3", "/?category_name=quiet", "/index.php/category/quiet/"],
    "tag": ["/?tag=quiet", "/index.php/tag/quiet/"],
    "author": ["/?author=3", "/?author_name=quiet"],
}


def file_under(kind, post):
    """An archive of that kind which has the post alone, with addresses that lead to it."""
    model = {"category": Category, "tag": Tag, "author": Author}[kind]
    found = model.objects.create(name=NAME, slug="quiet", **({"bio": f"{NAME} writes."} if kind == "author" else {}))
    if kind == "category":
        post.categories.add(found)
        OldPath.objects.create(path="/?cat=3", category=found)
    elif kind == "tag":
        post.tags.add(found)
    else:
        Post.objects.filter(pk=post.pk).update(author=found)
        OldPath.objects.create(path="/?author=3", author=found)
    return found


def lands(client, address):
    """The last answer, after all redirects."""
    return client.get(address, follow=True)


@pytest.fixture
def public_post():
    return make_post(title="Known to all", author=make_author(name="Ann Writer"))


@pytest.mark.parametrize("hidden", HIDDEN, ids=IS_HIDDEN)
@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_nothing_public_is_in_does_not_exist(client, public_post, kind, hidden):
    file_under(kind, make_post(author=public_post.author, **hidden))

    for address in [ARCHIVES[kind], *(f"{ARCHIVES[kind]}feed/{form}" for form in ("", "atom/", "json/"))]:
        assert client.get(address).status_code == 404, address
        assertNotContains(client.get(address), NAME, status_code=404)


@pytest.mark.parametrize("hidden", HIDDEN, ids=IS_HIDDEN)
@pytest.mark.parametrize("kind", ARCHIVES)
def test_no_old_address_leads_there(client, public_post, kind, hidden):
    file_under(kind, make_post(author=public_post.author, **hidden))

    for address in OTHERS[kind]:
        assert lands(client, address).status_code == 404, address
        for place, _status in lands(client, address).redirect_chain:
            # Only what was asked for is said again.
            assert "index.php" in address, place


@pytest.mark.parametrize("hidden", HIDDEN, ids=IS_HIDDEN)
@pytest.mark.parametrize("kind", ARCHIVES)
def test_no_list_has_it(client, public_post, kind, hidden):
    file_under(kind, make_post(author=public_post.author, body="Of quiet places.", **hidden))

    for address in (
        "/",
        "/archives/",
        "/search/",
        "/search/?q=places",
        "/search/?q=unannounced&category=quiet&author=quiet",
        "/search/feed/?q=places",
        "/sitemap.xml",
        "/sitemap-archives-1.xml",
        "/feed/",
        public_post.get_absolute_url(),
    ):
        response = client.get(address)
        assertNotContains(response, NAME)
        assert 'value="quiet"' not in response.content.decode()
        assert "/quiet/" not in response.content.decode()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_it_is_there_when_its_first_post_is_public(client, public_post, kind):
    post = make_post(author=public_post.author, status="draft")
    file_under(kind, post)
    assert client.get(ARCHIVES[kind]).status_code == 404

    Post.objects.filter(pk=post.pk).update(status="published")

    assertContains(client.get(ARCHIVES[kind]), NAME)
    assert client.get(f"{ARCHIVES[kind]}feed/").status_code == 200
    for address in OTHERS[kind]:
        assert lands(client, address).request["PATH_INFO"] == ARCHIVES[kind]
        assert lands(client, address).status_code == 200


@pytest.mark.parametrize("kind", ARCHIVES)
def test_it_is_gone_when_its_last_post_is(client, editor, public_post, kind):
    post = make_post(author=public_post.author)
    file_under(kind, post)
    assert client.get(ARCHIVES[kind]).status_code == 200

    client.post(f"/admin/posts/post/{post.pk}/trash/")
    client.post("/admin/posts/post/trash/empty/")
    assert not type(post).objects.filter(pk=post.pk).exists()

    client.logout()
    assert client.get(ARCHIVES[kind]).status_code == 404


def test_a_category_is_shown_for_what_is_below_it_and_one_beside_it_is_not(client, public_post):
    above = Category.objects.create(name="Above", slug="above")
    below = Category.objects.create(name="Below", slug="below", parent=above)
    lowest = Category.objects.create(name="Lowest", slug="lowest", parent=below)
    empty = Category.objects.create(name="Empty", slug="empty", parent=above)
    alike = Category.objects.create(name="Alike", slug="above_", parent=None)
    Category.objects.create(name="Wild", slug="abov_")
    public_post.categories.add(lowest)

    for category in (above, below, lowest):
        assert client.get(category.get_absolute_url()).status_code == 200
        assert client.get(f"{category.get_absolute_url()}feed/").status_code == 200
    for category in (empty, alike, Category.objects.get(name="Wild")):
        assert client.get(category.get_absolute_url()).status_code == 404


def test_what_a_public_page_links_to_is_there(client):
    page = make_post(kind="page", slug="about", author=make_author(name="Page Writer"))
    page.categories.add(Category.objects.create(name="News", slug="news"))
    page.tags.add(Tag.objects.create(name="Water", slug="water"))

    for address in ("/author/page-writer/", "/category/news/", "/tag/water/"):
        assert client.get(address).status_code == 200


def test_those_who_edit_are_told_the_same(client):
    client.force_login(make_editor())
    file_under("tag", make_post(status="draft"))

    assert client.get("/tag/quiet/").status_code == 404


@pytest.mark.parametrize("kind", ARCHIVES)
def test_the_admin_links_to_an_archive_once_there_is_one(client, kind):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    post = make_post(status="draft")
    found = file_under(kind, post)
    address = f"/admin/posts/{kind}/{found.pk}/change/"
    assertNotContains(client.get(address), "viewsitelink")

    Post.objects.filter(pk=post.pk).update(status="published")

    assertContains(client.get(address), "viewsitelink")
