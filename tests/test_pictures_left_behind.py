"""A picture that could not be taken is its words with a link to where it is, and never a broken box."""

import re

import pytest
from bs4 import BeautifulSoup

from posts.markup import plain_text
from posts.models import Picture, Post
from tests.factories import make_author, make_post
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads

pytestmark = pytest.mark.django_db
OLD = "https://old.example/wp-content/uploads/2019/05"


def take_in(tmp_path, text, **fields):
    import_(make_export(tmp_path, make_item(text=text, **fields)))
    return Post.objects.get()


def seen(client, post):
    page = BeautifulSoup(client.get(post.get_absolute_url()).content, "html.parser")
    return page.select_one(".e-content") or page


PICTURE = f'<img class="alignleft" src="{OLD}/ford.png" alt="A ford" width="300" height="200">'


@pytest.mark.parametrize(
    "text",
    [
        f"Before {PICTURE} after",
        f"<p>{PICTURE}</p>",
        f'[caption id="x" align="alignleft" width="300"]{PICTURE} At noon[/caption]',
        f'<a href="{OLD}/ford.png">{PICTURE.replace("ford.png", "ford-300x200.png")}</a>',
        f"<!-- wp:image --><figure>{PICTURE}<figcaption>At noon</figcaption></figure><!-- /wp:image -->",
        f"<!-- wp:gallery --><figure><!-- wp:image --><figure>{PICTURE}</figure><!-- /wp:image --></figure>",
        f"<!-- wp:media-text --><div><figure>{PICTURE}</figure><div><p>Beside</p></div></div><!-- /wp:media-text -->",
        f"<!-- wp:cover --><div>{PICTURE}<p>On it</p></div><!-- /wp:cover -->",
        f"<table><tr><td>{PICTURE}</td></tr></table>",
        f"<ul><li>{PICTURE}</li></ul>",
        '<img src="/wp-content/uploads/2019/05/ford.png" alt="A ford">',
        '<img src="//old.example/wp-content/uploads/2019/05/ford.png" alt="A ford">',
    ],
)
def test_it_shows_as_its_words_with_a_link_wherever_it_stood(client, tmp_path, text):
    post = take_in(tmp_path, text)

    page = seen(client, post)
    assert not page.find("img")
    (link,) = page.find_all("a", href=re.compile(r"ford(-300x200)?\.png"))
    assert link["href"].startswith(f"{OLD}/")
    assert link.text == "A ford"
    assert ("At noon" in page.text) == ("At noon" in text)


def test_one_without_alternative_text_is_called_by_its_file_and_an_inline_one_leaves_nothing(client, tmp_path):
    post = take_in(tmp_path, f'<img src="{OLD}/my%20ford.png" alt=""> <img src="data:image/gif;base64,R0lG" alt="">')

    assert seen(client, post).find("a", href=f"{OLD}/my%20ford.png").text == "Picture: my ford.png"
    assert plain_text(post.body_html) == "Picture: my ford.png"


def test_within_a_link_that_leads_elsewhere_both_are_there(client, tmp_path):
    post = take_in(tmp_path, f'<a href="https://other.example/page/">See {PICTURE}</a> and on')

    links = [(link["href"], link.text) for link in seen(client, post).find_all("a")]
    assert links[:2] == [("https://other.example/page/", "See A ford"), (f"{OLD}/ford.png", "Picture: ford.png")]


def test_a_gallery_has_the_words_of_all_its_pictures(client, tmp_path):
    attachments = [
        make_attachment(id=number, url=f"{OLD}/{number}.png", alt=f"Ford {number}").replace(
            "</item>", f"<excerpt:encoded>Caption {number}</excerpt:encoded></item>"
        )
        for number in (8, 9)
    ]
    import_(make_export(tmp_path, make_item(text='[gallery ids="8,9"]'), *attachments))

    page = seen(client, Post.objects.get())
    assert not page.find("img")
    assert [figure.text for figure in page.select(".gallery figure")] == ["Ford 8Caption 8", "Ford 9Caption 9"]
    assert [link["href"] for link in page.select(".gallery a")] == [f"{OLD}/8.png", f"{OLD}/9.png"]


def test_a_lead_picture_stands_above_the_text_with_its_words_until_it_comes(client, tmp_path):
    lead = make_attachment(id=9, url=f"{OLD}/ford.png", alt="A ford").replace(
        "</item>", "<excerpt:encoded>At noon</excerpt:encoded></item>"
    )
    file = make_export(tmp_path, make_item(text="The ford is closed.", meta={"_thumbnail_id": "9"}), lead)
    report = import_(file)
    post = Post.objects.get()

    page = seen(client, post)
    figure = page.find("figure")
    assert (figure.a["href"], figure.a.text, figure.figcaption.text) == (f"{OLD}/ford.png", "A ford", "At noon")
    assert page.text.index("At noon") < page.text.index("The ford is closed.")
    assert "ford.png" in str(report["worth_a_look"])
    assert import_(file)["numbers"]["posts"]["here"] == 1

    import_(file, media=make_uploads(tmp_path, "2019/05/ford.png"))

    post = Post.objects.get()
    assert (post.picture, post.body) == (Picture.objects.get(), "<p>The ford is closed.</p>")


def test_when_it_comes_later_it_is_shown_again(client, tmp_path):
    file = make_export(tmp_path, make_item(text=f"Look: {PICTURE}"))
    import_(file)

    import_(file, media=make_uploads(tmp_path, "2019/05/ford.png"))

    post = Post.objects.get()
    assert seen(client, post).find("img")["src"] == Picture.objects.get().file.url
    assert "old.example" not in post.body_html


def test_other_hosts_pictures_are_links_in_what_is_written_here_in_feeds_and_in_bios(client):
    author = make_author(bio="![Ann](https://a.example/ann.png)")
    post = make_post(
        author=author, body="![A <b> ford](https://a.example/x.png?a=1&b=2)\n\n![](https://a.example/y.png)"
    )

    assert '<a href="https://a.example/x.png?a=1&amp;b=2">A &lt;b&gt; ford</a>' in post.body_html
    assert ">Picture: y.png</a>" in post.body_html
    assert "<img" not in post.body_html + author.bio_html
    assert "https://a.example/ann.png" in author.bio_html
    feed = client.get("/feed/").content.decode()
    assert "img src" not in feed


def test_a_picture_that_the_blog_serves_itself_stays_one(client):
    post = make_post(body="![The mark](/static/icon.svg)")

    assert seen(client, post).find("img")["src"] == "/static/icon.svg"


@pytest.mark.seed
@pytest.mark.parametrize("name", ["03-pictures", "08-blocks", "17-noscript", "14-other-uploads"])
def test_no_case_leaves_a_broken_box_without_its_files(client, name):
    import_(SHARED / "cases" / "import" / f"{name}.xml")

    for post in Post.objects.all():
        assert not re.search(r'<img(?![^>]*src="/media/)', post.body_html), post.title
        assert "&lt;img" not in post.body_html
