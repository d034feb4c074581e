"""A blog that stood in a folder, used our names, or was found by numbers: what stands where, and what is told."""

import re

import pytest
from bs4 import BeautifulSoup

from blog_site.models import Import
from blog_site.moving.undo import undo
from posts.models import Author, Category, OldPath, Post, Tag
from tests.factories import make_post
from tests.wxr import SHARED, import_, make_category, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db
CASES = SHARED / "cases" / "import"
OLD = "https://old.example"


def in_folder(path, folder="/blog"):
    """The export at `path`, as of a blog that stood in a folder; its items' links say themselves where they were."""
    path.write_text(path.read_text().replace(f"<link>{OLD}</link>", f"<link>{OLD}{folder}</link>", 1))
    return path


def shown_at(client, address):
    """The post at which one comes out, by one redirect at the most."""
    response = client.get(address, follow=True)
    assert response.status_code == 200, (address, response.redirect_chain)
    assert len(response.redirect_chain) < 2, response.redirect_chain
    return response.context["post"]


def comes_to(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 200, (address, response.redirect_chain)
    assert len(response.redirect_chain) < 2, response.redirect_chain
    return response.redirect_chain[-1][0] if response.redirect_chain else address


def hrefs(post):
    return [link["href"] for link in BeautifulSoup(post.body, "html.parser").find_all("a")]


# --- In a folder


@pytest.mark.seed
@pytest.mark.parametrize(
    ("address", "here"),
    [
        *(("/blog/", "/"), ("/blog", "/"), ("/blog/index.php", "/"), ("/blog/page/2/", "/"), ("/blog/?paged=2", "/")),
        *(("/blog/feed/", "/feed/"), ("/blog/feed/atom/", "/feed/atom/"), ("/blog/?feed=rss2", "/feed/")),
        *(("/blog/feed", "/feed/"), ("/blog/feed/rss2/", "/feed/"), ("/blog/comments/feed/", "/comments/feed/")),
        ("/blog/category/news/", "/category/news/"),
        ("/blog/category/news", "/category/news/"),
        ("/blog/category/news/feed/", "/category/news/feed/"),
        ("/blog/category/news/feed/rss2/", "/category/news/feed/"),
        ("/blog/category/news/page/2/", "/category/news/"),
        ("/blog/category/NEWS/", "/category/news/"),
        ("/blog/category/former/news/", "/category/news/"),
        *(("/blog/?cat=1", "/category/news/"), ("/blog/index.php?cat=1", "/category/news/")),
        *(("/blog/tag/t1/", "/tag/t1/"), ("/blog/tag/t1/feed/", "/tag/t1/feed/"), ("/blog/?tag=t1", "/tag/t1/")),
        *(("/blog/author/wren/", "/author/wren/"), ("/blog/?author=1", "/author/wren/")),
        *(("/blog/2020/01/01/", "/2020/01/01/"), ("/blog/2020/01/", "/2020/01/"), ("/blog/2020/", "/2020/")),
        *(("/blog/2020/01", "/2020/01/"), ("/blog/?m=202001", "/2020/01/")),
        *(("/blog/search/second/", "/search/?q=second"), ("/blog/?s=second", "/search/?q=second")),
        *(("/blog/about/", "/blog/about/"), ("/blog/about", "/blog/about/"), ("/blog/?page_id=4", "/blog/about/team/")),
        ("/blog/2020/01/01/second/feed/", "/blog/2020/01/01/second/feed/"),
        ("/blog/2020/01/01/second/feed/rss/", "/blog/2020/01/01/second/feed/"),
        *(("/blog/?p=2", "/blog/2020/01/01/second/"), ("/blog/archives/2", "/blog/2020/01/01/second/")),
        ("/blog/sitemap.xml", "/sitemap.xml"),
    ],
)
def test_all_addresses_below_the_folder_lead_to_ours(client, address, here):
    import_(CASES / "05-folder.xml")

    assert comes_to(client, address) == here


@pytest.mark.seed
def test_what_never_was_below_the_folder_is_not_found_and_nobody_is_sent_there(client):
    import_(CASES / "05-folder.xml")

    for path in ("none/", "tag/none/", "category/none/feed/", "2031/", "?p=99", "author/none/page/2/", "admin/none/"):
        assert client.get(f"/blog/{path}").status_code == 404, path
    for path in ("/shop/", "/shop/feed/", "/shop/tag/t1/", "/blogger/feed/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.seed
def test_links_within_the_folder_lead_home_and_never_to_a_picture():
    import_(CASES / "05-folder.xml")

    second = "/blog/2020/01/01/second/"
    assert hrefs(Post.objects.get(imported_id=1)) == [
        *(second, second, f"{second}#comment-5", second, "/category/news/", "/tag/t1/", "/author/wren/", "/2020/01/"),
        *("/feed/", "/", "/", f"{OLD}/blog/wp-content/uploads/2020/01/oak.png", "/blog/about/team/", "/blog/about/"),
        f"{OLD}/shop/",
    ]


@pytest.mark.seed
@pytest.mark.parametrize("undone", [False, True])
def test_the_folder_leads_nowhere_any_more_when_its_import_is_undone(client, undone):
    import_(CASES / "05-folder.xml")
    if undone:
        undo(Import.objects.get())

    assert client.get("/blog/feed/").status_code == (404 if undone else 301)


def test_a_folder_with_a_space_in_its_name_and_index_php_below_it_is_one_as_well(client, tmp_path):
    folder = "/Old%20Blog"
    terms = '<category domain="category" nicename="x">X</category>'
    paths = ("category/x/", "index.php/category/x/", "?s=x", "2019/05", "page/2/", "?p=5")
    links = "".join(f'<a href="{OLD}{folder}/{path}">x</a>' for path in paths)
    post = make_item(id=5, title="P", link=f"{OLD}{folder}/index.php/2020/01/p/", terms=terms, text=links)

    import_(in_folder(make_export(tmp_path, post), folder))

    here = f"{folder}/index.php/2020/01/p/"
    assert hrefs(Post.objects.get()) == ["/category/x/", "/category/x/", "/?s=x", "/2019/05", "/page/2/", here]
    for address in (f"{folder}/index.php/feed/", f"{folder}/wp-rss2.php", f"{folder}/feed"):
        assert comes_to(client, address) == "/feed/"
    assert comes_to(client, f"{here}feed/") == comes_to(client, f"{here}feed/rss2/") == f"{here}feed/"
    assert comes_to(client, f"{folder}/index.php/category/x/feed/") == "/category/x/feed/"
    assert comes_to(client, f"{folder}/index.php/2019/05/") == "/2019/05/"


def test_a_folder_that_was_only_tried_leads_nowhere(client, tmp_path):
    import_(in_folder(make_export(tmp_path, make_item(link=f"{OLD}/blog/?p=1"))), dry_run=True)

    assert client.get("/blog/feed/").status_code == 404


# --- By number


@pytest.mark.seed
@pytest.mark.parametrize("home", ["/wp/", "/wp", "/wp/index.php"])
def test_in_a_folder_each_number_leads_to_its_own_post(client, home):
    import_(CASES / "12-folder-numbers.xml")

    shown = [shown_at(client, f"{home}?p={number}").title for number in (1, 2, 3)]
    assert shown == ["First", "Second", "About"]
    assert shown_at(client, f"{home}?page_id=3").title == "About"
    assert client.get(f"{home}?p=4").status_code == 404
    assert comes_to(client, home) == "/"


@pytest.mark.seed
@pytest.mark.parametrize(
    ("address", "title"),
    [
        *(("/?p=1", "First"), ("/?p=2", "Second"), ("/index.php?p=3", "Index php"), ("/index.php?p=5", "Index php b")),
        ("/2020/01/01/tr/?lang=de", "Translated"),
        ("/2020/01/01/tr/?lang=fr", "Translated 2"),
        *(("/?p=4", "Translated"), ("/?p=6", "Translated 2")),
    ],
)
def test_an_address_is_compared_with_its_query(client, address, title):
    import_(CASES / "13-root-numbers.xml")

    assert shown_at(client, address).title == title


@pytest.mark.parametrize("script", ["news.php", "blog/default.asp"])
def test_posts_of_a_script_that_told_them_apart_by_a_query_are_told_apart(client, tmp_path, script):
    items = [make_item(id=n, slug=f"s{n}", title=f"T{n}", link=f"{OLD}/{script}?story={n}") for n in (1, 2, 3)]
    import_(make_export(tmp_path, *items))

    assert [shown_at(client, f"/{script}?story={n}").title for n in (1, 2, 3)] == ["T1", "T2", "T3"]
    assert client.get(f"/{script}?story=4").status_code == 404


def test_a_page_that_was_the_front_of_a_folder_stands_in_no_numbers_way(client, tmp_path):
    front = make_item(id=3, slug="welcome", title="Welcome", post_type="page", link=f"{OLD}/wp/")
    posts = [make_item(id=n, slug=f"s{n}", title=f"T{n}", link=f"{OLD}/wp/?p={n}") for n in (747, 748)]
    links = f'<a href="{OLD}/wp/?p=747">a</a> <a href="{OLD}/wp/">home</a> <a href="{OLD}/wp/?page_id=3">front</a>'
    last = make_item(id=9, slug="last", text=links, link=f"{OLD}/wp/?p=9")

    report = import_(in_folder(make_export(tmp_path, front, *posts, last), "/wp"))

    assert [shown_at(client, f"/wp/?p={n}").title for n in (747, 748, 3)] == ["T747", "T748", "Welcome"]
    assert comes_to(client, "/wp/") == "/"
    assert any("front page" in warning and "/welcome/" in warning for warning in report["warnings"])
    assert hrefs(Post.objects.get(imported_id=9)) == ["/?p=747", "/", "/?page_id=3"]


@pytest.mark.parametrize("first", ["top", "deep"])
def test_two_blogs_with_the_same_numbers_are_told_apart_by_the_folder(client, tmp_path, first):
    """The site at the top and the blog in a folder, both moved in."""
    head = make_category("{0}").replace("<wp:category>", "<wp:category><wp:term_id>3</wp:term_id>")

    def file(name, folder):
        terms = f'<category domain="category" nicename="{name}">x</category>'
        item = make_item(id=5, slug=name, title=name, link=f"{OLD}{folder}/?p=5", terms=terms)
        item = item.replace("<guid>https://old.example/?", f"<guid>https://old.example{folder}/?")
        return in_folder(make_export(tmp_path, item, name=f"{name}.xml", extra=head.format(name)), folder)

    folders = {"top": "", "deep": "/blog"}
    for name in sorted(folders, key=lambda name: name != first):
        import_(file(name, folders[name]))

    assert shown_at(client, "/?p=5").title == "top"
    for address in ("/blog/?p=5", "/blog?p=5", "/blog/?page_id=5", "/blog/index.php?p=5"):
        assert shown_at(client, address).title == "deep", address
    assert comes_to(client, "/blog/?cat=3") == "/category/deep/"
    assert first == "deep" or comes_to(client, "/?cat=3") == "/category/top/"


def test_what_an_earlier_version_put_at_the_folder_itself_gives_way(client, tmp_path):
    file = in_folder(make_export(tmp_path, make_item(id=1, link=f"{OLD}/wp/?p=1"), make_item(id=2, slug="b")), "/wp")
    import_(file)
    post = Post.objects.get(imported_id=1)
    OldPath.objects.create(path="/wp/", post=post)

    import_(file)

    assert comes_to(client, "/wp/") == "/"


# --- Names that are ours


@pytest.mark.seed
@pytest.mark.parametrize("name", ["11-reserved-pages", "23-media-page"])
def test_a_page_with_a_name_of_ours_has_an_address_and_a_line_in_the_report(client, name):
    report = import_(CASES / f"{name}.xml")

    assert Post.objects.pages().count() == report["pages"]
    for page in Post.objects.pages():
        assert shown_at(client, page.get_absolute_url()) == page
        told = [line for line in report["warnings"] if f" {page.permalink} now" in line]
        old = re.sub(r"-2(?=/)", "", page.permalink)
        if page.permalink != old:
            assert len(told) == 1
            answer = client.get(old, follow=True)
            assert answer.status_code == 200
            is_ours = old in {"/search/", "/feed/", "/archives/", "/admin/", "/accounts/"}
            assert is_ours or answer.context["post"] == page


@pytest.mark.seed
def test_links_to_a_page_that_had_a_name_of_ours_lead_to_it(client):
    import_(CASES / "11-reserved-pages.xml")

    titles = [shown_at(client, link).title for link in hrefs(Post.objects.get(imported_id=101))]
    assert titles == ["Page media", "Child of media", "Page search"]
    assert hrefs(Post.objects.get(imported_id=101)) == ["/media-2/", "/media-2/press/", "/search-2/"]
    assert shown_at(client, "/media/").title == "Page media"
    assert shown_at(client, "/media/press/").title == "Child of media"


def test_a_link_without_a_host_is_followed_also_where_the_domain_is_here_already(client, tmp_path, settings):
    settings.SITE_URL = OLD
    page = make_item(id=1, slug="search", title="How to search", post_type="page", link=f"{OLD}/search/")
    import_(make_export(tmp_path, page, make_item(id=2, text='<a href="/search/">x</a>')))

    assert hrefs(Post.objects.get(imported_id=2)) == ["/search-2/"]


def test_links_lead_to_where_a_page_is_whatever_the_order_and_whoever_has_its_name(client, tmp_path):
    texts = [f'<a href="{OLD}/search/#top">a</a> <a href="/search">b</a> <a href="{OLD}/2019/05/01/tag/">c</a>']
    first = make_item(id=1, slug="links", text=texts[0])
    other = make_item(id=2, slug="search-2", title="Another", post_type="page", link=f"{OLD}/search-2/")
    make_post(kind="page", title="Born here", slug="search-3")
    page = make_item(id=3, slug="search", title="How to search", post_type="page", link=f"{OLD}/search/")
    post = make_item(id=4, slug="tag", title="On tags", link=f"{OLD}/tag/")
    file = make_export(tmp_path, first, page, other, post)

    import_(file)
    import_(file)

    assert shown_at(client, "/search-2/").title == "Another"
    assert hrefs(Post.objects.get(imported_id=1)) == ["/search-4/#top", "/search-4/", f"{OLD}/2019/05/01/tag/"]
    assert shown_at(client, "/search-4/").title == "How to search"
    assert shown_at(client, "/tag/").title == "On tags"


def test_addresses_of_the_archives_folder_are_kept_unless_they_are_ours(client, tmp_path):
    report = import_(
        make_export(
            tmp_path,
            make_item(id=1, title="By number", link=f"{OLD}/archives/1"),
            make_item(id=2, title="By name", slug="b", link=f"{OLD}/archives/2008/05/b.html"),
            make_item(id=3, title="Odd", slug="c", link=f"{OLD}/archives/77/"),
        )
    )

    assert Post.objects.get(imported_id=2).permalink == "/archives/2008/05/b.html"
    assert shown_at(client, "/archives/1").title == "By number"
    assert shown_at(client, "/archives/77/").title == shown_at(client, "/archives/77").title == "Odd"
    assert [line.partition(":")[0] for line in report["warnings"]] == ["line 5"]


def test_a_post_that_is_called_as_the_pages_of_its_comments_are_is_found(client, tmp_path):
    """`feed` and `comment-page-2` stand below posts; WordPress lets a post be called so."""
    above = make_item(id=1, slug="about", title="About", post_type="page", link=f"{OLD}/about/")
    name = "comment-page-2"
    import_(make_export(tmp_path, above, make_item(id=2, slug=name, title="Odd", link=f"{OLD}/about/{name}/")))

    assert shown_at(client, f"/about/{name}/").title == "Odd"


def test_links_between_posts_that_had_only_numbers_lead_to_where_they_are(client, tmp_path):
    texts = {n: f'<a href="{OLD}/archives/{n % 3 + 1}">x</a> <a href="/archives/{n}#comments">y</a>' for n in (1, 2, 3)}
    items = [make_item(id=n, slug=f"s{n}", link=f"{OLD}/archives/{n}", text=text) for n, text in texts.items()]

    report = import_(make_export(tmp_path, *items))

    assert hrefs(Post.objects.get(imported_id=3)) == ["/2019/05/01/s1/", "/2019/05/01/s3/#comments"]
    assert comes_to(client, "/archives/3/feed/") == "/2019/05/01/s3/feed/"
    assert report["warnings"] == []


# --- The front page


@pytest.mark.seed
def test_a_static_front_page_is_told_of_and_where_it_is_now(client):
    report = import_(CASES / "21-front-page.xml")

    look = {post["title"]: post for post in report["worth_a_look"]}
    assert look["Welcome"]["path"] == "/welcome/"
    assert "front page" in look["Welcome"]["why"][0]
    assert "has no text" in look["News"]["why"][0]
    assert shown_at(client, "/welcome/").title == "Welcome"
    assert "P" in client.get("/").content.decode()


def test_a_front_page_is_known_where_the_file_does_not_say_where_the_blog_was(client, tmp_path):
    front = make_item(id=3, slug="welcome", title="Welcome", post_type="page", link=f"{OLD}/")
    file = make_export(tmp_path, front, make_item(text='<a href="/">home</a>'))
    file.write_text(file.read_text().replace(f"<link>{OLD}</link>", "", 1))

    report = import_(file)

    assert "front page" in str(report["worth_a_look"])
    assert hrefs(Post.objects.get(title="The ford")) == ["/"]
    assert shown_at(client, "/welcome/").title == "Welcome"


@pytest.mark.parametrize("folder", ["", "/wp"])
def test_links_to_a_front_page_by_its_own_name_lead_to_it(client, tmp_path, folder):
    front = make_item(id=3, slug="welcome", title="Welcome", post_type="page", link=f"{OLD}{folder}/")
    text = f'<a href="{OLD}{folder}/welcome/">by name</a> <a href="{OLD}{folder}/">home</a>'
    file = make_export(tmp_path, front, make_item(id=4, link=f"{OLD}{folder}/the-ford/", text=text))
    import_(in_folder(file, folder) if folder else file)

    assert hrefs(Post.objects.get(title="The ford")) == ["/welcome/", "/"]
    assert client.get(f"{folder}/welcome/", follow=True).status_code == 200


def test_further_pages_of_the_page_that_listed_the_posts_lead_to_that_page(client, tmp_path):
    news = make_item(id=4, slug="news", title="News", text="", post_type="page", link=f"{OLD}/wp/news/")
    import_(in_folder(make_export(tmp_path, news, make_item(link=f"{OLD}/wp/the-ford/")), "/wp"))

    assert comes_to(client, "/wp/news/page/2/") == "/wp/news/"
    assert comes_to(client, "/wp/the-ford/page/3/") == "/wp/the-ford/"
    assert client.get("/wp/nothing/page/2/").status_code == 404
    assert client.get("/admin/page/2/", follow=True).request["PATH_INFO"] != "/admin/"


# --- Terms and people


@pytest.mark.seed
def test_a_category_is_found_by_its_last_slug_whatever_stands_before_it_and_in_whichever_letters(client):
    import_(CASES / "18-category-by-last-slug.xml")

    here = "/category/trunk/leaf/"
    for address in (
        "leaf/",
        "leaf",
        "former/leaf/",
        "trunk/LEAF/",
        "trunk/leaf/",
        "Trunk/Leaf/page/1/",
        "leaf/page/7/",
    ):
        assert comes_to(client, f"/category/{address}") == here
    assert comes_to(client, "/?category_name=LEAF") == comes_to(client, "/?category_name=former/leaf") == here
    assert comes_to(client, "/category/leaf/feed/") == comes_to(client, "/category/x/leaf/feed/rss/") == f"{here}feed/"
    for address in ("/category/none/", "/category/leaf/none/", "/category/none/feed/", "/category/trunk/none/page/2/"):
        assert client.get(address).status_code == 404


def test_terms_whose_slugs_have_other_signs_keep_their_addresses(client, tmp_path):
    terms = (
        '<category domain="category" nicename="{0}">A</category><category domain="post_tag" nicename="{0}">B</category>'
    )
    hindi = "%e0%a4%b8%e0%a4%ae%e0%a4%be%e0%a4%9a%e0%a4%be%e0%a4%b0"

    import_(make_export(tmp_path, make_item(terms=terms.format(hindi))))

    for kind, model in (("category", Category), ("tag", Tag)):
        here = model.objects.get().get_absolute_url()
        assert comes_to(client, f"/{kind}/{hindi}/") == here
        assert comes_to(client, f"/{kind}/{hindi}/feed/") == f"{here}feed/"
    undo(Import.objects.get())
    assert not Category.objects.exists()
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("login", "address"),
    [
        ("j.doe", "j-doe"),
        ("Jo Doe", "jo-doe"),
        ("jo_doe", "jo_doe"),
        ("JDoe", "jdoe"),
        ("ann@old.example", "annold-example"),
    ],
)
def test_an_authors_page_is_where_wordpress_had_it(client, tmp_path, login, address):
    file = make_export(tmp_path, make_item())
    file.write_text(
        file.read_text()
        .replace("<wp:author_login>ann<", f"<wp:author_login>{login}<")
        .replace(">ann</dc", f">{login}</dc")
    )

    import_(file)
    import_(file)

    here = Author.objects.get().get_absolute_url()
    assert comes_to(client, f"/author/{address}/") == here
    assert comes_to(client, f"/author/{address}/feed/") == f"{here}feed/"
    assert comes_to(client, f"/?author_name={address}") == here
    assert "old.example" not in here


def test_an_author_whom_an_earlier_version_named_otherwise_is_no_second_person(client, tmp_path):
    Author.objects.create(slug="jdoe", name="Jo Doe")
    file = make_export(tmp_path, make_item())
    file.write_text(
        file.read_text().replace("<wp:author_login>ann<", "<wp:author_login>j.doe<").replace(">ann</dc", ">j.doe</dc")
    )

    import_(file)

    assert Author.objects.get().slug == "jdoe"
    assert comes_to(client, "/author/j-doe/") == "/author/jdoe/"


@pytest.mark.parametrize("front", ["blog", "archives"])
def test_archives_below_the_part_that_all_addresses_begin_with_are_found(client, tmp_path, front):
    terms = '<category domain="category" nicename="fords">Fords</category>'
    import_(make_export(tmp_path, make_item(link=f"{OLD}/{front}/2019/05/the-ford.html", terms=terms)))

    assert comes_to(client, f"/{front}/category/fords/") == "/category/fords/"
    assert comes_to(client, f"/{front}/author/ann/") == "/author/ann/"
    assert comes_to(client, f"/{front}/date/2019/05/") == "/2019/05/"
    assert comes_to(client, f"/{front}/2019/05/") == "/2019/05/"
    assert client.get("/elsewhere/category/fords/").status_code == 404


# --- Old slugs, feeds, anchors, pages


@pytest.mark.parametrize(
    "shape",
    ["/{}.html", "/2019/05/01/{}.htm", "/notes/{}.php", "/{}-5/", "/{}_5.html", "/{}/5/", "/{}.5", "/index.php/{}.htm"],
)
def test_an_old_slug_leads_to_its_post_whatever_stands_behind_it_in_the_blogs_addresses(tmp_path, client, shape):
    link = f"https://old.example{shape.format('the-ford')}"
    import_(make_export(tmp_path, make_item(id=5, link=link, meta={"_wp_old_slug": "first-ford"})))

    response = client.get(shape.format("first-ford"), follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, shape.format("the-ford"))


def test_a_slug_with_which_a_longer_one_begins_is_left_alone(tmp_path, client):
    link = "https://old.example/the-ford-and-more/"
    import_(make_export(tmp_path, make_item(id=5, link=link, meta={"_wp_old_slug": "first-ford"})))

    assert client.get("/first-ford-and-more/").status_code == 404


@pytest.mark.seed
def test_every_old_slug_leads_to_its_post_and_an_empty_one_is_passed_over(client):
    import_(CASES / "16-old-slug-after-empty.xml")

    assert shown_at(client, "/2020/01/01/then/").title == "Renamed"
    assert comes_to(client, "/2020/01/01/then/feed/") == "/2020/01/01/now/feed/"
    assert list(OldPath.objects.filter(post__isnull=False).values_list("path", flat=True)) == ["/2020/01/01/then/"]


@pytest.mark.seed
def test_the_feed_of_a_post_below_index_php_is_where_its_page_says(client):
    import_(CASES / "19-index-php-feed.xml")

    page = client.get("/index.php/2020/01/p/").content.decode()
    feed = re.search(r'href="([^"]*/p/feed/)"', page)[1]
    assert feed == "/index.php/2020/01/p/feed/"
    for address in (feed, f"{feed}atom/", f"{feed}json/"):
        assert comes_to(client, address) == address
    assert comes_to(client, "/index.php/2020/01/p/feed/rss2/") == feed
    assert client.get("/index.php/2020/01/p/comment-page-3/", follow=True).status_code == 200
    assert comes_to(client, "/index.php/feed/") == "/feed/"


@pytest.mark.parametrize("link", ["/the-ford", "/the-ford.html", "/2019/the-ford"])
def test_a_post_without_a_final_slash_has_the_feed_that_its_page_names(client, tmp_path, link):
    import_(make_export(tmp_path, make_item(link=f"{OLD}{link}", inside=make_wxr_comment())))

    assert f'href="{link}/feed/"' in client.get(link).content.decode()
    assert "I was there." in client.get(f"{link}/feed/").content.decode()
    assert "I was there." in client.get(f"{link}/feed/atom/").content.decode()


@pytest.mark.seed
def test_an_anchor_that_another_page_links_to_exists(client):
    import_(CASES / "20-anchors-across.xml")

    guide = BeautifulSoup(client.get("/guide/").content, "html.parser")
    for link in hrefs(Post.objects.get(imported_id=2)):
        path, _, place = link.partition("#")
        assert path == "/guide/"
        assert guide.find(id=place), link


@pytest.mark.parametrize(
    "address", ["/?p=1#a.b", "/2019/05/01/the-ford#a.b", "/2019/05/01/first/#a.b", "/index.php?p=1#a.b"]
)
@pytest.mark.parametrize("host", [OLD, "//www.old.example", ""])
def test_an_anchor_is_found_however_its_page_is_named(client, tmp_path, host, address):
    told = f'<a href="{host}{address}">there</a>'
    import_(
        make_export(
            tmp_path,
            make_item(id=1, text='<p><a id="a.b"></a>Here</p>', meta={"_wp_old_slug": "first"}),
            make_item(id=2, slug="b", link=f"{OLD}/2019/05/01/b/", text=told),
        )
    )

    link = hrefs(Post.objects.get(imported_id=2))[0]
    assert BeautifulSoup(client.get("/2019/05/01/the-ford/").content, "html.parser").find(id=link.partition("#")[2])


def test_a_page_of_comments_that_a_smaller_page_had_leads_to_the_last_one(client, tmp_path):
    inside = "".join(make_wxr_comment(id=n, text=f"Comment {n}") for n in range(1, 61))
    import_(make_export(tmp_path, make_item(inside=inside)))

    for number in (1, 2, 6, 60):
        response = client.get(f"/2019/05/01/the-ford/comment-page-{number}/", follow=True)
        assert response.status_code == 200, number
    assert "Comment 60" in response.content.decode()


def test_a_list_that_had_more_pages_leads_to_its_last_one(client, tmp_path):
    import_(make_export(tmp_path, *(make_item(id=n, slug=f"s{n}", link=f"{OLD}/s{n}/") for n in range(1, 26))))

    assert comes_to(client, "/page/2/") == "/?page=2"
    for address in ("/page/5/", "/?paged=5", "/index.php/page/5/", "/2019/page/9/", "/author/ann/page/9/"):
        assert comes_to(client, address).endswith("?page=3"), address
    # Our own addresses have never been more than they are.
    assert client.get("/?page=5").status_code == 404
