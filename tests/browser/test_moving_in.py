"""An author without a shell moves in: uploads the old blog, sees what would come, takes it in, looks, takes a copy
along, and takes it back.

The server is one of its own, in real processes: the import runs beside it, in another.
"""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.benchmarks.server import ROOT, environment, serving
from tests.wxr import make_attachment, make_export, make_item, make_uploads, make_wxr_comment

from .conftest import TIMEOUT
from .test_access import violations
from .watch import Watch

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # ms, for a process to start and to take a file in
PASSWORD = "a long password"


@pytest.fixture
def site(tmp_path):
    """The address of a blog that is empty but for the account `boss`."""
    env = environment(tmp_path, settings="tests.settings", IMPORTS_ROOT=f"{tmp_path}/imports")
    env |= {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    for command in (["migrate"], ["createsuperuser", "--noinput", "--username=boss", "--email=boss@example.org"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, capture_output=True)
    with serving(env, log=tmp_path / "log", workers=2) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(params=[("light", 375, True), ("dark", 1280, False)], ids=["small-light", "wide-dark-without-script"])
def page(request, chromium, site):
    scheme, width, javascript = request.param
    context = chromium.new_context(
        base_url=site,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        java_script_enabled=javascript,
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(TIMEOUT)
    watch = Watch(context, site)
    page = context.new_page()
    page.watch, page.has_javascript = watch, javascript
    yield page
    watch.look()
    context.close()


def test_an_author_moves_in_looks_and_moves_out_again(page, tmp_path):
    export = make_export(
        tmp_path,
        make_item(
            text='We measured it. <img src="https://old.example/wp-content/uploads/2019/05/ford.png" alt="The ford">',
            inside=make_wxr_comment(id=57, text="I was there, too."),
        ),
        make_item(id=2, slug="dead", text='[old-map zoom="3"]'),
        make_attachment(),
    )
    uploads = make_uploads(tmp_path, "2019/05/ford.png")
    archive = tmp_path / "media.tar"
    subprocess.run(["tar", "-cf", archive, "-C", uploads, "."], check=True)

    # Upload
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("Username").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto("/admin/blog_site/import/add/")
    page.get_by_label("Export files").set_input_files(export)
    page.get_by_label("Pictures and files").set_input_files(archive)
    look(page)
    page.get_by_role("button", name="Upload and check").click()

    # See what would come
    expect(page.get_by_text("Nothing has been saved yet.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("row", name="posts 2 2 0 0 0")).to_be_visible()
    expect(page.get_by_text("old-map").first).to_be_visible()
    look(page)
    assert page.request.get("/2019/05/01/the-ford/").status == 404

    # Take it in
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_text("This has been imported.")).to_be_visible(timeout=PATIENCE)
    look(page)
    report = page.url

    # Look
    page.goto("/2019/05/01/the-ford/#comment-57")
    expect(page.locator("#comment-57")).to_contain_text("I was there, too.")
    expect(page.get_by_role("img", name="The ford")).to_be_visible()

    # Take a copy along
    page.goto("/admin/")
    look(page)
    page.get_by_role("link", name="Export this blog").click()
    page.get_by_label("With pictures and files").check()
    look(page)
    page.get_by_role("button", name="Start the export").click()
    expect(page.get_by_text("The export is ready.")).to_be_visible(timeout=PATIENCE)
    look(page)
    with page.expect_download() as copy:
        page.get_by_role("link", name="Download blog.xml").click()
    assert "I was there, too." in copy.value.path().read_text()

    # Take it back
    page.goto(report)
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("2 posts and pages will be removed")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("This import was undone.")).to_be_visible()
    look(page)
    assert page.goto("/2019/05/01/the-ford/").status == 404


def look(page):
    """Nothing keeps people out of the page, as far as a machine sees."""
    if page.has_javascript:
        assert violations(page) == []
