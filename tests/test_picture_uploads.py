"""The library's doors: what the editor's script sends and asks, and the list that works without one."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from posts.markup import render_post
from posts.models import Author, Blog, Picture
from posts.pictures.written import written
from tests.factories import make_author, make_editor, make_post, make_staff_author, make_user
from tests.pictures import content_of, encoded, make_picture, photograph

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/posts/picture/"


@pytest.fixture
def ann(client):
    """An author's account, logged in."""
    account, author = make_staff_author(username="ann")
    client.force_login(account)
    return author


def file(name="drain.jpg", content=None):
    return SimpleUploadedFile(name, content or encoded(photograph(60, 40)))


def send(client, upload, **options):
    return client.post(f"{LIBRARY}upload/", {"file": upload}, headers={"accept": "application/json"}, **options)


def waiting(**fields):
    """A picture that was uploaded, and of which nothing is said."""
    picture = make_picture(**fields)
    Picture.objects.filter(pk=picture.pk).update(alt="", decorative=False)
    picture.refresh_from_db()
    return picture


def describe(client, picture, body_format="markdown", **words):
    typed = {f"{picture.pk}-{name}": value for name, value in words.items()}
    return client.post(f"{LIBRARY}words/", {"picture": picture.pk, "format": body_format} | typed)


# --- One file


def test_an_uploaded_file_is_in_the_library_and_waits_for_its_words(client, ann):
    answer = send(client, file())

    picture = Picture.objects.get()
    assert answer.status_code == 201
    told = answer.json()["picture"]
    assert (told["id"], told["address"], told["described"]) == (picture.pk, picture.file.url, False)
    assert client.get(told["address"]).getvalue() == content_of(picture)


def test_the_same_file_twice_is_one_picture_whatever_its_name(client, ann):
    content = encoded(photograph(60, 40))

    first, again, other = (
        send(client, each).json()["picture"]["id"]
        for each in (file("drain.jpg", content), file("Copy of drain.JPG", content), file())
    )

    assert first == again != other
    assert Picture.objects.count() == 2


def test_a_file_that_the_disk_has_lost_is_taken_again(client, ann):
    content = encoded(photograph(60, 40))
    lost = make_picture(content)
    lost.file.storage.delete(lost.file.name)

    told = send(client, file(content=content)).json()["picture"]

    assert told["id"] != lost.pk
    assert client.get(told["address"]).getvalue() == content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("words.jpg", b"<html><script>alert(1)</script></html>", "not a picture that browsers can show"),
        ("empty.jpg", b" ", "not a picture"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        ("disguised.jpg", encoded(photograph(30, 20), "PNG"), "Rename it so that it ends in .png"),
        ("half.jpg", encoded(photograph(300, 200))[:2000], "damaged or incomplete"),
        ("large.jpg", encoded(photograph(30, 20)) + b"\0" * 30 * 1024 * 1024, "larger than 15 MB"),
    ],
)
def test_a_file_that_is_refused_says_why_and_leaves_nothing(client, ann, name, content, words):
    answer = send(client, file(name, content))

    assert answer.status_code == 422
    assert words in answer.json()["errors"][0]
    assert not Picture.objects.exists()


def test_a_request_without_a_file_says_what_to_do(client, ann):
    assert client.post(f"{LIBRARY}upload/").json() == {"errors": ["Choose a file first."]}


def test_a_disk_that_takes_nothing_is_told_and_nothing_is_stored(client, ann, settings):
    settings.MEDIA_ROOT = "/sys/media"  # where nobody can write, not even root

    answer = send(client, file())

    assert answer.status_code == 507
    assert "The disk is full or read-only" in answer.json()["errors"][0]
    assert not Picture.objects.exists()


# --- Who may


@pytest.mark.parametrize("door", ["upload/", "bring/", "upload-several/"])
def test_nobody_without_the_right_adds_a_picture(client, door):
    client.force_login(make_user(is_staff=True))

    assert (
        client.post(LIBRARY + door, {"file": file(), "files": file(), "address": "http://a.example/"}).status_code
        == 403
    )
    assert "/login/" in Client().post(LIBRARY + door, {"file": file()}).url
    assert not Picture.objects.exists()


def test_another_site_can_not_send_a_file(ann):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann.user)

    assert send(client, file()).status_code == 403
    assert not Picture.objects.exists()


@pytest.mark.parametrize("door", ["upload/", "bring/", "upload-several/", "words/"])
def test_a_link_changes_nothing(client, ann, door):
    assert client.get(LIBRARY + door).status_code == 405


def test_nobody_without_the_right_looks_into_the_library(client):
    picture = make_picture()
    account = make_user(is_staff=True)
    client.force_login(account)

    assert client.get(f"{LIBRARY}library/").status_code == 403
    assert client.get(f"{LIBRARY}{picture.pk}/uses/").status_code == 403
    assert describe(client, picture).status_code == 403
    account.user_permissions.add(Permission.objects.get(codename="view_picture"))
    assert client.get(f"{LIBRARY}library/").status_code == 200


# --- Words


def test_the_words_of_the_dialog_are_the_pictures_and_stand_in_the_text(client, ann):
    picture = waiting()

    answer = describe(client, picture, alt="A [half] grating", caption="On Mill Lane")

    picture.refresh_from_db()
    assert (picture.alt, picture.caption) == ("A [half] grating", "On Mill Lane")
    text = answer.json()["pictures"][0]["text"]
    assert text == rf'![A \[half\] grating]({picture.file.url} "On Mill Lane")'
    post = make_post(author=ann, body=text)
    assert 'alt="A [half] grating"' in post.body_html
    assert "<figcaption>On Mill Lane</figcaption>" in post.body_html


def test_a_picture_of_which_nothing_is_said_is_asked_for(client, ann):
    picture = waiting()

    answer = describe(client, picture, caption="On Mill Lane")

    assert answer.status_code == 422
    assert "Describe what the picture shows" in answer.json()["errors"][str(picture.pk)]["alt"][0]
    assert describe(client, picture, decorative="on").json()["pictures"][0]["text"] == f"![]({picture.file.url})"
    picture.refresh_from_db()
    assert picture.decorative


def test_a_picture_that_has_words_keeps_them_and_the_text_has_its_own(client, ann):
    picture = make_picture(alt="A drain", caption="Before")

    text = describe(client, picture, alt="A clean drain", caption="After").json()["pictures"][0]["text"]

    picture.refresh_from_db()
    assert (picture.alt, picture.caption) == ("A drain", "Before")
    assert text == f'![A clean drain]({picture.file.url} "After")'


def test_the_credit_stays_below_a_picture_whose_caption_is_its_own(client, ann):
    picture = make_picture(caption="Before", credit="Photo: Bo")

    text = describe(client, picture, caption="Before").json()["pictures"][0]["text"]

    assert "Before <span" in make_post(body=text).body_html.replace("\n", "")


def test_a_picture_in_somebody_elses_post_is_not_described_by_others(client, ann):
    picture = waiting()
    make_post(author=make_author(name="Else"), body=f"![Theirs]({picture.file.url})", status="draft")

    text = describe(client, picture, alt="Mine").json()["pictures"][0]["text"]

    picture.refresh_from_db()
    assert picture.alt == ""
    assert text.startswith("![Mine](")


def test_a_text_in_html_gets_html(client, ann):
    picture = waiting()

    text = describe(client, picture, "html", alt='A "drain"', caption="<b>").json()["pictures"][0]["text"]

    assert text == (
        f'<figure><img src="{picture.file.url}" alt="A &quot;drain&quot;"><figcaption>&lt;b&gt;</figcaption></figure>'
    )


@pytest.mark.parametrize(
    "words",
    [
        *("a [b] c", "]", "[x](y)", "![x", "5 $ and $6$", "`code`", "back\\slash", "ends in \\", "&copy; & &#64;"),
        *("<b>bold</b>", "*so* _so_ __so__", '"quoted"', 'a "b" c', "it's", "(a) b)", "خط", "two\nlines  here"),
    ],
)
def test_words_are_shown_as_they_were_typed(words):
    picture = make_picture(alt="A drain")

    text = render_post(written(picture, "markdown", alt=words, caption=words), "markdown")

    shown = " ".join(words.split())
    for before, after in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        shown = shown.replace(before, after)
    assert f'alt="{shown}"' in text
    assert text.startswith("<figure>")


# --- The library


def test_the_library_is_searched_and_has_pages(client, ann):
    pictures = [make_picture(encoded(photograph(9, 9)), alt=f"Drain {number}") for number in range(31)]

    first = client.get(f"{LIBRARY}library/").json()
    second = client.get(f"{LIBRARY}library/", {"page": first["next"]}).json()
    found = client.get(f"{LIBRARY}library/", {"q": '"drain 17"'}).json()

    assert [len(first["pictures"]), len(second["pictures"]), second["next"]] == [30, 1, None]
    assert first["pictures"][0]["id"] == pictures[-1].pk
    assert [each["alt"] for each in found["pictures"]] == ["Drain 17"]
    for odd in ({"q": "\0"}, {"q": "xyzzy"}, {"page": "999"}, {"page": "-1"}, {"page": "x"}):
        assert client.get(f"{LIBRARY}library/", odd).status_code == 200


def test_a_page_of_the_library_costs_few_queries(client, ann, django_assert_max_num_queries):
    for _ in range(5):
        make_picture(encoded(photograph(9, 9)))
    client.get(f"{LIBRARY}library/")

    with django_assert_max_num_queries(8):
        client.get(f"{LIBRARY}library/")


def test_where_a_picture_stands_is_told_as_far_as_the_account_may_know(client, ann):
    picture = make_picture()
    own = make_post(author=ann, title="Mine", body=f"![]({picture.file.url})", status="draft")
    make_post(author=ann, title="On top", picture=picture)
    make_post(author=make_author(name="Zed"), title="Secret", body=f"![]({picture.file.url})", status="private")
    make_author(name="Drainpipe", bio=f"![]({picture.file.url})")
    Blog.objects.update_or_create(pk=1, defaults={"title": "The Drain", "logo": picture})

    told = client.get(f"{LIBRARY}{picture.pk}/uses/").json()

    assert {place["name"] for place in told["places"]} == {"Mine", "On top", "Drainpipe", "The Drain"}
    assert own.get_absolute_url() in {place["address"] for place in told["places"]}
    assert told["hidden"] == 1


# --- The list


def test_several_files_are_uploaded_by_a_plain_form_and_each_that_is_refused_is_named(client, ann):
    files = [file(f"drain{number}.jpg") for number in range(3)] + [file("words.jpg", b"<script>")]

    page = client.post(f"{LIBRARY}upload-several/", {"files": files}, follow=True)

    assert Picture.objects.undescribed().count() == 3
    assertContains(page, "3 pictures are in the library.")
    assertContains(page, "ords.jpg: This is not a picture")
    assertContains(page, "drain2-")


def listed(client, **query):
    page = client.get(LIBRARY, query)
    assert page.status_code == 200
    return {card["picture"].pk for card in page.context["cl"].cards()}


def test_the_list_is_narrowed_by_use_and_words(client, ann):
    on_top, in_text, in_bio, imported, photo, logo = (make_picture() for _ in range(6))
    unused, silent, plain = make_picture(), waiting(), make_picture(decorative=True)
    Picture.objects.filter(pk=imported.pk).update(file="wordpress/2014/09/drain cover (1).jpg")
    make_post(picture=on_top, body=f"![A drain]({in_text.file.url})")
    make_post(status="draft", body="![](/media/wordpress/2014/09/drain%20cover%20%281%29.jpg)")
    make_author(name="Bo", bio=f"![]({in_bio.file.url})")
    Author.objects.filter(name="Bo").update(photo=photo)
    Blog.objects.update_or_create(pk=1, defaults={"logo": logo})

    assert listed(client, used="yes") == {on_top.pk, in_text.pk, in_bio.pk, imported.pk, photo.pk, logo.pk}
    assert listed(client, used="no") == {unused.pk, silent.pk, plain.pk}
    assert listed(client, words="none") == {silent.pk}
    assert listed(client, words="decorative") == {plain.pk}
    assert len(listed(client, words="some")) == 7
    assert len(listed(client)) == 9


def test_the_list_says_where_a_picture_stands_and_names_no_post_that_one_may_not_see(client, ann):
    picture = make_picture()
    make_post(author=ann, title="Mine", body=f"![]({picture.file.url})")
    make_post(author=make_author(name="Zed"), title="Secret", picture=picture, status="private")

    page = client.get(LIBRARY)

    assertContains(page, ">Mine</a>")
    assertContains(page, "Also in posts that you don’t have permission to view.")
    assertNotContains(page, "Secret")


def test_the_list_costs_as_many_queries_with_twenty_pictures_as_with_two(client, ann, django_assert_num_queries):
    def add(number):
        for _ in range(number):
            picture = make_picture(encoded(photograph(9, 9)))
            make_post(author=ann, body=f"![]({picture.file.url})")

    add(2)
    client.get(LIBRARY)
    with django_assert_num_queries(21):
        client.get(LIBRARY)
    add(18)
    with django_assert_num_queries(21):
        client.get(LIBRARY)


def lines(client, **typed):
    """What the list's form sends, with some of its fields typed anew."""
    cards = list(client.get(LIBRARY).context["cl"].cards())
    sent = {"form-TOTAL_FORMS": len(cards), "form-INITIAL_FORMS": len(cards), "_save": "Save"}
    for number, card in enumerate(cards):
        picture = card["picture"]
        sent |= {f"form-{number}-id": picture.pk, f"form-{number}-alt": typed.get(f"p{picture.pk}", picture.alt)}
        if picture.decorative:
            sent[f"form-{number}-decorative"] = "on"
    return client.post(LIBRARY, sent, follow=True)


def test_alternative_texts_are_typed_in_the_list_while_others_still_wait(client, ann):
    typed, silent = waiting(), waiting()

    lines(client, **{f"p{typed.pk}": "A grating"})

    typed.refresh_from_db()
    silent.refresh_from_db()
    assert (typed.alt, silent.alt) == ("A grating", "")


def test_in_the_list_too_a_picture_of_somebody_elses_post_is_changed_by_editors_alone(client, ann):
    picture = make_picture()
    make_post(author=make_author(name="Else"), body=f"![]({picture.file.url})")

    lines(client, **{f"p{picture.pk}": "Changed"})
    picture.refresh_from_db()
    assert picture.alt == "A drain"

    client.force_login(make_editor())
    lines(client, **{f"p{picture.pk}": "Changed"})
    picture.refresh_from_db()
    assert picture.alt == "Changed"


def test_a_decorative_picture_with_a_text_is_refused_in_the_list(client, ann):
    picture = make_picture(decorative=True)

    page = lines(client, **{f"p{picture.pk}": "A grating"})

    assertContains(page, "A decorative picture has no alternative text.")
