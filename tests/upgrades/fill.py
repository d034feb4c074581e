"""What people do in a blog, on top of the sample one: through the forms, buttons and commands that they use."""

import re
import tempfile
from pathlib import Path

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from comments.models import Comment, DiscussionSettings
from posts.models import Picture, Post
from tests.factories import make_editor, make_user
from tests.pictures import encoded, photograph
from tests.wxr import import_, make_category, make_export, make_item, make_uploads, make_wxr_comment

DESK = "/admin/comments/comment/"
HOST = {"SERVER_NAME": "127.0.0.1"}


def fill():
    User.objects.create_superuser("boss", email="boss@example.org", password="a long password of the boss")
    settings = DiscussionSettings.load()
    settings.hold_words, settings.block_words, settings.flood_seconds = "heron*", "casino", 0
    settings.save()
    post = Post.objects.get(slug="the-dashboard-was-green")
    receive(post)
    decide()
    upload()
    move_in()


def receive(post):
    """What strangers, a remembered browser and an account write: held, spam, and public at once."""
    send(post, name="Ada", body="The first of mine, which waits.", notify="on")
    send(post, name="Bea", body="Come to our casino.")
    send(post, name="Cy", body="I saw a *heron* there.", url="https://cy.example")
    for number in range(4):
        send(post, name=f"Reader {number}", body=f"Words of reader {number}, in [a link](https://example.org).")
    account = make_user(username="dora", email="dora@example.org", first_name="Dora")
    send(post, account=account, body="With an account.")
    answered = Comment.objects.approved().filter(post=post).order_by("pk").first()
    send(post, name="Eve", body="> a quotation\n\nAn answer to it.", parent=answered.pk)


def send(post, *, account=None, **typed):
    client = Client(**HOST)
    if account:
        client.force_login(account)
    fields = {
        "name": "Bo",
        "email": f"{typed.get('name', 'bo').split()[0].lower()}@example.org",
        "url": "",
        "parent": "",
    }
    answer = client.post(f"/comments/on/{post.pk}/", fields | typed)
    assert answer.status_code == 303, answer.content


def decide():
    """Decisions on one and on many, one of them taken back, one comment deleted for ever, one edited and answered."""
    client = Client(**HOST)
    client.force_login(make_editor(username="editor", email="editor@example.org"))
    waiting = {comment.name: comment for comment in Comment.objects.in_moderation()}
    act(client, "approve", [waiting["Ada"]])
    act(client, "trash", [waiting["Cy"]])
    act(client, "spam", [waiting["Reader 0"]])
    act(client, "restore", [waiting["Cy"]])
    batch = act(client, "trash", [waiting["Reader 1"]], ask="1")
    client.post(batch, {"do": "start", "reason": "Beside the point."})
    gone = act(client, "erase", [waiting["Reader 1"]])
    client.post(gone, {"do": "start"})
    page = client.get(f"{DESK}{waiting['Ada'].pk}/change/").content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    form = {"body": "The first of mine, put right.", "reason": "A typing error.", "answer": "Thank you.", "seen": seen}
    client.post(f"{DESK}{waiting['Ada'].pk}/change/", form)
    # The last one, which the test takes back.
    rest = Comment.objects.in_moderation().filter(name__startswith="Reader")
    batch = act(client, "approve", rest, ask="1")
    client.post(batch, {"do": "start"})


def act(client, verb, comments, **fields):
    """Chooses an action in the desk's list for these comments; returns where that leads."""
    data = {"action": verb, "_selected_action": [comment.pk for comment in comments], "select_across": "0", **fields}
    answer = client.post(f"{DESK}?status__exact=all", data)
    assert answer.status_code == 302, answer.content
    return answer.headers["Location"]


def upload():
    """A picture and a post with it, by the admin's forms."""
    boss = Client(**HOST)
    boss.force_login(User.objects.get(username="boss"))
    boss.post(
        "/admin/posts/picture/add/",
        {"file": SimpleUploadedFile("drain.jpg", encoded(photograph(400, 300))), "alt": "A"},
    )
    # Of this small one alone: the sample blog's are large, and the worker of the next version makes them.
    call_command("make_renditions", picture=Picture.objects.order_by("pk").last().pk)


def move_in():
    """A post with a picture and a thread from WordPress."""
    with tempfile.TemporaryDirectory() as folder:
        replies = make_wxr_comment(id=1) + make_wxr_comment(id=2, parent=1, text="So was I.", approved="0")
        item = make_item(
            text='The ford. <img src="https://old.example/wp-content/uploads/2019/05/ford.png" alt="A ford">',
            terms='<category domain="category" nicename="fords">Fords</category>',
            inside=replies,
        )
        export = make_export(Path(folder), item, extra=make_category("fords"))
        make_uploads(Path(folder), "2019/05/ford.png")
        import_(export, media=str(Path(folder, "uploads")))
