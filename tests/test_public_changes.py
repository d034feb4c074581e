"""Whoever changes what readers see says so: every writer is listed here, by its field, its form, its verb or command.

What a page is made of is told apart by one number, the generation; whoever writes and does not advance it would leave
readers with what was. A new column, form, action, command or task fails here until somebody says what it changes.
"""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, DiscussionSettings
from comments.models.queryset import DISPLAYED, READ_BY_ALL
from posts.generation import present
from posts.models import (
    Attachment,
    Author,
    Blog,
    Category,
    MenuItem,
    Notice,
    OldPath,
    Picture,
    Post,
    SocialLink,
    Tag,
    public_changed,
)
from posts.models.public import WRITTEN_FROM_BELOW, Public
from tests.audit.pages import write_blog
from tests.factories import make_author, make_comment, make_picture, make_post, make_user, site_map_with

pytestmark = pytest.mark.django_db


class Watch:
    """Says whether the blog's generation, and a post's own, went on since it was made."""

    def __init__(self, post=None):
        self.post = post
        self.before, self.own_before = self._blogs(), self._own()

    def _blogs(self):
        return present(SimpleNamespace())[0].number

    def _own(self):
        return self.post and Post.objects.values_list("generation", flat=True).get(pk=self.post.pk)

    @property
    def moved(self):
        return self._blogs() > self.before

    @property
    def own_moved(self):
        return self._own() > self.own_before


# --- Which columns there are


PUBLIC_MODELS = [model for model in apps.get_models() if issubclass(model, Public)] + [Post]
MAKE = {
    Attachment: lambda: Attachment.objects.create(
        file=ContentFile(b"%PDF-", name="a.pdf"), address="old.example/a.pdf", path="a.pdf"
    ),
    Author: make_author,
    Blog: lambda: Blog.objects.update_or_create(pk=1, defaults={"title": "The blog"})[0],
    Category: lambda: Category.objects.create(name="News"),
    DiscussionSettings: lambda: DiscussionSettings.objects.update_or_create(pk=1)[0],
    MenuItem: lambda: MenuItem.objects.create(label="Elsewhere", address="https://x.example/"),
    Notice: lambda: Notice.objects.create(text="Look"),
    OldPath: lambda: OldPath.objects.create(path="/old/", post=make_post()),
    Picture: make_picture,
    Post: make_post,
    SocialLink: lambda: SocialLink.objects.create(label="Mail", address="mailto:a@x.example"),
    Tag: lambda: Tag.objects.create(name="Water"),
}
# What of a comment no reader sees; its status is changed by its transitions alone, tried below.
OF_THE_DESK = {
    *("id", "status", "body", "body_as_written", "fingerprint", "email", "browser", "ip_address", "user_agent"),
    *(
        "notify",
        "reply_by_mail",
        "writer",
        "has_links",
        "flood",
        "network",
        "first_time",
        "announced_at",
        "follow",
        "address",
        "disowned_at",
        "told_status",
        "imported_id",
        "disqus_id",
        "withdrawn_at",
        "address",
    ),
}


def test_every_model_of_which_readers_see_each_row_is_tried_here():
    assert set(PUBLIC_MODELS) == set(MAKE)


def test_every_column_of_a_comment_is_read_by_all_or_by_the_desk_alone():
    columns = {field.name for field in Comment._meta.concrete_fields}

    assert columns == {name for name in READ_BY_ALL if not name.endswith("_id")} | OF_THE_DESK


@pytest.mark.parametrize("model", PUBLIC_MODELS, ids=lambda model: model.__name__)
def test_a_row_that_is_made_stored_updated_or_deleted_says_so(model):
    watch = Watch()
    row = MAKE[model]()
    assert watch.moved

    for field in model._meta.concrete_fields:
        watch = Watch()
        model.objects.filter(pk=row.pk).update(**{field.attname: F(field.attname)})
        assert watch.moved, field.name
    column = model._meta.concrete_fields[1].name
    for write in (row.save, lambda: model.objects.bulk_update([row], [column]), row.delete):
        watch = Watch()
        write()
        assert watch.moved, write
    rows = model.objects.filter(pk=MAKE[model]().pk)
    watch = Watch()
    rows.delete()
    assert watch.moved


@pytest.mark.parametrize("name", sorted(READ_BY_ALL | OF_THE_DESK))
@pytest.mark.parametrize("status", ["approved", "pending", "spam", "trash"])
def test_of_a_public_comment_what_readers_see_counts_and_nothing_else(name, status):
    comment = make_comment(status=status)
    seen = status == "approved" and name in READ_BY_ALL
    watch = Watch(comment.post)

    Comment.objects.filter(pk=comment.pk).update(**{name: F(name)})

    assert (watch.moved, watch.own_moved) == (seen, seen)


@pytest.mark.parametrize("status", ["approved", "pending"])
@pytest.mark.parametrize("column", ["name", "url", "body", "submitted_at"])
def test_a_comment_that_is_stored_anew_counts_if_it_is_public(status, column):
    comment = make_comment(status=status)
    setattr(comment, column, make_post().published_at if column == "submitted_at" else "https://b.example/")
    watch = Watch(comment.post)

    comment.save()

    assert (watch.moved, watch.own_moved) == (status == "approved",) * 2


def test_comments_that_come_in_by_the_hundred_count_if_any_is_public():
    post = make_post()

    for status in ("pending", "approved"):
        watch = Watch(post)
        Comment.objects.bulk_create(Comment(post=post, body="x", status=status) for _ in range(3))
        assert (watch.moved, watch.own_moved) == (status == "approved",) * 2


@pytest.mark.parametrize("terms", ["categories", "tags"])
def test_what_a_post_is_filed_under_counts_from_either_side(terms):
    post, term = make_post(), (Category if terms == "categories" else Tag).objects.create(name="Water")

    for write in (
        lambda: getattr(post, terms).add(term),
        lambda: getattr(post, terms).set([]),
        lambda: term.posts.add(post),
        lambda: term.posts.remove(post),
        lambda: term.posts.set([post]),
        lambda: getattr(post, terms).clear(),
    ):
        watch = Watch(post)
        write()
        assert (watch.moved, watch.own_moved) == (True, True), write


def test_terms_of_a_draft_are_no_news():
    post, tag = make_post(status="draft"), Tag.objects.create(name="Water")
    watch = Watch()

    post.tags.add(tag)

    assert not watch.moved


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_nobody_sees_is_stored_without_a_word_until_it_is_public(status):
    post = make_post(status=status, published_at=None)
    watch = Watch(post)
    post.title = "Another"
    post.save()
    assert not watch.moved

    post.status = "published"
    post.save()
    assert (watch.moved, watch.own_moved) == (True, True)
    watch, post.status = Watch(post), status
    post.save()
    assert (watch.moved, watch.own_moved) == (True, True)


def test_what_others_counted_while_somebody_wrote_stays():
    post = make_post()
    read_before = Post.objects.get(pk=post.pk)
    watch = Watch(post)
    make_comment(post=post)

    read_before.title = "Another"
    read_before.save()

    stored = Post.objects.get(pk=post.pk)
    assert (stored.comment_count, stored.generation) == (1, watch.own_before + 2)


def test_who_is_deleted_is_no_comments_author_any_more():
    user = make_user()
    comment = make_comment(user=user)
    watch = Watch(comment.post)

    user.delete()

    assert (watch.moved, watch.own_moved) == (True, True)


def test_what_happens_below_a_post_writes_few_of_its_columns():
    comment = make_comment(status="pending")
    before = Post.objects.values().get(pk=comment.post_id)

    comment.approve(by=make_user())

    after = Post.objects.values().get(pk=comment.post_id)
    assert {name for name in after if after[name] != before[name]} == set(WRITTEN_FROM_BELOW)


def test_two_changes_at_the_same_moment_are_two_generations(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    first = Watch()
    make_post()
    second = Watch()
    make_post()

    assert first.moved
    assert second.moved


@pytest.mark.django_db(transaction=True)
def test_it_is_said_in_the_transaction_of_the_change_or_not_at_all():
    watch = Watch()
    with pytest.raises(transaction.TransactionManagementError):
        public_changed()

    with transaction.atomic():
        make_post()
        transaction.set_rollback(True)
    assert not watch.moved


# --- What pages read


# Tables that a reader's page asks, beside those of the models above.
ASKED = {
    "posts_changecount",  # the generation itself
    "posts_storedcounts",  # counts only for the posts that it names the state of
    "posts_post_categories",  # says so through posts and terms, above
    "posts_post_tags",
    "comments_comment",  # by column, above
    "comments_decision",  # whether what a link asks for was public once: decided with its status
    "blog_site_import",  # the folders of old blogs, where nothing is found: written with what the import brings
}
_TABLE = re.compile(r'(?:FROM|JOIN)\s+"?((?:posts|comments|blog_site|auth|account|django)_\w+)"?')
# Of the search's own index: triggers keep it with the rows, and its hits are read from those.
_SEARCH = re.compile(r"search|words")


def test_pages_read_nothing_whose_writers_do_not_say_so(client, settings):
    settings.ROOT_URLCONF = "tests.audit.urls"
    pages = write_blog()
    # Without the pages that are one person's.
    own = re.compile("awaiting=|^/accounts/|^/comments/(confirm|follow|mine)/|^/subscribe/.")
    addresses = [page.path for page in pages.values() if page.form is None and not own.search(page.path)]
    (post, *_others) = Post.objects.filter(comment_count__gt=0)
    feeds = [f"{start}feed/{form}" for start in ("/", "/comments/", post.get_absolute_url()) for form in ("", "atom/")]
    maps = ["/sitemap.xml", site_map_with(post), "/sitemap-pages-1.xml", "/sitemap-archives-1.xml"]
    client.raise_request_exception = False

    with CaptureQueriesContext(connection) as queries:
        for address in [*addresses, *feeds, *maps, post.card_url, "/search/feed/?q=boot", "/?p=7", "/nowhere/"]:
            client.get(address)

    read = {table for query in queries for table in _TABLE.findall(query["sql"])}
    told = {model._meta.db_table for model in PUBLIC_MODELS}
    assert {table for table in read - told - ASKED if not _SEARCH.search(table)} == set()
    assert set(DISPLAYED) <= READ_BY_ALL | {"id", "status"}
