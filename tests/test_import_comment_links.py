"""Links in comments to the old blog lead to the same here, as those in posts do."""

import re

import pytest
from django.utils.html import escape

from comments.models import Comment
from posts.models import Attachment, Post
from tests.test_export_wordpress import comes_back_the_same, export, start_afresh
from tests.test_import_disqus import import_disqus, make_disqus, post, thread
from tests.wxr import everything, import_, make_attachment, make_export, make_item, make_uploads, make_wxr_comment

pytestmark = pytest.mark.django_db
FORD = "https://old.example/2019/05/01/the-ford/"
HERE = "http://127.0.0.1:8000/2019/05/01/the-ford/"


def make_blog(tmp_path, *texts, **options):
    inside = "".join(make_wxr_comment(id=number, text=text) for number, text in enumerate(texts, 70))
    return make_export(tmp_path, make_item(id=5), make_item(id=6, slug="b", inside=inside, **options))


def links(comment):
    return re.findall(r'href="([^"]+)"', comment.body_html)


@pytest.mark.parametrize(
    ("text", "link", "words"),
    [
        (f'See <a href="{FORD}">the ford</a>.', HERE, "See the ford."),
        (f"See <a href='{FORD}' rel='nofollow'>the <b>ford</b></a>.", HERE, "See the ford."),
        (f'<a href="{FORD}">{FORD}</a>', HERE, FORD),
        (f"See {FORD}, and on.", HERE, f"See {FORD}, and on."),
        (f"({FORD})", HERE, f"({FORD})"),
        (f"„{FORD}“ says so", HERE, f"„{FORD}“ says so"),
        (f"«{FORD}» dit-il", HERE, f"«{FORD}» dit-il"),
        (f"请看{FORD}。谢谢", HERE, f"请看{FORD}。谢谢"),
        (f"「{FORD}」です", HERE, f"「{FORD}」です"),
        (f"a ({FORD}), b", HERE, f"a ({FORD}), b"),
        ("www.old.example/2019/05/01/the-ford/.", HERE, "www.old.example/2019/05/01/the-ford/."),
        (f"{FORD}—there", HERE, f"{FORD}—there"),
        ('<a href="http://www.old.example/2019/05/01/the-ford">x</a>', HERE, "x"),
        ('<a href="https://old.example/?p=5">x</a>', HERE, "x"),
        (f'<a href="{FORD}#comment-7">x</a>', f"{HERE}#comment-7", "x"),
        (f'<a href="{FORD}feed/">x</a>', f"{HERE}feed/", "x"),
        ('<a href="https://old.example/">x</a>', "http://127.0.0.1:8000/", "x"),
        ('<a href="https://old.example/category/a/">x</a>', "http://127.0.0.1:8000/category/a/", "x"),
        (
            '<a href="https://other.example/2019/05/01/the-ford/">x</a>',
            "https://other.example/2019/05/01/the-ford/",
            "x",
        ),
        ("https://old.example/nowhere/", "https://old.example/nowhere/", "https://old.example/nowhere/"),
    ],
)
def test_a_link_in_a_comment_leads_to_the_same_here(tmp_path, client, text, link, words):
    import_(make_blog(tmp_path, text))

    comment = Comment.objects.get()
    assert links(comment) == [link]
    page = client.get("/2019/05/01/b/").content.decode()
    assert escape(link) in page
    assert re.sub(r"<[^>]+>", "", comment.body_html).strip() == words


def test_code_and_what_has_no_link_stays_as_it_was_written(tmp_path):
    import_(make_blog(tmp_path, f"Use <code>{FORD}</code> there", "No link at old.example here."))

    first, second = Comment.objects.order_by("imported_id")
    assert (links(first), FORD in first.body) == ([], True)
    assert second.body == "No link at old.example here."


def test_a_link_to_a_file_leads_to_the_file(tmp_path):
    url = "https://old.example/wp-content/uploads/2019/05/ford.png"
    comment = make_wxr_comment(text=f'<a href="{url.replace("ford.png", "ford-30x20.png")}">x</a>')

    import_(
        make_export(tmp_path, make_item(inside=comment), make_attachment(url=url)),
        media=make_uploads(tmp_path, "2019/05/ford.png"),
    )

    assert links(Comment.objects.get()) == [f"http://127.0.0.1:8000{Attachment.objects.get().stored.url}"]


def test_again_changes_nothing_and_the_text_as_it_was_is_kept(tmp_path):
    file = make_blog(tmp_path, f'<a href="{FORD}">x</a>', f"Look: {FORD}")
    import_(file)
    before = everything()

    report = import_(file)

    assert everything() == before
    assert report["numbers"]["comments"]["here"] == 2
    from blog_site.models import ImportedRow

    kept = ImportedRow.objects.filter(kind="comment").values_list("original", flat=True)
    assert sorted(kept) == sorted([f'<a href="{FORD}">x</a>', f"Look: {FORD}"])
    comes_back_the_same(tmp_path)


def test_after_the_blog_has_its_address_the_same_file_brings_the_links_along(tmp_path, settings):
    file = make_blog(tmp_path, f'<a href="{FORD}">x</a>')
    import_(file)
    settings.SITE_URL = "https://new.example"

    import_(file)

    assert links(Comment.objects.get()) == ["https://new.example/2019/05/01/the-ford/"]


def test_our_own_export_keeps_the_words_and_leads_to_where_it_comes(tmp_path, settings):
    import_(make_blog(tmp_path, f'*One* <a href="{FORD}">x</a>'))
    body = Comment.objects.get().body
    file = export(tmp_path / "out.xml")
    start_afresh()
    settings.SITE_URL = "https://new.example"

    import_(file)

    assert Comment.objects.get().body == body.replace("http://127.0.0.1:8000", "https://new.example")
    assert Post.objects.count() == 2


def test_comments_of_disqus_lead_here_too(tmp_path):
    import_(make_blog(tmp_path))
    link = "https://old.example/2019/05/01/b/"
    texts = [f'<a href="{FORD}">x</a>', f"{FORD}.", '<a href="https://a.example/">y</a>']
    file = make_disqus(tmp_path, thread(link=link), *(post(number, text) for number, text in enumerate(texts, 1)))

    for _ in range(2):
        import_disqus(file)

    assert [links(comment)[0] for comment in Comment.objects.order_by("disqus_id")] == [
        HERE,
        HERE,
        "https://a.example/",
    ]


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("http://disq.us/url?url=https%3A%2F%2Fa.example%2Fx%3Fb%3D1%3AsV2c_x&amp;cuid=5", "https://a.example/x?b=1"),
        (f"https://disq.us/url?url={FORD.replace(':', '%3A')}%3AsV2c&cuid=5", HERE),
        ("https://disq.us/p/1abc", "https://disq.us/p/1abc"),
        ("http://disq.us/url?url=javascript%3Aalert(1)%3Ax", "http://disq.us/url?url=javascript%3Aalert(1)%3Ax"),
    ],
)
def test_what_disqus_has_wrapped_leads_to_what_was_meant(tmp_path, address, leads):
    import_(make_blog(tmp_path))
    link = "https://old.example/2019/05/01/b/"

    import_disqus(make_disqus(tmp_path, thread(link=link), post(1, f'<a href="{address}">x</a>')))

    assert [href.replace("&amp;", "&") for href in links(Comment.objects.get())] == [leads]


@pytest.mark.parametrize("hostile", ["https://old.example/" + "." * 15_000, "<a href=" * 2_000, "http://" * 2_500])
def test_hostile_links_take_time_in_proportion(tmp_path, hostile):
    import time

    file = make_blog(tmp_path, *[hostile] * 3)
    begun = time.process_time()
    import_(file)

    assert time.process_time() - begun < 5
