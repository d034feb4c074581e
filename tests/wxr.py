"""WordPress exports for tests, as small as they can be, and the command that takes them in."""

import json
from html import escape
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from PIL import Image

from comments.models import Comment, Decision
from posts.models import Author, Category, Picture, Post, Tag

SHARED = Path(__file__).resolve().parents[2] / "shared"
WXR = "http://wordpress.org/export/1.2/"


def make_fields(prefix="", **fields):
    return "".join(f"<{prefix}{name}>{escape(str(value))}</{prefix}{name}>" for name, value in fields.items())


def make_wxr_comment(
    *, id=1, author="Bo Reader", text="I was there.", approved="1", type="comment", parent=0, **fields
):
    fields = {
        "comment_author_email": "bo@example.org",
        "comment_author_url": "",
        "comment_author_IP": "192.0.2.7",
        "comment_date": "2019-05-02 11:00:00",
        "comment_date_gmt": "2019-05-02 10:00:00",
    } | fields
    own = {
        "comment_id": id,
        "comment_author": author,
        "comment_content": text,
        "comment_approved": approved,
        "comment_type": type,
        "comment_parent": parent,
    }
    return f"<wp:comment>{make_fields('wp:', **own, **fields)}</wp:comment>"


def make_category(slug, *, name=None, parent=""):
    own = make_fields("wp:", category_nicename=slug, category_parent=parent, cat_name=name or slug.title())
    return f"<wp:category>{own}</wp:category>"


def make_item(
    *,
    id=1,
    title="The ford",
    text="The ford is closed.",
    slug="the-ford",
    link=None,
    terms="",
    meta=None,
    inside="",
    **fields,
):
    link = f"https://old.example/2019/05/01/{slug}/" if link is None else link
    own = {
        "post_date": "2019-05-01 09:00:00",
        "post_date_gmt": "2019-05-01 08:00:00",
        "comment_status": "open",
        "status": "publish",
        "post_parent": 0,
        "post_type": "post",
    } | fields
    metadata = "".join(
        f"<wp:postmeta>{make_fields('wp:', meta_key=key, meta_value=value)}</wp:postmeta>"
        for key, value in (meta or {}).items()
    )
    return (
        f"<item>{make_fields(title=title, link=link, guid=f'https://old.example/?p={id}')}<dc:creator>ann</dc:creator>"
        f"<content:encoded>{escape(text)}</content:encoded>{terms}"
        f"{make_fields('wp:', post_id=id, post_name=slug, **own)}{metadata}{inside}</item>"
    )


def make_export(tmp_path, *items, name="export.xml", head="", wxr=WXR, extra=""):
    """A file as WordPress writes it, with these items; returns its path."""
    path = tmp_path / name
    author = make_fields(
        "wp:", author_login="ann", author_display_name="annie", author_first_name="Ann", author_last_name="Writer"
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="{wxr}" xmlns:excerpt="{wxr}excerpt/"><channel>'
        "<title>The Old Place</title><link>https://old.example</link><description>About fords</description>"
        f"<wp:wxr_version>1.2</wp:wxr_version><wp:author>{author}</wp:author>{extra}\n"
        + "\n".join(items)
        + "</channel></rss>"
    )
    return path


def make_uploads(tmp_path, *names):
    folder = tmp_path / "uploads"
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (30, 20), (number, 0, 0)).save(folder / name)
    return folder


def make_attachment(*, id=9, url="https://old.example/wp-content/uploads/2019/05/ford.png", alt="A ford"):
    return make_item(
        id=id,
        slug=f"upload-{id}",
        status="inherit",
        post_type="attachment",
        attachment_url=url,
        meta={"_wp_attachment_image_alt": alt},
    )


def import_(*files, **options):
    """The report, as `--json` prints it."""
    out = StringIO()
    call_command("import_wordpress", *map(str, files), json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def everything():
    """What is in the database, to compare; without the times at which rows were written."""
    left_out = {"created_at", "changed_at", "generation", "decided_at", "uploaded_at"}
    return [
        {name: value for name, value in row.items() if name not in left_out}
        for model in (Author, Category, Tag, Picture, Post, Comment, Decision)
        for row in model.objects.order_by("pk").values()
    ]
