"""Whatever address the old blog had, it leads to the same thing here."""

import pytest

from posts.models import Attachment, Category, OldPath, Post
from tests.wxr import import_, make_attachment, make_category, make_export, make_item, make_uploads, make_wxr_comment

OLD = "https://old.example"
HERE = "/2019/05/01/the-ford/"


def follow(client, address):
    """Where one comes out, and what was answered on the way."""
    response = client.get(address, follow=True)
    b"".join(response)  # A file is closed when it is read to its end.
    assert [status for _, status in response.redirect_chain] == [301] * len(response.redirect_chain)
    assert response.status_code == 200, address
    return response.redirect_chain[-1][0] if response.redirect_chain else address


@pytest.fixture
def moved_in(db, tmp_path):
    """A blog with two posts, a page, two attachments, a category and an author, as their numbers were."""
    import_(
        make_export(
            tmp_path,
            make_item(
                id=5,
                terms='<category domain="category" nicename="fords">Fords</category>'
                '<category domain="post_tag" nicename="wet">Wet</category>',
                meta={"_wp_old_slug": "first-ford"},
                inside=make_wxr_comment(id=70)
                + "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key>"
                + "<wp:meta_value>second-ford</wp:meta_value></wp:postmeta>"
                + "<wp:postmeta><wp:meta_key>_wp_old_date</wp:meta_key><wp:meta_value>2019-04-30</wp:meta_value>"
                + "</wp:postmeta>",
            ),
            *(make_item(id=100 + n, slug=f"more-{n}", link=f"{OLD}/2019/05/01/more-{n}/") for n in range(11)),
            make_item(id=6, slug="about", post_type="page", link=f"{OLD}/about/"),
            make_attachment(id=9)
            .replace(f"{OLD}/2019/05/01/upload-9/", f"{OLD}/2019/05/01/the-ford/upload-9/", 1)
            # Hangs on the post.
            .replace("<wp:post_parent>0<", "<wp:post_parent>5<"),
            make_attachment(id=10, url=f"{OLD}/wp-content/uploads/2019/05/alone.png"),
            extra=make_category("fords").replace("<wp:category>", "<wp:category><wp:term_id>3</wp:term_id>"),
        ),
        media=make_uploads(tmp_path, "2019/05/ford.png", "2019/05/alone.png"),
    )


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("/?p=5", HERE),
        ("/?p=6", "/about/"),
        ("/?page_id=6", "/about/"),
        ("/index.php?p=5", HERE),
        ("/index.php/2019/05/01/the-ford/", HERE),
        ("/archives/5", HERE),
        ("/2019/05/01/the-ford", HERE),
        ("/2019/05/the-ford/", HERE),
        ("/2019/05/01/first-ford/", HERE),
        ("/2019/05/01/second-ford", HERE),
        ("/2019/04/30/the-ford/", HERE),
        ("/2019/04/30/first-ford/", HERE),
        ("/2019/05/01/the-ford/2/", HERE),
        ("/2019/05/01/the-ford/trackback/", HERE),
        ("/2019/05/01/the-ford/amp/", HERE),
        ("/?attachment_id=9", HERE),
        ("/?p=9", HERE),
        ("/2019/05/01/the-ford/upload-9/", HERE),
        ("/?attachment_id=10", "/media/wordpress/2019/05/alone.png"),
        ("/2019/05/01/upload-10/", "/media/wordpress/2019/05/alone.png"),
        ("/wp-content/uploads/2019/05/ford-300x200.png", "/media/wordpress/2019/05/ford.png"),
        ("/2019/05/01/the-ford/comment-page-1/", HERE),
        ("/2019/05/01/the-ford/comment-page-1", HERE),
        ("/about/comment-page-1/", "/about/"),
        ("/page/2/", "/?page=2"),
        ("/page/2", "/?page=2"),
        ("/page/1/", "/"),
        ("/?paged=2", "/?page=2"),
        ("/index.php", "/"),
        ("/index.php/page/2/", "/?page=2"),
        ("/category/fords/page/1/", "/category/fords/"),
        ("/2019/page/2/", "/2019/?page=2"),
        ("/2019/05/page/2/", "/2019/05/?page=2"),
        ("/2019/05/01/page/2", "/2019/05/01/?page=2"),
        ("/author/ann/page/2/", "/author/ann/?page=2"),
        ("/?cat=3", "/category/fords/"),
        ("/?category_name=fords", "/category/fords/"),
        ("/?tag=wet", "/tag/wet/"),
        ("/?author_name=ann", "/author/ann/"),
        ("/?m=201905", "/2019/05/"),
        ("/?m=20190501", "/2019/05/01/"),
        ("/?m=2019&paged=2", "/2019/?page=2"),
        ("/?year=2019&monthnum=5", "/2019/05/"),
        ("/?name=the-ford", HERE),
        ("/?pagename=about", "/about/"),
        *((f"/feed/{kind}/", "/feed/") for kind in ("rss", "rss2", "rdf")),
        *((f"/{name}", "/feed/") for name in ("rss/", "rss2", "rdf/", "wp-rss.php", "wp-rss2.php", "wp-feed.php")),
        *((f"/?feed={kind}", "/feed/") for kind in ("rss", "rss2", "rdf")),
        ("/feed", "/feed/"),
        ("/index.php/feed/", "/feed/"),
        *((f"/comments/feed/{kind}/", "/comments/feed/") for kind in ("rss2", "rdf")),
        ("/category/fords/feed/rss2/", "/category/fords/feed/"),
        ("/?cat=3&feed=rss2", "/category/fords/feed/"),
        ("/tag/wet/feed/rdf/", "/tag/wet/feed/"),
        ("/author/ann/feed/rss", "/author/ann/feed/"),
        (f"{HERE}feed/rss2/", f"{HERE}feed/"),
        ("/?p=5&feed=rss2", f"{HERE}feed/"),
        ("/?feed=atom", "/feed/atom/"),
        ("/atom/", "/feed/atom/"),
        ("/wp-atom.php", "/feed/atom/"),
        *((f"/?feed={kind}", "/comments/feed/") for kind in ("comments-rss2", "comments-atom")),
        ("/wp-commentsrss2.php", "/comments/feed/"),
        ("/?s=the+ford", "/search/?q=the+ford"),
        ("/?s=x&paged=2", "/search/?q=x"),
        ("/search/the%20ford/", "/search/?q=the+ford"),
        ("/search/ford/feed/rss2/", "/search/?q=ford"),
    ],
)
def test_an_address_of_the_old_blog_leads_to_the_same_thing(moved_in, client, address, here):
    assert follow(client, address) == here


def test_what_there_never_was_is_not_found(moved_in, client):
    for address in ("/?p=999", "/?attachment_id=999", "/?cat=999", "/?tag=none", "/2019/05/01/none/2/", "/none/amp/"):
        assert client.get(address).status_code == 404, address
    for address in ("/?p=x", "/?utm_source=a", "/?m=abc", "/?cat=-3"):
        assert client.get(address).status_code == 200, address


def test_a_query_that_stays_is_kept_on_the_way(moved_in, client):
    response = client.get("/2019/05/01/first-ford/?replytocom=70")

    assert response["Location"] == f"{HERE}?replytocom=70"


def test_an_old_address_never_hides_what_is_there(db, client, tmp_path):
    import_(
        make_export(
            tmp_path,
            make_item(meta={"_wp_old_slug": "more"}),
            make_item(id=2, slug="more", title="More fords", link=f"{OLD}/2019/05/01/more/"),
            make_item(id=3, slug="page", post_type="page", title="A page of pages", link=f"{OLD}/page/"),
            make_item(id=4, slug="2", post_type="page", title="The second", link=f"{OLD}/page/2/", post_parent=3),
            make_item(id=5, slug="rss", post_type="page", title="Our RSS", link=f"{OLD}/rss/"),
        )
    )

    assert "More fords" in client.get("/2019/05/01/more/").content.decode()
    assert "The second" in client.get("/page/2/").content.decode()
    assert "Our RSS" in client.get("/rss/").content.decode()


def test_an_old_address_of_what_is_not_public_says_nothing(db, client, tmp_path):
    import_(make_export(tmp_path, make_item(id=5, status="private", meta={"_wp_old_slug": "secret"})))

    for address in ("/2019/05/01/secret/", "/?p=5", HERE, f"{HERE}2/"):
        assert client.get(address).status_code == 404


def test_old_addresses_come_in_once(db, tmp_path):
    file = make_export(tmp_path, make_item(meta={"_wp_old_slug": "first"}), make_item(id=2, slug="b"))

    import_(file)
    import_(file)

    assert list(OldPath.objects.values_list("path", flat=True)) == ["/2019/05/01/first/"]


@pytest.mark.parametrize(
    ("link", "permalink"),
    [
        (f"{OLD}/2019/05/02/the-ford/", "/2019/05/02/the-ford/"),
        (f"{OLD}/2019/05/the-ford/", "/2019/05/the-ford/"),
        (f"{OLD}/the-ford/", "/the-ford/"),
        (f"{OLD}/the-ford", "/the-ford"),
        (f"{OLD}/?p=1", HERE),
        (f"{OLD}/index.php/2019/05/01/the-ford/", "/index.php/2019/05/01/the-ford/"),
        (f"{OLD}/2019/05/01/%d9%be%d9%84/", "/2019/05/01/پل/"),
        (f"{OLD}/archives/17", HERE),
        (f"{OLD}/blog/2019/a.html", "/blog/2019/a.html"),
    ],
)
def test_each_shape_of_address_is_kept_and_the_number_leads_to_it(db, client, tmp_path, link, permalink):
    import_(make_export(tmp_path, make_item(link=link, inside=make_wxr_comment(id=7))))

    post = Post.objects.get()
    assert post.permalink == permalink
    assert follow(client, "/?p=1") == post.get_absolute_url()
    assert 'id="comment-7"' in client.get(post.get_absolute_url()).content.decode()
    other = permalink.rstrip("/") if permalink.endswith("/") else f"{permalink}/"
    assert follow(client, other) == post.get_absolute_url()
    assert follow(client, f"{permalink.rstrip('/')}/comment-page-1/").split("#")[0] == post.get_absolute_url()


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/admin/",
            "/admin/x/",
            "/feed/",
            "/feed/atom/",
            "/search/",
            "/category/fords/",
            "/comments/feed/",
            "/2019/05/",
        ),
        *(
            "/healthz",
            "/robots.txt",
            "/sitemap.xml",
            "/media/a.png",
            "/accounts/login/",
            "/preview/3/",
            "/static/a.css",
        ),
        *("/index.php", "/tag/a/", "/author/ann/", "/wp-content/uploads/a.png", "/a/comment-page-2/"),
    ],
)
def test_no_path_of_a_file_shadows_the_sites_own(db, tmp_path, path):
    import_(make_export(tmp_path, make_item(link=f"{OLD}{path}")))

    assert Post.objects.get().permalink == HERE


def test_the_same_slug_in_different_months_is_two_posts(db, client, tmp_path):
    links = [f"{OLD}/2019/{month}/the-ford/" for month in ("05", "06")]

    import_(make_export(tmp_path, *(make_item(id=n, link=link, title=f"Ford {n}") for n, link in enumerate(links, 1))))

    assert [client.get(link.removeprefix(OLD)).context["post"].title for link in links] == ["Ford 1", "Ford 2"]


def test_a_draft_without_an_address_comes_in_without_one(db, tmp_path):
    import_(
        make_export(tmp_path, make_item(status="draft", slug="", link=f"{OLD}/?p=1", post_date="0000-00-00 00:00:00"))
    )

    assert Post.objects.get().permalink is None


@pytest.mark.parametrize(
    ("address", "here"),
    [
        (f"{OLD}/2019/05/01/the-ford/#comment-7", "/2019/05/01/the-ford/#comment-7"),
        ("http://www.old.example/2019/05/01/the-ford", "/2019/05/01/the-ford/"),
        ("//old.example/2019/05/01/the-ford/?replytocom=7#respond", "/2019/05/01/the-ford/?replytocom=7#respond"),
        (f"{OLD}/?p=1", "/2019/05/01/the-ford/"),
        (f"{OLD}/?p=1#comment-7", "/2019/05/01/the-ford/#comment-7"),
        (f"{OLD}/index.php?page_id=2", "/about/"),
        (f"{OLD}/?p=4", "/?p=4"),
        (f"{OLD}/?attachment_id=9", "/2019/05/01/upload-9/"),
        (f"{OLD}/2019/05/01/upload-9/", "/2019/05/01/upload-9/"),
        (f"{OLD}/2019/05/01/first-ford/", "/2019/05/01/the-ford/"),
        (f"{OLD}/2019/05/01/the-ford/comment-page-2/#comment-7", "/2019/05/01/the-ford/comment-page-2/#comment-7"),
        ("http://ann.blog.example/2019/05/01/the-ford/", "/2019/05/01/the-ford/"),
        (f"{OLD}/category/fords/", "/category/fords/"),
        (f"{OLD}/2019/05/", "/2019/05/"),
        (f"{OLD}/", "/"),
        (OLD, "/"),
        (f"{OLD}/?p=77", f"{OLD}/?p=77"),
        (f"{OLD}/elsewhere/", f"{OLD}/elsewhere/"),
        ("https://other.example/2019/05/01/the-ford/", "https://other.example/2019/05/01/the-ford/"),
        ("http://ann.blog.example/2019/05/", "http://ann.blog.example/2019/05/"),
    ],
)
def test_a_link_to_the_blog_itself_leads_to_its_new_home(db, tmp_path, address, here):
    import_(
        make_export(
            tmp_path,
            make_item(meta={"_wp_old_slug": "first-ford"}),
            make_item(id=2, slug="about", post_type="page", link=f"{OLD}/about/"),
            make_item(id=3, slug="links", link=f"{OLD}/2019/05/03/links/", text=f'<a href="{address}">x</a>').replace(
                f"{OLD}/?p=3", "http://ann.blog.example/?p=3"
            ),
            make_item(id=4, slug="odd", link=f"{OLD}/?p=4"),
            make_attachment(id=9),
        )
    )

    assert f'<a href="{here}">' in Post.objects.get(imported_id=3).body


def test_the_number_of_an_author_and_of_a_category_lead_to_their_pages(db, client, tmp_path):
    file = make_export(
        tmp_path,
        make_item(terms='<category domain="category" nicename="fords">Fords</category>'),
        extra=make_category("fords").replace("<wp:category>", "<wp:category><wp:term_id>3</wp:term_id>"),
    )
    file.write_text(file.read_text().replace("<wp:author>", "<wp:author><wp:author_id>2</wp:author_id>"))

    import_(file)

    assert client.get("/?author=2")["Location"] == "/author/ann/"
    assert client.get("/?cat=3")["Location"] == "/category/fords/"
    Category.objects.get().delete()
    assert client.get("/?cat=3").status_code == 404


def test_a_subscriber_sees_no_post_again(db, client, tmp_path):
    import_(make_export(tmp_path, make_item(id=5)))

    assert f"{OLD}/?p=5</guid>" in client.get("/feed/").content.decode()


@pytest.mark.parametrize(
    "path", ["/index.php//evil.example/a", "//evil.example/feed/rss/", "/index.php///evil.example/page/2/"]
)
def test_no_old_address_leads_to_another_host(client, db, path):
    response = client.get("/", PATH_INFO=path)

    assert not response.headers.get("Location", "").startswith("//")


def test_a_path_of_slashes_is_no_files_page(client, db):
    Attachment.objects.create(address="old.example/a.txt", path="a.txt", file="a.txt")

    assert client.get("/", PATH_INFO="//").status_code == 404
