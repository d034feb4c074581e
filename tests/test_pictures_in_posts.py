"""Pictures in the form of a post without a script, and pictures of other hosts that are brought here."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Picture, Post
from posts.pictures import bringing
from posts.pictures.written import elsewhere, with_address
from tests.factories import make_author, make_post, make_staff_author
from tests.pictures import Silent, encoded, make_picture, photograph

pytestmark = pytest.mark.django_db

ADD = "/admin/posts/post/add/"


@pytest.fixture
def ann(client):
    account, author = make_staff_author(username="ann")
    client.force_login(account)
    return author


@pytest.fixture
def other_host(settings):
    """Another host, on this machine: its address, with one picture and one page."""
    answers = {
        "/drain.jpg": encoded(photograph(60, 40)),
        "/lid": encoded(photograph(30, 20), "PNG"),
        "/page.jpg": b"<p>",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = answers.get(self.path)
            self.send_response(200 if content else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.PICTURE_DOWNLOADS = "tests.pictures.ThisMachine"
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def file(name="drain.jpg", content=None):
    return SimpleUploadedFile(name, content or encoded(photograph(60, 40)))


def form(**fields):
    return {
        "title": "Forty buckets",
        "body": "Words.",
        "status": "draft",
        "published_at_0": "",
        "published_at_1": "",
        "body_format": "markdown",
        "kind": "post",
        "menu_order": "0",
    } | fields


# --- A file in the form


def test_a_picture_of_the_form_stands_at_the_end_of_the_text(client, ann):
    client.post(ADD, form(new_picture=file(), new_picture_alt="A drain", new_picture_caption="On Mill Lane"))

    picture, post = Picture.objects.get(), Post.objects.get()
    assert (picture.alt, picture.caption) == ("A drain", "On Mill Lane")
    assert post.body == f'Words.\n\n![A drain]({picture.file.url} "On Mill Lane")\n'.rstrip()
    assert "<figcaption>On Mill Lane</figcaption>" in post.body_html


def test_a_picture_of_the_form_stands_on_top_of_the_post(client, ann):
    client.post(ADD, form(new_picture=file(), new_picture_decorative="on", new_picture_place="top"))

    post = Post.objects.get()
    assert post.picture == Picture.objects.get(decorative=True)
    assert post.body == "Words."


def test_the_history_names_no_field_of_a_picture_that_nobody_chose(client, ann):
    post = make_post(author=ann, status="draft")

    client.post(f"/admin/posts/post/{post.pk}/change/", form(title="Another title", new_picture_place="text"))

    history = client.get(f"/admin/posts/post/{post.pk}/history/")
    assertContains(history, "Changed Title")
    assertNotContains(history, "Where")


def test_an_error_elsewhere_in_the_form_loses_no_picture_and_the_page_says_where_it_is(client, ann):
    refused = client.post(ADD, form(title="", new_picture=file("grating.jpg"), new_picture_alt="A drain"))

    picture = Picture.objects.get()
    assert not Post.objects.exists()
    assertContains(refused, "“grating.jpg” is in the library, and in this post.")
    assertContains(refused, f"![A drain]({picture.file.url})")
    assertNotContains(refused, 'value="A drain"')


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("words.jpg", b"<script>alert(1)</script>", "words.jpg: This is not a picture that browsers can show"),
        (
            "large.jpg",
            encoded(photograph(30, 20)) + b"\0" * 15 * 1024 * 1024,
            "large.jpg: The file is larger than 15 MB",
        ),
        ("empty.jpg", b"", "empty.jpg: This is not a picture"),
    ],
)
def test_a_file_that_is_refused_says_so_in_place_and_the_form_keeps_its_words(client, ann, name, content, words):
    refused = client.post(
        ADD, form(body="Words to keep.", new_picture=SimpleUploadedFile(name, content), new_picture_alt="A drain")
    )

    assertContains(refused, words)
    assertContains(refused, "Words to keep.")
    assertContains(refused, 'value="A drain"')
    assert not Post.objects.exists()
    assert not Picture.objects.exists()


def test_a_full_disk_loses_no_word_of_the_post(client, ann, settings):
    settings.MEDIA_ROOT = "/sys/media"  # where nobody can write

    refused = client.post(ADD, form(body="Words to keep.", new_picture=file(), new_picture_alt="A drain"))

    assertContains(refused, "The disk is full or read-only.")
    assertContains(refused, "Words to keep.")
    assert not Picture.objects.exists()


def test_a_picture_in_the_form_of_somebody_elses_post_is_not_taken(client, ann):
    post = make_post(author=make_author(name="Else"))

    client.post(f"/admin/posts/post/{post.pk}/change/", form(new_picture=file(), new_picture_alt="A drain"))

    assert not Picture.objects.exists()


def test_a_preview_takes_no_picture(client, ann):
    client.post("/admin/posts/post/preview/", form(new_picture=file(), new_picture_alt="A drain"))

    assert not Picture.objects.exists()


# --- What is not described


@pytest.mark.parametrize("place", ["text", "top"])
def test_a_post_is_not_published_with_a_picture_of_which_nothing_is_said(client, ann, place):
    sent = form(status="published", new_picture=file(), new_picture_place=place)

    refused = client.post(ADD, sent)

    assertContains(refused, "has no alternative text")
    assert not Post.objects.exists()
    Picture.objects.get().describe(alt="A drain", decorative=False)
    again = form(status="published", picture=Picture.objects.get().pk, body=f"![]({Picture.objects.get().file.url})")
    client.post(ADD, again)
    assert Post.objects.get().is_public


def test_nor_is_it_published_from_the_list(client, ann):
    silent = make_picture()
    Picture.objects.filter(pk=silent.pk).update(alt="")
    on_top = make_post(author=ann, picture=silent, status="draft")
    in_text = make_post(author=ann, body=f"![]({silent.file.url})", status="draft")

    page = client.post(
        "/admin/posts/post/", {"action": "publish", "_selected_action": [on_top.pk, in_text.pk]}, follow=True
    )

    assertContains(page, "has no alternative text")
    assert not Post.objects.published().exists()


def test_the_choice_of_the_posts_picture_has_an_old_one_that_is_chosen(client, ann):
    old = make_picture(encoded(photograph(9, 9)), alt="The oldest")
    for number in range(100):
        Picture.objects.create(file=old.file.name, alt=f"Drain {number}")
    post = make_post(author=ann, picture=old)

    page = client.get(f"/admin/posts/post/{post.pk}/change/")

    assertContains(page, f'<option value="{old.pk}" selected>The oldest</option>', html=True)
    assertContains(page, "Drain 99</option>")
    client.post(f"/admin/posts/post/{post.pk}/change/", form(picture=Picture.objects.get(alt="Drain 0").pk))
    assert Post.objects.get().picture.alt == "Drain 0"


# --- Pictures of other hosts


def test_pictures_of_other_hosts_in_a_text_are_found_however_they_are_written(settings):
    text = (
        "![A lid](http://a.example/lid.jpg?x=1&y=2) [![Small](//b.example/b-3x3.jpg)](//b.example/b.jpg)\n\n"
        '![Named][there]\n\n[there]: https://c.example/c.png "Title"\n\n<img src="https://d.example/d.gif">\n\n'
        f"![](/media/a.jpg) ![]({settings.SITE_URL}/media/b.jpg) `![](http://code.example/a.jpg)`"
    )

    assert elsewhere(text) == {
        "http://a.example/lid.jpg?x=1&y=2": "A lid",
        "//b.example/b-3x3.jpg": "Small",
        "https://c.example/c.png": "Named",
        "https://d.example/d.gif": "",
    }


def test_an_address_is_replaced_as_a_whole_only():
    text = (
        "![](http://a.example/b.jpg) ![](http://a.example/b.jpg?large) [](http://x.example/?u=http://a.example/b.jpg)"
    )

    assert with_address(text, "http://a.example/b.jpg", "/media/b.jpg") == (
        "![](/media/b.jpg) ![](http://a.example/b.jpg?large) [](http://x.example/?u=http://a.example/b.jpg)"
    )


def test_the_saved_form_offers_to_import_them_and_a_button_does(client, ann, other_host):
    post = make_post(
        author=ann, body=f"![A drain]({other_host}/drain.jpg)\n\n![]({other_host}/lid)\n\n![]({other_host}/gone.jpg)"
    )
    address = f"/admin/posts/post/{post.pk}/change/"
    assertContains(client.get(address), "Import the pictures")

    page = client.post(address, form(body=post.body + "\n\nMore.", _bring_pictures="1"), follow=True)

    post.refresh_from_db()
    drain, lid = Picture.objects.order_by("pk")
    assert (drain.alt, lid.is_described, lid.file.name.endswith(".png")) == ("A drain", False, True)
    assert post.body == (f"![A drain]({drain.file.url})\n\n![]({lid.file.url})\n\n![]({other_host}/gone.jpg)\n\nMore.")
    assertContains(page, "2 pictures are here now.")
    assertContains(page, "/gone.jpg: There is no picture")
    assertContains(page, "Import the pictures")


def test_the_script_brings_one_at_a_time(client, ann, other_host):
    def bring(path):
        return client.post("/admin/posts/picture/bring/", {"address": other_host + path, "alt": "A drain"})

    told, again = (bring("/drain.jpg").json()["picture"] for _ in range(2))

    assert (told["alt"], told["described"], told["name"]) == ("A drain", True, "drain.jpg")
    assert told["id"] == again["id"]
    for path, words in {
        "/page.jpg": "not a picture that browsers can show",
        "/gone.jpg": "no picture of up to",
    }.items():
        assert words in bring(path).json()["errors"][0]
    assert Picture.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1/a.jpg", "http://169.254.169.254/latest/meta-data/a.jpg", "http://[::1]/a.jpg"),
        *(
            "file:///etc/passwd",
            "http://localhost:8000/a.jpg",
            "ftp://a.example/a.jpg",
            "//10.0.0.1/a.jpg",
            "",
            "[",
            "a",
        ),
    ],
)
def test_nothing_is_fetched_from_where_only_the_server_can_look(client, ann, address):
    answer = client.post("/admin/posts/picture/bring/", {"address": address})

    assert answer.status_code == 422
    assert not Picture.objects.exists()


def test_while_another_site_is_awaited_nothing_is_locked_and_it_is_awaited_for_ten_seconds_at_most(
    client, ann, settings
):
    settings.PICTURE_DOWNLOADS, post = (
        "tests.pictures.Silent",
        make_post(author=ann, body="![](https://a.example/a.jpg)"),
    )
    before, Silent.asked[:] = len(connection.atomic_blocks), []

    alone = client.post("/admin/posts/picture/bring/", {"address": "https://a.example/a.jpg"})
    both = post.body + "\n\n![](https://b.example/b.jpg)"
    page = client.post(f"/admin/posts/post/{post.pk}/change/", form(body=both, _bring_pictures="1"), follow=True)

    assert (alone.status_code, len(Silent.asked)) == (422, 3)
    assert "did not send the picture in time" in alone.json()["errors"][0]
    assertContains(page, "b.jpg: The other site did not send the picture in time.")
    assert all(opened == before and seconds <= 10 for opened, seconds in Silent.asked)


def test_the_server_waits_for_two_other_sites_at_a_time_and_asks_to_try_again(client, ann, other_host):
    def bring():
        return client.post("/admin/posts/picture/bring/", {"address": f"{other_host}/drain.jpg", "alt": "A drain"})

    with bringing.places, bringing.places:
        busy = bring()

    assert (busy.status_code, "Try again in a minute" in busy.json()["errors"][0]) == (503, True)
    assert bring().status_code == 201
