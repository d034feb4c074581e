"""Every door by which what readers see is changed says so: forms and actions of the admin, the desk's verbs, what
readers send, commands, and the worker's tasks. A new one fails here until somebody says what it changes."""

import re
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.core.management import call_command, get_commands
from django_tasks.base import Task

from blog_site.models import Import
from comments.models import Batch, Comment, DiscussionSettings, Note
from posts.models import Author, Blog, Category, Picture, Post, Tag
from tests.factories import make_author, make_comment, make_editor, make_picture, make_post, make_user
from tests.pictures import encoded, photograph, upload
from tests.test_import_disqus import import_disqus, make_disqus, thread
from tests.test_import_disqus import post as disqus_post
from tests.test_public_changes import Watch
from tests.test_versions import address, filled_in
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"
OURS = {"blog_site", "comments", "posts"}


@pytest.fixture
def owner(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


# --- The forms of the admin


# {model: a row that readers see}. Of each, every field of its form is changed in its turn.
SHOWN = {
    Author: lambda: make_post(author=make_author()).author,
    Blog: lambda: Blog.objects.update_or_create(pk=1, defaults={"accent": "#0b5563"})[0],
    Category: lambda: Category.objects.create(name="News"),
    DiscussionSettings: lambda: DiscussionSettings.objects.update_or_create(pk=1)[0],
    Picture: make_picture,
    Post: make_post,
    Tag: lambda: Tag.objects.create(name="Water"),
}
# Readers see nothing of what these change: accounts, groups, the rules that decisions name (told to a comment's writer
# alone), queued tasks, uploads that wait (an import is a command, below), the addresses that mails go to or are stopped
# to, subscribers. Comments have verbs, below; files of an old blog are only deleted.
NOT_SHOWN = {"User", "Group", "Rule", "OutgoingTask", "Import", "Export", "Comment", "Attachment"}
NOT_SHOWN |= {"Subscriber", "Undeliverable"}


def test_every_form_of_the_admin_is_tried_or_declared():
    ours = {model for model in admin.site._registry if model.__name__ not in NOT_SHOWN}

    assert ours - set(SHOWN) == {model for model in ours if model._meta.app_label not in OURS}


# {field: what it takes, where that is not any word}
ONE_OF_ITS_KIND = {
    "fediverse": "@a@b.example",
    "links_address": "https://a.example",
    "accent": "#123456",
    "accent_dark": "#abcdef",
    "address": "https://y.example/",
    "starts_on": "2026-05-03",
    "ends_on": "2026-05-04",
}


# Rows of the settings' page that are begun: one of their fields alone makes none.
ROWS = {
    "menuitems-0": {"label": "Elsewhere", "address": "https://x.example/"},
    "sociallinks-0": {"label": "Elsewhere", "address": "https://x.example/"},
    "notices-0": {"text": "Look", "address": "https://x.example/", "link_label": "Here"},
}


def another(field):
    """Something else than what stands in a field of a form; None where nothing else can be chosen."""
    if field.name == "select":
        chosen = [option.get("value", "") for option in field.select("option[selected]")]
        values = [option.get("value", "") for option in field.select("option")]
        others = [value for value in values if value and value not in chosen]
        # The newest picture is the one that came with the form, and waits to be described.
        return others[-1:] if field["name"] == "picture" else others[:1] or None
    if field.get("type") == "checkbox":
        return None if field.has_attr("checked") else field.get("value", "on")
    if field.get("type") == "radio":
        others = field.find_parent("form").select(f"[name={field['name']}]:not([checked])")
        return others[0]["value"] if others else None
    if field.get("type") == "file":
        return upload(encoded(photograph(), "PNG"), name="another.png")
    value = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
    if re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
        return "01:02:03"
    if re.fullmatch(r"\d\d/\d\d/\d{4}", value):
        return "02/02/2020"
    if field.get("type") == "date":
        return "2020-02-02"
    if field.get("type") == "number":
        return "0.5" if "." in value else str(int(value or 0) + 1)
    return ONE_OF_ITS_KIND.get(field["name"].rpartition("-")[2], f"{value}x")


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_whatever_is_changed_in_a_form_says_so(owner, model, settings):
    row = SHOWN[model]()
    if model is Post:
        # Something else to choose in each of its lists.
        make_author(name="Another"), make_picture(), Category.objects.create(name="B"), Tag.objects.create(name="C")
    form = BeautifulSoup(owner.get(address(row)).content, "html.parser").select_one("form[id$=_form]")
    names = {field["name"] for field in form.select("input[name], select[name], textarea[name]")}
    # Of several rows of a kind the others are as the first.
    names = {name for name in names if not re.search("-([1-9]|__prefix__)-", name)}
    tried = set()
    # The status last: of what is no longer public the rest is no news.
    for name in sorted(names - {"csrfmiddlewaretoken", "seen_version", "rehearsed"}, key=lambda name: name == "status"):
        if name.startswith(("_", "initial-")):
            continue
        page = owner.get(address(row))
        field = BeautifulSoup(page.content, "html.parser").select_one(f"form[id$=_form] [name={name}]")
        data = filled_in(page)
        data.pop("rehearsed", None)
        value = another(field)
        begun, _dash, column = name.rpartition("-")
        if begun in ROWS and column not in ("id", "blog"):
            data |= {f"{begun}-{key}": typed for key, typed in ROWS[begun].items()}
        data = {key: old for key, old in data.items() if key != name} | ({name: value} if value else {})
        watch = Watch()
        answer = owner.post(address(row), data)
        if answer.status_code == 302:
            assert watch.moved, name
            tried.add(name)
    # What alone can't be had otherwise, by a rule of the form.
    assert names - tried <= {
        *("csrfmiddlewaretoken", "seen_version", "rehearsed", "initial-published_at_0", "initial-published_at_1"),
        *("_save", "_addanother", "_continue", "_preview", "_saveasnew"),
        *("decorative", "alt", "parent", "new_picture", "links_label"),
        # Where a menu entry leads to is one thing; and what counts the rows, or takes away what is not there.
        *(name for name in names if re.search("-(page|category|picture_remove|DELETE|id|blog|[A-Z_]+_FORMS)$", name)),
    }


@pytest.mark.parametrize("model", [Category, Tag, Picture, Author], ids=lambda model: model.__name__)
def test_what_is_added_or_deleted_says_so(owner, model):
    row = make_author(name="Another") if model is Author else SHOWN[model]()
    path = f"/admin/posts/{model._meta.model_name}/"

    for do in (
        lambda: owner.post(f"{path}{row.pk}/delete/", {"post": "yes"}),
        lambda: owner.post(
            path,
            {
                "action": "delete_selected",
                "_selected_action": [(make_author(name="B") if model is Author else SHOWN[model]()).pk],
                "post": "yes",
            },
        ),
    ):
        number, watch = model.objects.count(), Watch()
        assert do().status_code == 302
        assert watch.moved
        assert number >= model.objects.count()


def test_each_verb_of_the_list_of_posts_says_so(owner):
    post, category = make_post(), Category.objects.create(name="Council")
    verbs = [
        *({"action": action} for action in ("make_draft", "publish", "make_private", "publish", "close_comments")),
        {"action": "add_category", "category": category.pk},
        {"action": "add_tags", "tag_names": "money"},
        {"action": "trash"},
        {"action": "restore"},
        {"action": "trash"},
        {"action": "delete_for_good", "sure": "yes"},
    ]

    for verb in verbs:
        tab = "?status__exact=trash" if verb["action"] in {"restore", "delete_for_good"} else ""
        watch = Watch()
        owner.post(f"/admin/posts/post/{tab}", verb | {"_selected_action": post.pk})
        assert watch.moved, verb

    assert not Post.objects.exists()


def test_a_draft_in_the_admin_is_no_news_until_it_is_published(owner):
    post = make_post(status="draft", published_at=None)
    watch, data = Watch(), filled_in(owner.get(address(post)))

    owner.post(address(post), data | {"title": "Not yet"})
    assert not watch.moved

    owner.post(address(post), filled_in(owner.get(address(post))) | {"status": "published"})
    assert watch.moved


# --- The desk


DONE_WITH = {
    "approve": {"pending", "spam", "trash"},
    "hold": {"approved"},
    "spam": {"approved"},
    "trash": {"approved"},
    "restore": set(),
    "erase": set(),
}


def test_every_verb_of_the_desk_is_tried_here():
    assert set(DONE_WITH) == set(admin.site._registry[Comment].actions)


@pytest.mark.parametrize("verb", DONE_WITH)
@pytest.mark.parametrize("status", ["approved", "pending", "spam", "trash"])
@pytest.mark.parametrize("door", ["one", "list"])
def test_a_decision_counts_where_readers_see_it(owner, verb, status, door):
    comment = make_comment(status=status)
    watch = Watch(comment.post)

    if door == "one":
        owner.post(f"{QUEUE}{comment.pk}/decide/", {"decide": verb})
    else:
        data = {"action": verb, "_selected_action": [comment.pk]}
        owner.post(f"{QUEUE}?status__exact={status}", data)
        batch = Batch.objects.filter(state=Batch.State.PLANNED).first()
        if batch:
            batch.switch(Batch.State.RUNNING)
            batch.run(seconds=5)

    comment.refresh_from_db()
    changed = (status == "approved") != (comment.status == "approved")
    assert (watch.moved, watch.own_moved) == (changed, changed)
    assert changed == (status in DONE_WITH[verb])


@pytest.mark.parametrize("status", ["approved", "pending"])
def test_the_page_of_a_comment_counts_where_readers_see_what_was_done(owner, status):
    comment = make_comment(status=status)
    page = {"body": comment.body, "reason": "", "rule": "", "answer": "", "note": "", "seen": 10**9}

    watch = Watch(comment.post)
    owner.post(f"{QUEUE}{comment.pk}/change/", page | {"note": "Ask Bea about this."})
    assert Note.objects.exists()
    assert not watch.moved
    owner.post(f"{QUEUE}{comment.pk}/change/", page | {"body": "Other words."})
    assert (watch.moved, watch.own_moved) == (status == "approved",) * 2
    watch = Watch(comment.post)
    owner.post(f"{QUEUE}{comment.pk}/take-back/{Comment.objects.get().last_decision.pk}/")
    assert Comment.objects.get().body == comment.body
    assert (watch.moved, watch.own_moved) == (status == "approved",) * 2
    watch = Watch(comment.post)
    owner.post(f"{QUEUE}{comment.pk}/change/", page | {"answer": "We shall see."})
    assert (watch.moved, watch.own_moved) == (True, True)


def test_a_comment_that_is_moved_and_put_back_counts():
    post = make_post()
    first, second = make_comment(post=post), make_comment(post=post)
    editor = make_editor()

    for parent in (first, None):
        watch = Watch(post)
        second.move(parent, by=editor)
        assert (watch.moved, watch.own_moved) == (True, True)
    watch = Watch(post)
    second.take_back(second.last_decision, by=editor)
    assert (watch.moved, watch.own_moved) == (True, True)


def test_a_batch_and_its_undoing_count():
    comments = [make_comment(status="pending") for _ in range(3)]
    editor = make_editor()
    batch = Batch.plan(Comment.objects.all(), "approve", by=editor)

    for work in (batch, None):
        work = work or Batch.plan_undo(batch.pk, Comment.objects.all(), by=editor)
        work.switch(Batch.State.RUNNING)
        watches = [Watch(comment.post) for comment in comments]
        work.run(seconds=5)
        assert all(watch.moved and watch.own_moved for watch in watches)


# --- What readers send


@pytest.mark.parametrize(("moderation", "counts"), [("none", True), ("all", False)])
def test_a_comment_of_the_form_counts_if_it_is_shown(send, discussion, moderation, counts):
    discussion(moderation=moderation)
    post = make_post()
    watch = Watch(post)

    assert send(post, remember="on").status_code == 303

    assert (watch.moved, watch.own_moved) == (counts, counts)


def test_what_a_reader_does_beside_commenting_is_no_news(client, send, discussion):
    discussion(moderation="none")
    send(make_post(), remember="on", notify="on")
    watch = Watch()

    client.post("/comments/forget/")
    Comment.objects.get().stop_mails()

    assert not watch.moved


# --- Commands


# What they change is changed by the models, which say so; each is tried below.
CHANGING = {
    *("import_wordpress", "import_disqus", "run_import", "undo_import", "finish_imports", "demo", "first_run"),
    *("rerender", "relate_posts", "make_renditions", "clean_pictures", "recount"),
}
# These write nothing of what readers see. `restore` brings another database, and `flush` empties this one: its
# generation's time tells it apart. `migrate` comes with new code, for which every process is started anew, and `worker`
# runs tasks, below.
WITHOUT_NEWS = {
    *("backup", "restore", "export_json", "export_wordpress", "forget_networks", "send_digest", "spam_scores"),
    *("flush", "migrate", "run_export", "worker"),
    "take_bounce",
    "upgrade",  # which calls `migrate` and `rerender`
}


def test_every_command_is_tried_or_declared():
    ours = {name for name, app in get_commands().items() if app in OURS}

    assert ours == CHANGING | WITHOUT_NEWS


def make_news(name, tmp_path):
    """What a command needs to have something to change; the command's arguments."""
    if name == "undo_import":
        import_(make_export(tmp_path, make_item(inside=make_wxr_comment())))
        return [Import.objects.get().pk]
    if name in {"demo", "first_run"}:
        return []
    post = make_post(imported_path="/2020/01/01/p1/", picture=make_picture())
    if name == "rerender":
        make_comment(post=post)
        Comment.objects.update(body_html="Old.")
    if name == "relate_posts":
        tag = Tag.objects.create(name="Water")
        tag.posts.set([post, make_post()])
    return []


@pytest.mark.parametrize(
    "name", ["undo_import", "demo", "first_run", "rerender", "relate_posts", "make_renditions", "recount"]
)
def test_a_command_that_changes_something_says_so(name, tmp_path):
    arguments = make_news(name, tmp_path)
    watch = Watch()

    call_command(name, *arguments, stdout=StringIO())

    assert watch.moved
    if name in {"rerender", "relate_posts", "make_renditions"}:
        again = Watch()
        call_command(name, stdout=StringIO())
        assert not again.moved


def test_an_import_says_so_of_each_post_that_it_changes_and_of_none_that_it_leaves(tmp_path):
    post = make_post(imported_path="/2020/01/01/p1/")
    other = make_post()
    disqus = make_disqus(tmp_path, thread(), disqus_post(1, "Heron.", name="Zed"))

    watch, left_alone = Watch(post), Watch(other)
    import_disqus(disqus)
    assert (watch.moved, watch.own_moved, left_alone.own_moved) == (True, True, False)
    watch = Watch(post)
    import_disqus(disqus)
    import_disqus(disqus, dry_run=True)
    assert (watch.moved, watch.own_moved) == (False, False)


# --- Tasks


TASKS = {
    "take_icon": "through Blog.save()",
    "make_one": "through Picture.take_renditions()",
    "relate_posts": "as the command",
    "forget_erased": "of what was erased readers see nothing before",
    "learn_spam": "of the filter readers see nothing",
    "tell_hub": "tells others",
    **dict.fromkeys(
        [
            *("tell_of_answer", "tell_of_answers", "ask_to_confirm", "tell_author", "tell_of_comment"),
            *(
                "tell_of_comments",
                "send_digest",
                "send_reset_links",
                "send_sign_in_code",
                "send_reset_link",
                "send_notice",
                "send_invitation",
            ),
            *("answer", "ask_imported", "mail_post", "send_mailing", "send_one"),
        ],
        "a mail",
    ),
}


def test_every_task_is_declared():
    import blog_site.accounts.mails
    import blog_site.tasks
    import comments.mails
    import comments.tasks
    import posts.pictures.work
    import posts.websub
    from posts.subscriptions import announcing, asking, sending

    modules = (blog_site.accounts.mails, blog_site.tasks, comments.mails, comments.tasks, posts.pictures.work)
    modules += (posts.websub, announcing, asking, sending)
    found = {name for module in modules for name, value in vars(module).items() if isinstance(value, Task)}

    assert found == set(TASKS)


def test_sizes_of_a_picture_that_the_worker_makes_are_news_of_the_posts_that_show_it():
    lead = make_post(picture=make_picture())
    inside = make_post(body=f"![]({make_picture().file.url})")
    watches = [Watch(lead), Watch(inside)]

    call_command("worker", until_idle=True)

    assert all(watch.moved and watch.own_moved for watch in watches)
