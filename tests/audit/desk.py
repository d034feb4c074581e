"""Every page of the admin: those that each registered model has, found in the registry itself, and the desk's own."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog_site.accounts.models import AccountEvent
from blog_site.models import Export, Import
from comments.checks import Finding, Verdict
from comments.models import DiscussionSettings, Note, Rule
from posts.models import Attachment, Blog, Category, Tag, Undeliverable
from tests.factories import make_author, make_comment, make_editor, make_picture, make_post, make_subscriber, make_user
from tests.wxr import import_, make_export, make_item, make_wxr_comment

QUEUE = "/admin/comments/comment/"
FIRST_COMMENT = Finding("moderation", Verdict.HOLD, "No comment of this account or browser has been approved yet.")
SUSPECTED = Finding("learned", Verdict.HOLD, "Similar to comments you marked as spam (0.61): letter.")


def write_desk():
    """A blog in which every registered model has rows; returns the account that may do all in it."""
    boss = make_user(username="boss", is_staff=True, is_superuser=True, email="boss@example.org")
    editor = make_editor(first_name="Other", last_name="Editor")
    author = make_author(name="Ann Writer", user=editor)
    Blog.load().save()
    settings = DiscussionSettings.load()
    settings.save()
    picture = make_picture(alt="A grating, half lifted")
    post = make_post(author=author, title="What was in the drain", picture=picture)
    for number in range(3):
        make_post(title=f"Report {number}", published_at=timezone.now() - timedelta(days=40 * number))
    post.categories.add(Category.objects.create(name="Drains"))
    post.tags.add(Tag.objects.create(name="boots"))
    Attachment.objects.create(title="A file", address="https://old.example/a.pdf", file="a.pdf")
    Rule.objects.create(number=1, title="Sources", text="Say where you have it from.")
    _import()
    Export.objects.create(state=Export.State.FAILED, error="The disk is full.", by=boss)
    DBTaskResult.objects.create(
        task_path="comments.mails.tell_author", args_kwargs={"args": [1], "kwargs": {}}, backend_name="default"
    )
    _comments(post, editor)
    make_subscriber()
    Undeliverable.objects.bounce("gone@example.org", said="550 5.1.1 no such user")
    AccountEvent.objects.create(kind=AccountEvent.Kind.REFUSED, account=editor, address="192.0.2.1")
    for model in admin.site._registry:
        LogEntry.objects.create(
            user=boss,
            content_type=ContentType.objects.get_for_model(model),
            object_id=str(model._default_manager.first().pk),
            object_repr="A row",
            action_flag=CHANGE,
            change_message="Changed.",
        )
    return boss


def _import():
    """One that is in, with all that a report can say; one that failed; one that was tried."""
    with TemporaryDirectory() as folder:
        text = '<p>As it <b>was</b>.</p>[gallery ids="77"]'
        items = [make_item(id=1, text=text, inside=make_wxr_comment()), make_item(id=2, post_type="acme_portfolio")]
        import_(make_export(Path(folder), *items))
    Import.objects.create(files=["cut off.xml"], state=Import.State.FAILED, error="cut off.xml, line 7: it ends here.")
    done = Import.objects.get(state=Import.State.DONE)
    Import.objects.create(files=["tried.xml"], state=Import.State.CHECKED, report=done.report)


def _comments(post, editor):
    public = make_comment(post=post, name="Catherine", body="Whose boot is it?")
    waiting = make_waiting(post=post, parent=public, body="A *boot*, https://example.org " + "and more " * 150)
    make_waiting(post=post, parent=waiting, name="Ruth", body="An answer that waits.\n\n    code\n\n> quoted")
    make_waiting(post=post, url="https://example.org", body="Плохая погода.")
    make_waiting(post=post, name="", email="", body="\n".join(f"Line {number}" for number in range(60)))
    waiting.edit("A boot. " + "And more. " * 150, by=editor)
    Note.objects.create(comment=waiting, author=editor, text="I know the boot.")
    make_comment(post=post, status="spam", submitted_at=timezone.now() - timedelta(days=90))
    make_comment(post=post).trash(by=editor, reason="Rude.")
    for number in range(20):  # so that the spam filter seems to have drifted
        make_comment(post=post, body=f"Letter {number}.", findings=[SUSPECTED])


def make_waiting(**fields):
    return make_comment(**fields, status="pending", findings=[FIRST_COMMENT])


def pages_of_models(user):
    """{name: path} of the list, the form, the deletion and the history of each registered model, as far as `user` gets
    there: a new admin's pages are among them by being registered."""
    client = Client()
    client.force_login(user)
    found = {}
    for model, model_admin in admin.site._registry.items():
        label, row = model._meta.label, model_admin.model._default_manager.order_by("pk").first()
        assert row, f"write_desk() must have a row of {label}: without one its pages can't be looked at"
        queryset = model_admin.get_queryset(_request(user))
        row = queryset.order_by("pk").first() or row
        paths = {
            "list": _of(model, "changelist"),
            "list, searched": f"{_of(model, 'changelist')}?q=xyzzy",
            "add": _of(model, "add"),
            "add, in a window": f"{_of(model, 'add')}?_popup=1",
            "change": _of(model, "change", row),
            "delete": _of(model, "delete", row),
            "history": _of(model, "history", row),
        }
        answers = {name: client.get(path, follow=True).status_code for name, path in paths.items()}
        found |= {f"{label}: {name}": path for name, path in paths.items() if answers[name] == 200}
        assert set(answers.values()) <= {200, 403}, f"{label}: {answers}"
    return found


def _of(model, name, row=None):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[row.pk] if row else [])


def _request(user):
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = user
    return request
