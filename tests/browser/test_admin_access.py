"""axe finds nothing that keeps people out of any page of the admin, and none is wider than its window.

The pages come from the registry (see `tests.audit.desk`): a model's are looked at because it is registered.
"""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from blog_site.models import Import, ImportedRow
from comments.models import Batch, Comment
from posts.models import Tag
from tests.audit.desk import QUEUE, pages_of_models, write_desk
from tests.factories import make_user

from .conftest import NARROW_AND_WIDE, log_in
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def boss(live_server, caplog):
    caplog.set_level("CRITICAL", "django.request")  # what a model's admin refuses is left out, and asked for once
    return write_desk()


@pytest.fixture
def desk(open_browser, boss):
    page = open_browser()
    log_in(page, boss)
    return page


def faults_of(page):
    """What axe finds on the page as it stands: narrow and light, then wide and dark.

    No script of the admin asks how wide the window is, so the same page is looked at again instead of being loaded
    again. `test_access` has what all pages share in the other two looks.
    """
    found = []
    for scheme, width in NARROW_AND_WIDE:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.watch.look()
        found += [f"{scheme}, {width}: {fault}" for fault in violations(page)]
    return found


def test_nothing_keeps_anybody_out_of_any_page_of_any_registered_model_nor_when_something_is_wrong(desk, boss):
    found, pages = {}, pages_of_models(boss)
    for name, path in pages.items():
        desk.goto(path)
        found[name] = faults_of(desk)
        if name == "blog_site.Export: add":
            # As it stands nothing is wrong with it.
            desk.get_by_label("JSON").check()
            desk.get_by_label("With personal data").uncheck()
        if name.endswith(": add"):
            desk.locator("#content-main form").evaluate("form => (form.noValidate = true)")
            desk.locator("#content-main form [type=submit]:not([formtarget])").first.click()
            desk.locator(".errornote, .errorlist").first.wait_for()
            found[f"{name}, with errors"] = faults_of(desk)

    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name.partition(":")[0] for name in pages} == {model._meta.label for model in admin.site._registry}


def test_nothing_keeps_anybody_out_of_the_admins_other_pages(desk, boss):
    paths = [
        "/admin/",
        *(
            reverse("admin:app_list", args=[label])
            for label in {model._meta.app_label for model in admin.site._registry}
        ),
        "/admin/password_change/",
        "/admin/password_change/done/",
        "/admin/no/such/page/",
    ]
    found = {}
    for path in paths:
        desk.goto(path)
        found[path] = faults_of(desk)
    desk.goto(f"/admin/auth/user/{boss.pk}/password/")
    desk.get_by_label("Password").fill("a long password")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.locator("#id_password2")).to_be_visible()
    found["another's password"] = faults_of(desk)
    desk.goto("/admin/password_change/")
    desk.get_by_role("button", name="Change password").click()
    found["password, with errors"] = faults_of(desk)
    desk.goto("/admin/posts/tag/")
    desk.locator("tbody input[type=checkbox]").first.check()
    desk.locator("select[name=action]").select_option("delete_selected")
    desk.get_by_role("button", name="Go").click()
    found["deletion of several"] = faults_of(desk)
    desk.goto("/admin/posts/post/")
    desk.locator("a[data-quick]").first.click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    found["quick edit"] = faults_of(desk)
    desk.keyboard.press("Escape")
    for action, heading in {"add_category": "Add a category", "add_tags": "Add tags"}.items():
        desk.goto("/admin/posts/post/")
        desk.locator("tbody input[type=checkbox]").first.check()
        desk.locator("select[name=action]").select_option(action)
        desk.get_by_role("button", name="Go", exact=True).click()
        expect(desk.get_by_role("heading", name=heading)).to_be_visible()
        found[action] = faults_of(desk)
    desk.goto("/admin/posts/post/")
    desk.get_by_role("button", name="Trash “").first.click()
    expect(desk.get_by_role("button", name="Undo")).to_be_visible()
    found["moved to the trash"] = faults_of(desk)
    desk.goto("/admin/posts/post/?status__exact=trash")
    found["the trash"] = faults_of(desk)
    desk.get_by_role("link", name="Empty the trash").click()
    expect(desk.get_by_role("button", name="permanently")).to_be_visible()
    found["emptying the trash"] = faults_of(desk)
    desk.goto("/admin/posts/post/add/")
    desk.locator("#live-show").click()
    expect(desk.frame_locator("#live-preview iframe").get_by_role("heading", level=1)).to_be_visible()
    found["live preview"] = faults_of(desk)
    desk.goto(f"/admin/auth/user/{boss.pk}/change/")
    desk.locator(".date-icon").first.click()
    expect(desk.get_by_role("dialog", name="Choose a Date")).to_be_visible()
    found["calendar"] = faults_of(desk)
    tag = Tag.objects.create(name="Boots and shoes")
    for name, happens in {
        "somebody else has saved it": lambda: Tag.objects.filter(pk=tag.pk).update(name="Shoes and boots"),
        "somebody else has deleted it": tag.delete,
    }.items():
        desk.goto(f"/admin/posts/tag/{tag.pk}/change/")
        happens()
        desk.get_by_role("textbox", name="Name").fill("Boots, whatever their make")
        desk.locator("[name=_save]").click()
        expect(desk.get_by_text("Someone else has saved this").or_(desk.get_by_role("alert"))).to_be_visible()
        found[name] = faults_of(desk)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_nothing_keeps_anybody_out_of_any_state_of_an_import(desk, boss):
    imports = {source.state: source.get_absolute_url() for source in Import.objects.all()}
    assert len(imports) == 3
    row = ImportedRow.objects.exclude(original="").first()
    imports["undoing"] = reverse("admin:blog_site_import_undo", args=[row.source_id])
    imports["an original"] = reverse("admin:blog_site_import_original", args=[row.kind, row.row])
    found = {}
    for name, path in imports.items():
        desk.goto(path)
        for summary in desk.locator(".import summary").all():
            summary.click()
        found[name] = faults_of(desk)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_nothing_keeps_anybody_out_of_any_state_of_the_desk(desk, boss):
    comment = Comment.objects.filter(status="pending").oldest_first().first()
    batches = {
        "planned": Batch.plan(Comment.objects.all(), "spam", by=boss),
        "for ever": Batch.plan(Comment.objects.filter(status="trash"), "erase", by=boss),
        "stopped": Batch.plan(Comment.objects.all(), "trash", by=boss),
    }
    Batch.objects.filter(pk=batches["stopped"].pk).update(state="stopped", position=2)
    paths = {
        **{status: f"{QUEUE}?status__exact={status}" for status in ("approved", "spam", "trash", "all")},
        "nothing found": f"{QUEUE}?q=xyzzy",
        "narrowed": f"{QUEUE}?status__exact=all&check=moderation&person={comment.pk}",
        "moving": f"{QUEUE}{comment.pk}/move/",
        "a test mail": "/admin/mail/",
        **{f"batch, {name}": f"{QUEUE}batch/{batch.pk}/" for name, batch in batches.items()},
    }
    found = {}
    for name, path in paths.items():
        desk.goto(path)
        found[name] = faults_of(desk)
    desk.goto(paths["moving"])
    desk.get_by_role("button", name="Move").click()
    found["moving, with errors"] = faults_of(desk)
    desk.goto(QUEUE)
    desk.get_by_role("button", name="Approve").first.click()
    desk.get_by_role("status").wait_for()
    found["after a decision"] = faults_of(desk)
    desk.get_by_role("link", name="Details").first.click()
    desk.get_by_role("button", name="Trash").first.click()
    desk.get_by_role("status").wait_for()
    found["after a decision, the next one's page"] = faults_of(desk)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_nothing_keeps_anybody_out_of_an_empty_blogs_lists_nor_of_the_way_in(open_browser, live_server):
    desk, found = open_browser(), {}
    desk.goto("/admin/login/")
    found["log in"] = faults_of(desk)
    desk.get_by_role("button", name="Log in", exact=True).or_(desk.locator("[type=submit]")).first.click()
    found["log in, with errors"] = faults_of(desk)
    log_in(desk, make_user(username="boss", is_staff=True, is_superuser=True))
    for model in admin.site._registry:
        desk.goto(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        found[model._meta.label] = faults_of(desk)
    desk.goto("/admin/")
    found["first page"] = faults_of(desk)
    desk.get_by_role("button", name="Log out").click()
    found["logged out"] = faults_of(desk)

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", [375, 700, 1280])
def test_the_rows_of_the_menu_are_seen_whole(open_browser, editor, width):
    page = open_browser(width=width)
    log_in(page, editor)
    page.goto("/admin/posts/blog/1/change/")
    row = page.locator("#menuitems-0")
    expect(row.get_by_label("Or an address")).to_be_visible()
    cut_off = """(row) => {
      const frame = row.getBoundingClientRect();
      const fields = [...row.querySelectorAll(".fieldBox :is(input, select)")];
      const boxes = fields.map((field) => field.getBoundingClientRect());
      return boxes.filter(({ left, right }) => left < frame.left || right > frame.right).length;
    }"""

    assert row.evaluate(cut_off) == 0
    tick = row.get_by_label("Below the entry above")
    assert tick.bounding_box()["width"] < 32
    page.watch.look()


def test_a_row_of_the_menu_is_dragged_above_another_and_the_preview_shows_that(open_browser, editor):
    page = open_browser()
    log_in(page, editor)
    page.goto("/admin/posts/blog/1/change/")
    for number, label in enumerate(["Surgeries", "Archive"]):
        row = page.locator(f"#menuitems-{number}")
        row.get_by_label("Label").fill(label)
        row.get_by_label("Or an address").fill(f"https://example.org/{label}")
    archive = page.locator("#menuitems-1")
    archive.locator(".handle").drag_to(page.locator("#menuitems-0"), target_position={"x": 40, "y": 4})

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").click()

    preview = opened.value
    preview.watch = page.watch
    expect(preview.locator("header nav a").filter(has_text=re.compile("Surgeries|Archive"))).to_have_text(
        ["Archive", "Surgeries"]
    )
    assert violations(preview) == []
    page.watch.look()
