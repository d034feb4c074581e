"""The pictures in README and docs, from the sample blog: `make screenshots` takes them anew.

`python -m tests.screenshots FOLDER [NAME…]` takes the author's desk instead, light and dark, to be looked at;
with `LANGUAGE_CODE=de` (or `ar`, which is written from right to left) in that language.
"""

import io
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.benchmarks.server import ROOT, environment, prepare, serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ADMIN = "/admin/"
WIDTHS = (375, 1280, 1600)
TALLEST = 6000  # pixels of a page that are looked at
WINDOW = {"width": 1280, "height": 860}


def main(folder=None, *names):
    with tempfile.TemporaryDirectory(prefix="screenshots-") as data:
        env = environment(
            data,
            settings="tests.benchmarks.settings",
            BENCH_STATIC_ROOT=f"{data}/static",
            IMPORTS_ROOT=f"{data}/imports",
            LANGUAGE_CODE=os.environ.get("LANGUAGE_CODE", "en-gb"),
        )
        prepare(env)
        session, pages = write_blog()
        with serving(env, log=f"{data}/blog.log", workers=1) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            camera = Camera(browser, f"http://127.0.0.1:{server.port}", session, pages)
            if folder:
                camera.take_all(Path(folder), names or pages)
            else:
                camera.illustrate(ROOT / "docs")
            browser.close()


def write_blog():
    """The sample blog with an owner at work: her session, and {name: address} of the pages."""
    # Django is ready only now.
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from blog_site.accounts.invitation import Invitation
    from blog_site.accounts.setup import Setup
    from comments.models import Comment
    from posts.models import Author, Category, MenuItem, Notice, Picture, Post
    from tests.factories import make_author, make_post, make_subscriber

    now = timezone.now()
    call_command("demo", stdout=io.StringIO())
    denise = get_user_model().objects.get(username="denise-arkle")
    denise.is_superuser, denise.email = True, "denise.arkle@ellermouth.example"
    denise.save()
    author = Author.objects.get(user=denise)
    make_post(author=author, title="What the harbour board would not say", status="draft", published_at=None)
    make_post(author=author, title="Notes for the budget meeting", status="draft", published_at=None)
    make_post(author=author, title="The 17, one year on", published_at=now + timedelta(days=3))
    make_post(author=author, title="For the committee alone", status="private")
    make_post(author=author, title="A walk that I did not take", status="trash")
    post = Post.objects.get(slug="the-dashboard-was-green")
    post.body = post.body.replace("three times", "four times")
    post.save(by=denise)
    person = make_author(name="Catherine Ropewalk", bio="")
    Invitation.objects.create(author=person, email="catherine@ellermouth.example", role="author", by=denise)
    MenuItem.objects.create(position=1, page=Post.objects.pages().published().first())
    MenuItem.objects.create(position=2, category=Category.objects.get(slug="the-council"))
    MenuItem.objects.create(position=3, label="Archives", address="/archives/")
    Notice.objects.create(text="The ward surgery is on **Saturday**.", address="/about/", link_label="Come along")
    for number in range(5):
        make_subscriber(email=f"reader{number}@example.org")
    Setup.keep(done_at=now)
    client = Client()
    client.force_login(denise)
    own = f"{ADMIN}posts/post/{post.pk}/"
    return client.cookies["sessionid"].value, {
        "home": ADMIN,
        "editor": f"{own}change/",
        "new-post": f"{ADMIN}posts/post/add/",
        "list": f"{ADMIN}posts/post/",
        "trash": f"{ADMIN}posts/post/?status__exact=trash",
        "quick-edit": f"{own}quick/",
        "versions": f"{own}revisions/",
        "version": f"{own}revisions/{post.revisions.first().pk}/",
        "library": f"{ADMIN}posts/picture/",
        "picture": f"{ADMIN}posts/picture/{Picture.objects.first().pk}/change/",
        "settings": f"{ADMIN}posts/blog/1/change/",
        "people": f"{ADMIN}posts/author/",
        "person": f"{ADMIN}posts/author/{author.pk}/change/",
        "profile": "/accounts/profile/",
        "setup": f"{ADMIN}setup/",
        "subscribers": f"{ADMIN}posts/subscriber/",
        "categories": f"{ADMIN}posts/category/",
        "comments": f"{ADMIN}comments/comment/",
        "comment": f"{ADMIN}comments/comment/{Comment.objects.in_moderation().first().pk}/change/",
        "discussion": f"{ADMIN}comments/discussionsettings/1/change/",
        "import": f"{ADMIN}blog_site/import/add/",
        "exports": f"{ADMIN}blog_site/export/",
        "export": f"{ADMIN}blog_site/export/add/",
        "mail": f"{ADMIN}mail/",
        "post": post.get_absolute_url(),
    }


class Camera:
    def __init__(self, browser, root, session, pages):
        self.browser, self.root, self.session, self.pages = browser, root, session, pages

    def open(self, name, *, logged_in=True, width=WINDOW["width"], height=WINDOW["height"]):
        """A page of its own with what stands under this name; close its context."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce", locale="en-GB"
        )
        if logged_in:
            context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.root}])
        page = context.new_page()
        page.goto(self.root + self.pages[name], wait_until="networkidle")
        return page

    # --- For docs

    def illustrate(self, folder):
        for name, opened in {
            "dashboard": lambda: self.open("home", height=1440),
            "editor": self._with_live_preview,
            "list": lambda: self.open("list"),
            "library": lambda: self.open("library"),
            "settings": lambda: self.open("settings"),
            "people": lambda: self.open("people", height=620),
            "setup": lambda: self.open("setup"),
            "desk": lambda: self.open("comments"),
            "comment": lambda: self.open("comment"),
            "rehearsal": self._with_a_rehearsal,
        }.items():
            page = opened()
            keep(Image.open(io.BytesIO(page.screenshot())), folder / f"{name}.png")
            page.context.close()
        self._post_and_thread(folder / "screenshot.png")

    def _with_live_preview(self):
        page = self.open("editor")
        page.locator("#live-show").click()
        page.frame_locator("#live-preview iframe").locator("img").wait_for()
        return page

    def _with_a_rehearsal(self):
        page = self.open("discussion")
        page.locator("[name=hold_words]").fill("council*")
        page.locator("[name=_save]").last.click()
        page.wait_for_load_state("networkidle")
        return page

    def _post_and_thread(self, path):
        """The beginning of a post, and beside it an answer of the author's in its thread."""
        page = self.open("post", logged_in=False, width=720, height=885)
        shots = [page.screenshot()]
        page.locator("#comments .by-author").first.evaluate(
            "answer => scrollBy(0, answer.getBoundingClientRect().top - 120)"
        )
        shots.append(page.screenshot())
        page.context.close()
        beginning, thread = (Image.open(io.BytesIO(shot)) for shot in shots)
        both = Image.new("RGB", (2 * 720 + 30, 885), "#d2cccc")
        both.paste(beginning, (0, 0))
        both.paste(thread, (720 + 30, 0))
        keep(both, path)

    # --- To be looked at

    def take_all(self, folder, names):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            for width in WIDTHS:
                page = self.open(name, width=width)
                height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": max(height, WINDOW["height"])})
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                page.context.close()


def keep(image, path):
    """With as many colours as a page needs, which takes a third of the bytes."""
    image.convert("RGB").quantize(255, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
