"""The picture that other sites show for a link to a post."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from posts import cards
from posts.models import Blog
from tests.factories import make_author, make_post

pytestmark = pytest.mark.django_db


def read(content):
    return Image.open(BytesIO(content)).convert("RGB")


def ink(content, box=(0, cards.TITLE_TOP, cards.WIDTH, cards.TITLE_BOTTOM)):
    """Where in the title's field, or in `box`, something dark stands: (left, top, right, bottom) or None."""
    part = read(content).crop(box).convert("L")
    return part.point(lambda value: 255 * (value < 100)).getbbox()


def test_a_public_post_has_a_card_that_may_be_kept_for_ever(client):
    post = make_post(title="Forty-one buckets", author=make_author(name="Ann Writer"))

    answer = client.get(post.card_url)

    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert read(answer.content).size == (1200, 630)
    assert ink(answer.content)
    assert len(answer.content) < 60_000
    assert not answer.cookies


def test_what_the_card_says_changes_its_address_and_an_old_one_leads_to_it(client):
    post = make_post(title="Forty buckets")
    before, card = post.card_url, client.get(post.card_url).content
    post.title = "Forty-one buckets"
    post.save()

    moved = client.get(before)

    assert post.card_url != before
    assert moved.status_code == 302
    assert moved["Location"] == post.card_url
    assert client.get(post.card_url).content != card
    post.author.name = "Somebody Else"
    assert post.card_url != moved["Location"]


def test_the_blogs_name_is_on_it(client):
    post = make_post()
    before = client.get(post.card_url).content
    Blog(title="Another name").save()

    assert client.get(post.card_url).content != before


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "private"}, {"status": "trash"}])
def test_what_is_not_public_has_no_card(client, fields):
    post = make_post(**fields)

    assert client.get(post.card_url).status_code == 404
    assert client.get("/card/999999-abcdef.png").status_code == 404
    assert client.post(make_post().card_url).status_code == 405


def test_asking_for_its_address_costs_a_page_no_query(django_assert_num_queries):
    post = make_post()

    with django_assert_num_queries(0):
        assert post.card_url.endswith(".png")


@pytest.mark.parametrize(
    "title", ["W" * 300, "A very long title " * 17, "Short", "x", "<b>&amp;</b>", "Ŵyth ŷd – “één”", "Почему?"]
)
def test_a_title_stays_between_its_lines_whatever_its_length(title):
    left, top, right, bottom = ink(cards.draw_card("Blog", title, "Ann"))

    assert left >= cards.MARGIN - 4
    assert right <= cards.WIDTH - cards.MARGIN + 4
    assert top >= 0
    assert bottom <= cards.TITLE_BOTTOM - cards.TITLE_TOP


@pytest.mark.parametrize("title", ["لماذا أقرأ تعليقك", "למה אני קורא"])
def test_a_title_that_runs_to_the_left_starts_on_the_right(title):
    drawn = cards.draw_card("Blog", title, "Ann")

    if cards._can_join():
        left, _top, right, _bottom = ink(drawn)
        assert right > cards.WIDTH - cards.MARGIN - 20
        assert left > cards.MARGIN + 20
    else:
        assert ink(drawn) is None


def test_a_title_whose_letters_the_font_lacks_is_no_row_of_boxes():
    lacking = cards.draw_card("Right of Reply", "评论的权利", "王伟")

    assert ink(lacking) is None
    difference = ImageChops.difference(read(lacking), read(cards.draw_card("Right of Reply", "ไทย", "王伟")))
    assert difference.getbbox() is None


def test_signs_without_a_letter_are_left_out_and_the_words_stay():
    assert cards.draw_card("Blog", "Buckets 🎉🪣", "Ann") == cards.draw_card("Blog", "Buckets", "Ann")
