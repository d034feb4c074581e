"""Pictures come into a text: dropped, pasted, chosen, from the library; and when the connection is lost meanwhile."""

import pytest
from playwright.sync_api import expect

from posts.models import Picture, Post
from tests.factories import make_post, make_staff_author
from tests.pictures import encoded, make_picture, photograph

from .conftest import log_in
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ADD = "/admin/posts/post/add/"
# Files as a browser has them when they are dropped or pasted: drawn in the page, since none can be given to it there.
FILES = """async ({ names, size }) => {
  const data = new DataTransfer();
  for (const [number, name] of names.entries()) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = `hsl(${number * 17} 80% 50%)`;
    pen.fillRect(0, 0, 60, 40);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const other = name.startsWith("words") ? "<script>" : name.startsWith("large") && new ArrayBuffer(size);
    const parts = [other || drawn];
    data.items.add(new File(parts, name, { type: "image/png" }));
  }
  return data;
}"""


@pytest.fixture
def ann(live_server):
    return make_staff_author(username="ann")[0]


@pytest.fixture
def at_desk(open_browser, ann):
    page = open_browser()
    log_in(page, ann)
    yield page
    # What the form asks in passing, the tests' database in memory refuses while a file is being stored.
    forgive(page, "503 for")


def files(page, *names, size=0):
    return page.evaluate_handle(FILES, {"names": names, "size": size})


def drop(page, *names, **options):
    page.get_by_label("Text:", exact=True).dispatch_event("drop", {"dataTransfer": files(page, *names, **options)})


def paste(page, *names):
    page.evaluate(
        """(data) => document.getElementById("id_body").dispatchEvent(
             new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))""",
        files(page, *names),
    )


def dialog(page):
    return page.get_by_role("dialog", name="Add pictures")


def lines(page):
    return dialog(page).locator(".picture-line")


def text(page):
    return page.get_by_label("Text:", exact=True).input_value()


def forgive(page, *expected):
    """What went wrong on purpose is no fault of the page."""
    page.watch.faults[:] = [fault for fault in page.watch.faults if not any(each in fault for each in expected)]


def put(page):
    dialog(page).get_by_role("button", name="Insert into the text").click()
    expect(dialog(page)).to_be_hidden()


def test_two_pictures_are_dropped_described_with_the_keyboard_alone_and_stand_at_the_cursor(at_desk):
    at_desk.goto(ADD)
    at_desk.get_by_label("Text:", exact=True).fill("Above.\n\nBelow.")
    at_desk.get_by_label("Text:", exact=True).evaluate("body => body.setSelectionRange(6, 6)")

    drop(at_desk, "grating.png", "lid.png")
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(2)
    assert violations(at_desk) == []
    at_desk.keyboard.type("A grating")
    at_desk.keyboard.press("Enter")
    expect(lines(at_desk).nth(1).get_by_text("Describe what the picture shows")).to_be_visible()
    at_desk.keyboard.type("A lid")
    for _ in range(2):
        at_desk.keyboard.press("Tab")
    at_desk.keyboard.type("On Mill Lane")
    at_desk.keyboard.press("Enter")

    expect(dialog(at_desk)).to_be_hidden()
    grating, lid = Picture.objects.order_by("pk")
    assert text(at_desk) == (
        f'Above.\n\n![A grating]({grating.file.url})\n\n![A lid]({lid.file.url} "On Mill Lane")\n\nBelow.'
    )
    assert (grating.alt, lid.alt, lid.caption) == ("A grating", "A lid", "On Mill Lane")
    expect(at_desk.get_by_label("Text:", exact=True)).to_be_focused()
    at_desk.keyboard.press("Control+z")
    assert text(at_desk) == "Above.\n\nBelow."


def test_of_twenty_files_each_has_its_line_and_a_lost_connection_loses_none_of_them(at_desk):
    at_desk.goto(ADD)
    at_desk.get_by_label("Title:", exact=True).fill("Forty buckets")
    sent = []

    def lose(route):
        sent.append(route)
        # The third is cut off, and whatever follows it.
        route.continue_() if len(sent) < 3 else route.abort("connectionreset")

    at_desk.route("**/upload/", lose)
    good = [f"drain{number}.png" for number in range(18)]
    drop(at_desk, *good[:2], "large.png", *good[2:], "words.png", size=30 * 1024 * 1024)

    expect(lines(at_desk)).to_have_count(20)
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(2)
    expect(lines(at_desk).get_by_text("The connection was lost.")).to_have_count(17)
    expect(lines(at_desk).nth(2)).to_contain_text("larger than 15 MB")
    at_desk.unroute("**/upload/")
    for name in [*good[2:], "words.png"]:
        dialog(at_desk).get_by_role("button", name=f"Try again: {name}").click()
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(18)
    expect(lines(at_desk).nth(19)).to_contain_text("not a picture that browsers can show")
    for box in dialog(at_desk).get_by_label("Decorative").all():
        if box.is_visible():
            box.check()
    dialog(at_desk).get_by_role("button", name="Insert into the text").click()

    # What could not be had stays, with its reason; the rest is in the text.
    expect(lines(at_desk)).to_have_count(2)
    dialog(at_desk).get_by_role("button", name="Remove: large.png").click()
    dialog(at_desk).get_by_role("button", name="Remove: words.png").click()
    dialog(at_desk).get_by_role("button", name="Close").click()
    assert text(at_desk).count("![](/media/") == 18
    expect(at_desk.get_by_label("Title:", exact=True)).to_have_value("Forty buckets")
    assert Picture.objects.filter(decorative=True).count() == 18
    forgive(at_desk, "422 for", "net::ERR_CONNECTION_RESET")


def test_a_pasted_picture_waits_while_one_goes_on_writing_and_the_same_file_is_one_picture(at_desk):
    at_desk.goto(ADD)

    paste(at_desk, "image.png")
    paste(at_desk, "image.png")
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(1)
    expect(lines(at_desk).get_by_text("The same picture as above.")).to_have_count(1)
    at_desk.keyboard.press("Escape")
    expect(at_desk.get_by_text("Pictures wait to be described.")).to_be_visible()
    at_desk.get_by_label("Text:", exact=True).fill("Words.")
    at_desk.get_by_role("button", name="Show them").click()
    expect(lines(at_desk).nth(0)).to_be_visible()
    lines(at_desk).get_by_label("Alternative text").first.fill("A drain")
    put(at_desk)

    assert text(at_desk) == f"Words.\n\n![A drain]({Picture.objects.get().file.url})\n"


def test_who_was_logged_out_meanwhile_logs_in_elsewhere_and_tries_again(at_desk, ann):
    at_desk.goto(ADD)
    at_desk.get_by_label("Text:", exact=True).fill("Words.")
    at_desk.context.clear_cookies()

    drop(at_desk, "drain.png")
    expect(lines(at_desk).nth(0)).to_contain_text("You are logged out")
    other = at_desk.context.new_page()
    log_in(other, ann)
    dialog(at_desk).get_by_role("button", name="Try again").click()

    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(1)
    lines(at_desk).get_by_label("Alternative text").fill("A drain")
    put(at_desk)
    at_desk.get_by_label("Title:", exact=True).fill("Forty buckets")
    at_desk.get_by_role("button", name="Save draft").click()
    expect(at_desk.get_by_text("Draft saved.")).to_be_visible()
    assert "![A drain](/media/" in Post.objects.get().body
    forgive(at_desk, "403 for")


def test_pictures_of_the_library_are_found_with_the_keyboard_and_go_into_the_text_and_on_top(at_desk):
    grating = make_picture(encoded(photograph(9, 9)), alt="A grating")
    for number in range(31):
        make_picture(encoded(photograph(9, 9)), alt=f"Drain {number}")
    post = make_post(title="Where it is", body=f"![]({grating.file.url})")
    at_desk.goto(ADD)
    library = at_desk.get_by_role("dialog", name="Picture library")

    at_desk.get_by_role("button", name="From the library").click()
    expect(library.locator(".picture-card")).to_have_count(30)
    library.get_by_role("button", name="Show more").click()
    expect(library.locator(".picture-card")).to_have_count(32)
    expect(library.get_by_role("checkbox", name="Drain 0", exact=True)).to_be_in_viewport()
    library.get_by_label("Search").fill("grating")
    expect(library.locator(".picture-card")).to_have_count(1)
    library.get_by_label("Search").press("Tab")
    library.get_by_role("checkbox", name="A grating").focus()
    at_desk.keyboard.press("Space")
    at_desk.keyboard.press("Tab")
    at_desk.keyboard.press("Enter")
    expect(library.get_by_role("link", name="Where it is")).to_have_attribute("href", post.get_absolute_url())
    assert violations(at_desk) == []
    library.get_by_role("button", name="Use", exact=True).click()
    expect(library).to_be_hidden()
    expect(at_desk.get_by_label("Text:", exact=True)).to_have_value(f"![A grating]({grating.file.url})\n")

    at_desk.locator("details").filter(has_text="Picture and excerpt").evaluate("section => (section.open = true)")
    at_desk.get_by_role("button", name="Choose a picture").click()
    library.get_by_label("Search").fill("grating")
    library.get_by_role("radio", name="A grating").check()
    library.get_by_role("button", name="Use", exact=True).click()
    expect(at_desk.get_by_role("img", name="A grating")).to_be_visible()
    at_desk.get_by_label("Title:", exact=True).fill("On top")
    at_desk.get_by_role("button", name="Save draft").click()
    expect(at_desk.get_by_text("Draft saved.")).to_be_visible()
    assert Post.objects.get(title="On top").picture == grating


def test_pictures_of_other_hosts_are_imported_and_a_refusal_stands_beside_its_address(at_desk, live_server, settings):
    settings.PICTURE_DOWNLOADS = "tests.pictures.ThisMachine"
    lid = make_picture(alt="A lid")
    # The same server by another name.
    there, gone = (f"http://127.0.0.1:{live_server.thread.port}{path}" for path in (lid.file.url, "/media/gone.jpg"))
    at_desk.goto(ADD)

    at_desk.get_by_label("Text:", exact=True).fill(f"Above.\n\n![Ours]({there})\n\n![]({gone}) and more.")
    expect(at_desk.get_by_text("The text shows pictures of other sites.")).to_be_visible()
    at_desk.get_by_role("button", name="Import the pictures").click()
    expect(lines(at_desk).nth(1)).to_contain_text("There is no picture")
    expect(lines(at_desk).nth(0)).to_contain_text("Uploaded")
    dialog(at_desk).get_by_role("button", name="Insert into the text").click()

    expect(lines(at_desk)).to_have_count(1)
    dialog(at_desk).get_by_role("button", name="Remove").click()
    dialog(at_desk).get_by_role("button", name="Close").click()
    assert text(at_desk) == f"Above.\n\n![Ours]({lid.file.url})\n\n![]({gone}) and more."
    forgive(at_desk, "422 for")


def test_a_picture_is_dropped_into_a_bio(at_desk, ann):
    ann.is_superuser = True
    ann.save()
    at_desk.goto(f"/admin/posts/author/{ann.author.pk}/change/")
    bio = at_desk.get_by_label("Bio:", exact=True)
    bio.fill("Writes.")

    bio.dispatch_event("drop", {"dataTransfer": files(at_desk, "drain.png")})
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(1)
    lines(at_desk).get_by_label("Alternative text").fill("A drain")
    put(at_desk)

    expect(bio).to_have_value(f"Writes.\n\n![A drain]({Picture.objects.get().file.url})\n")
    at_desk.get_by_role("button", name="From the library").click()
    expect(at_desk.get_by_role("checkbox", name="A drain")).to_be_visible()


def test_the_library_takes_files_where_it_is_and_asks_for_their_words(at_desk, tmp_path):
    path = tmp_path / "drain.png"
    path.write_bytes(encoded(photograph(60, 40), "PNG"))
    at_desk.goto("/admin/posts/picture/")

    at_desk.get_by_label("Upload pictures").set_input_files(path)
    at_desk.locator(".upload-several").get_by_role("button", name="Upload", exact=True).click()
    expect(lines(at_desk).get_by_text("Uploaded")).to_have_count(1)
    lines(at_desk).get_by_label("Alternative text").fill("A drain")
    dialog(at_desk).get_by_role("button", name="Save").click()

    expect(at_desk.get_by_role("img", name="A drain")).to_be_visible()
    assert Picture.objects.get().alt == "A drain"
