"""What is typed into a post's form is kept before it is saved, for its writer alone, and offered again."""

import json
import re
from datetime import datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from blog_site import upkeep
from blog_site.accounts.retiring import retire
from posts.models import Autosave, Category, Post, Tag
from posts.models.autosave import MOST_OF_AN_ACCOUNT
from tests.factories import make_author, make_editor, make_post, make_staff_author, make_user
from tests.test_versions import filled_in

pytestmark = pytest.mark.django_db

ADD = "/admin/posts/post/add/"
NEW = "/admin/posts/post/autosave/"


def page_of(post):
    return f"/admin/posts/post/{post.pk}/change/"


def autosave_of(post):
    return f"/admin/posts/post/{post.pk}/autosave/"


def opened(client, address):
    """What a browser would send of the form at an address, the fields outside of it included."""
    answer = client.get(address)
    assert answer.status_code == 200
    return sent_by(answer)


def sent_by(answer):
    outside = BeautifulSoup(answer.content, "html.parser").select('input[form="post_form"]')
    return filled_in(answer) | {field["name"]: field.get("value", "") for field in outside}


def words(answer):
    """What a person reads on a page, in one line."""
    return re.sub(r"[\s\u2060]+", " ", BeautifulSoup(answer.content, "html.parser").get_text(" "))


@pytest.fixture
def ann(client):
    """An author with a post of her own, logged in."""
    account, author = make_staff_author(username="ann", first_name="Ann", last_name="Writer")
    client.force_login(account)
    return author


@pytest.fixture
def post(ann):
    return make_post(author=ann, title="Drains", body="We lifted the grating.")


# --- Kept


def test_what_is_typed_is_kept_and_changes_nothing_that_readers_see(client, ann, post):
    before = Post.objects.values().get()
    form = opened(client, page_of(post))

    answer = client.post(autosave_of(post), form | {"title": "Drains again", "body": "A boot."})

    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["saved_at"]) <= timezone.now()
    assert Post.objects.values().get() == before
    assertNotContains(Client().get(post.get_absolute_url()), "A boot.")
    assert Autosave.objects.get().sent["body"] == "A boot."


def test_it_takes_four_queries_whoever_writes(client, post):
    form = opened(client, page_of(post))
    editor = make_editor()
    for account in (post.author.user, editor, make_user(is_staff=True, is_superuser=True)):
        client.force_login(account)
        form = opened(client, page_of(post))
        for body in ("One.", "Two."):
            # The session, the account, its rights with whoever else is at work, and the row.
            with assertNumQueries(4):
                answer = client.post(autosave_of(post), form | {"body": body})
            assert answer.status_code == 200
    assert answer.json()["other"]

    new = opened(client, ADD)
    with assertNumQueries(4):
        assert client.post(NEW, new | {"title": "New"}).status_code == 200


def test_the_form_of_a_long_post_asks_for_autosaves_twice(client, ann):
    post = make_post(author=ann, body="word " * 10_000)

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(post))

    # This account's, and who else is at work.
    assert len([query for query in queries if "posts_autosave" in query["sql"]]) == 2


def test_each_window_has_a_text_of_its_own(client, post):
    first, second = opened(client, page_of(post)), opened(client, page_of(post))

    client.post(autosave_of(post), first | {"body": "Typed in the first."})
    answer = client.post(autosave_of(post), second | {"body": "Typed in the second."})

    assert {row.sent["body"] for row in Autosave.objects.all()} == {"Typed in the first.", "Typed in the second."}
    assert (answer.json()["is_own"], bool(answer.json()["since"])) == (True, True)


def test_what_was_typed_earlier_replaces_nothing_later_whichever_arrives_last(client, post):
    form = opened(client, page_of(post))
    for typed_at, body in ((2000, "Later."), (1000, "Earlier."), ("x", "Of a script."), ("", "Of no script.")):
        answer = client.post(autosave_of(post), form | {"body": body, "autosave_typed_at": typed_at})
        assert answer.status_code == 200
    assert Autosave.objects.get().sent["body"] == "Later."

    client.post(autosave_of(post), form | {"body": "Latest.", "autosave_typed_at": 2001})

    assert Autosave.objects.get().sent["body"] == "Latest."


def test_a_text_that_is_sent_once_more_does_not_come_before_newer_ones(client, post):
    old, new = opened(client, page_of(post)), opened(client, page_of(post))
    client.post(autosave_of(post), old | {"body": "Old.", "autosave_typed_at": 1000})
    client.post(autosave_of(post), new | {"body": "New.", "autosave_typed_at": 2000})

    client.post(autosave_of(post), old | {"body": "Old.", "autosave_typed_at": 1000})

    page = client.get(page_of(post))
    assert sent_by(client.get(link(page, "Restore")))["body"] == "New."


# --- Offered


def test_it_is_offered_compared_and_restored_without_a_script_and_saving_forgets_it(client, post):
    town = Category.objects.create(name="The town")
    Category.objects.create(name="Elsewhere")
    form = opened(client, page_of(post))
    typed = {"body": "We lifted the heavy grating.", "categories": [town.pk], "comments_open": None}
    client.post(autosave_of(post), {name: value for name, value in (form | typed).items() if value is not None})

    page = client.get(page_of(post))
    assertContains(page, "You have unsaved changes from")
    compared = client.get(link(page, "Compare"))
    assert "We lifted the + Inserted: heavy grating." in words(compared)
    assert "The town" in words(compared)
    restored = client.get(link(compared, "Restore"))
    again = sent_by(restored)
    assertContains(restored, "These are your unsaved changes from")
    assert (again["body"], again["categories"]) == ("We lifted the heavy grating.", str(town.pk))
    assert "comments_open" not in again
    assert Autosave.objects.count() == 1
    answer = client.post(page_of(post), again)

    assert answer.status_code == 302
    post.refresh_from_db()
    assert (post.body, post.comments_open) == ("We lifted the heavy grating.", False)
    assert not Autosave.objects.exists()
    assert again["autosave_key"] in answer.cookies["saved_forms"].value
    assertNotContains(client.get(page_of(post)), "unsaved changes from")


def link(page, label):
    soup = BeautifulSoup(page.content, "html.parser").select_one("#content")
    return next(each["href"] for each in soup.find_all("a") if each.get_text(strip=True) == label)


def drop_form(page):
    return BeautifulSoup(page.content, "html.parser").select_one(".recovery-drop")["action"]


def test_it_can_be_dropped_which_asks_for_a_post(client, post):
    form = opened(client, page_of(post))
    client.post(autosave_of(post), form | {"body": "Never mind."})
    address = drop_form(client.get(page_of(post)))

    assert client.get(address).status_code == 302
    assert Autosave.objects.exists()
    answer = client.post(address, follow=True)

    assert not Autosave.objects.exists()
    assertContains(answer, "Your unsaved changes have been dropped.")
    assertContains(answer, "We lifted the grating.")


def test_a_new_post_that_was_never_saved_is_offered_where_new_posts_are_written(client, ann):
    form = opened(client, ADD)
    client.post(NEW, form | {"title": "A boot", "body": "In the drain."})

    page = client.get(ADD)

    assertContains(page, "A boot")
    restored = sent_by(client.get(link(page, "Restore")))
    assert restored["title"] == "A boot"
    assert client.post(ADD, restored).status_code == 302
    assert Post.objects.get().body == "In the drain."
    assert not Autosave.objects.exists()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_says_the_same_as_the_post_is_not_offered(client, post, line_end):
    Post.objects.update(body="Two\r\nlines.")
    form = opened(client, page_of(post))

    client.post(autosave_of(post), form | {"body": f"Two{line_end}lines."})

    assertNotContains(client.get(page_of(post)), "unsaved changes from")


def test_what_was_restored_and_typed_on_takes_the_place_of_the_older_text(client, post):
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "Older."})
    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    client.post(autosave_of(post), restored | {"body": "Newer."})

    page = client.get(page_of(post))
    assert page.content.decode().count("You have unsaved changes from") == 1
    assert sent_by(client.get(link(page, "Restore")))["body"] == "Newer."


def test_what_was_typed_into_an_older_version_can_not_replace_a_newer_one_unseen(client, post):
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "Mine."})
    client.post(page_of(post), opened(client, page_of(post)) | {"body": "Saved since."})
    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    answer = client.post(page_of(post), restored)

    assertContains(answer, "There are two versions now")
    post.refresh_from_db()
    assert post.body == "Saved since."


def test_a_form_that_is_refused_is_kept_without_a_script_too(client, post):
    form = opened(client, page_of(post)) | {"title": "", "body": "A thousand words."}

    answer = client.post(page_of(post), form)

    assert sent_by(answer)["body"] == "A thousand words."
    assert sent_by(client.get(link(client.get(page_of(post)), "Restore")))["body"] == "A thousand words."


def test_a_correction_that_was_typed_is_compared_and_restored(client, post):
    form = opened(client, page_of(post)) | {"corrections-0-on": "2026-03-15", "corrections-0-text": "It was a shoe."}
    client.post(autosave_of(post), form)

    page = client.get(page_of(post))

    assert "2026-03-15 It was a shoe." in words(client.get(link(page, "Compare")))
    assert sent_by(client.get(link(page, "Restore")))["corrections-0-text"] == "It was a shoe."


def test_what_has_been_deleted_since_is_left_out_of_a_restored_form(client, post):
    tag, gone = Tag.objects.create(name="Water"), Tag.objects.create(name="Wine")
    form = opened(client, page_of(post))
    client.post(autosave_of(post), form | {"tags": [tag.pk, gone.pk], "body": "Typed.", "picture": "77777"})
    gone.delete()

    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    assert restored["body"] == "Typed."


def test_a_link_to_a_text_that_is_gone_opens_the_post_and_says_so(client, post):
    page = client.get(page_of(post), {"restore": "a" * 32})

    assertContains(page, "These unsaved changes are no longer there.")
    assertContains(page, "We lifted the grating.")


# --- Two people


def test_who_else_is_at_work_is_said_by_name_in_the_page_and_while_writing(client, post):
    editor, other = make_editor(first_name="Ed", last_name="Itor"), Client()
    other.force_login(editor)
    other.post(autosave_of(post), opened(other, page_of(post)) | {"body": "SECRET"})

    page = client.get(page_of(post))
    answer = client.post(autosave_of(post), sent_by(page) | {"body": "Mine."})

    assertContains(page, "Ed Itor has been editing this since")
    assertNotContains(page, "SECRET")
    assert (answer.json()["other"], answer.json()["is_own"]) == ("Ed Itor", False)
    assert "SECRET" not in answer.content.decode()


def test_somebody_who_stopped_a_while_ago_is_not_at_work(client, post):
    other = Client()
    other.force_login(make_editor(first_name="Ed"))
    other.post(autosave_of(post), opened(other, page_of(post)) | {"body": "x"})
    Autosave.objects.update(saved_at=timezone.now() - timedelta(minutes=6))

    assertNotContains(client.get(page_of(post)), "Ed has been editing this")


def test_while_writing_one_is_told_of_a_newer_version(client, post):
    form = opened(client, page_of(post))
    other = Client()
    other.force_login(make_editor())
    other.post(page_of(post), opened(other, page_of(post)) | {"body": "Theirs."})

    answer = client.post(autosave_of(post), form | {"body": "Mine."})

    assert answer.json()["is_newer"]


def test_both_versions_are_shown_and_either_can_be_had(client, post):
    other = Client()
    other.force_login(make_editor(first_name="Ed", last_name="Itor"))
    mine = opened(client, page_of(post)) | {"body": "We lifted the heavy grating."}
    other.post(page_of(post), opened(other, page_of(post)) | {"body": "We lifted the old grating."})

    refused = client.post(page_of(post), mine)

    assert "Ed Itor saved the other version" in words(refused)
    assert "We lifted the − Deleted: old grating. We lifted the + Inserted: heavy grating." in words(refused)
    post.refresh_from_db()
    assert post.body == "We lifted the old grating."
    # Theirs: mine is offered beside it.
    theirs = client.get(link(refused, "Take the saved one"))
    assert sent_by(theirs)["body"] == "We lifted the old grating."
    assertContains(theirs, "You have unsaved changes from")
    # Mine: the button of the page.
    button = BeautifulSoup(refused.content, "html.parser").find("button", string="Keep mine")
    assert client.post(page_of(post), sent_by(refused) | {button["name"]: button["value"]}).status_code == 302
    post.refresh_from_db()
    assert post.body == "We lifted the heavy grating."


def test_the_same_account_in_two_windows_is_asked_too(client, post):
    first, second = opened(client, page_of(post)), opened(client, page_of(post))
    client.post(page_of(post), first | {"body": "First."})

    refused = client.post(page_of(post), second | {"body": "Second."})

    assert "You saved the other version in another window" in words(refused)
    post.refresh_from_db()
    assert post.body == "First."


# --- Nobody else's


@pytest.fixture
def secret(client, post):
    """The key of what Ann has typed; her browser is not the test's any more, which is an owner's."""
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "SECRET"})
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return Autosave.objects.get().key


def test_nobody_else_reads_or_drops_it_whatever_they_ask_for(client, post, secret):
    for address in (page_of(post), f"{page_of(post)}?restore={secret}", f"{ADD}?restore={secret}"):
        assertNotContains(client.get(address), "SECRET")
    for address in (f"{NEW}{secret}/", f"{NEW}{secret}/drop/"):
        assert client.get(address).status_code == client.post(address).status_code == 404
    form = opened(client, page_of(post)) | {"autosave_key": secret, "autosave_from": secret, "body": "Mine."}
    client.post(autosave_of(post), form)
    client.post(page_of(post), form)

    assert Autosave.objects.get().sent["body"] == "SECRET"


def test_it_stands_in_no_export(client, post, secret, capsys):
    call_command("export_json")
    call_command("export_wordpress")

    assert "SECRET" not in capsys.readouterr().out


def test_it_goes_with_its_post_and_with_its_account(client, post, secret):
    account = post.author.user
    mine = opened(client, ADD)
    client.post(NEW, mine | {"title": "Mine"})

    # Ann is named by a log, so that her row stays: without the person, and without her texts.
    client.post(f"/admin/auth/user/{account.pk}/delete/", {"post": "yes"})
    assert [row.sent["title"] for row in Autosave.objects.all()] == ["Mine"]
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "x"})
    post.delete()

    assert [row.sent["title"] for row in Autosave.objects.all()] == ["Mine"]


def test_who_is_taken_out_of_an_account_that_a_log_names_leaves_no_text_behind(client, post, secret):
    retire(post.author.user, name="A former author")

    assert not Autosave.objects.exists()


def test_old_ones_and_too_many_are_forgotten(post):
    account, now = post.author.user, timezone.now()
    rows = [Autosave(account=account, key=f"{n:032}", fields={}, saved_at=now - timedelta(hours=n)) for n in range(60)]
    rows.append(Autosave(account=make_user(), key="a" * 32, fields={}, saved_at=now - timedelta(days=91)))
    Autosave.objects.bulk_create(rows)

    upkeep.run()

    kept = Autosave.objects.order_by("-saved_at").values_list("key", flat=True)
    assert list(kept) == [f"{n:032}" for n in range(MOST_OF_AN_ACCOUNT)]


# --- Bad input: always an answer in JSON that says what is wrong


def refused(answer, status, error):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] == error
    assert answer.json()["message"]
    assert not Autosave.objects.exists()
    return answer


def test_a_post_that_was_deleted_meanwhile(client, post):
    form = opened(client, page_of(post))
    post.delete()

    answer = refused(client.post(autosave_of(post), form), 404, "gone")

    assert "Copy your text" in answer.json()["message"]


@pytest.mark.parametrize("taken", ["group", "staff", "active"])
def test_somebody_whose_rights_were_taken_away(client, post, taken):
    form, account = opened(client, page_of(post)), post.author.user
    if taken == "group":
        account.groups.clear()
    else:
        User.objects.filter(pk=account.pk).update(**{f"is_{taken}": False})

    status, error = (404, "gone") if taken == "group" else (403, "logged-out")
    refused(client.post(autosave_of(post), form), status, error)


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 30, "x", "1.5", "%00", "¹"])
def test_a_forged_number(client, post, number):
    form = opened(client, page_of(post))

    refused(client.post(f"/admin/posts/post/{number}/autosave/", form), 404, "gone")


def test_somebody_elses_post(client, post):
    form, theirs = opened(client, page_of(post)), make_post(author=make_author(name="Zed"))

    refused(client.post(autosave_of(theirs), form), 404, "gone")


@pytest.mark.parametrize("key", ["", "x", "a" * 41, "a" * 31 + "\x00", "../../../../../../x", "ä" * 32])
def test_a_forged_key(client, post, key):
    form = opened(client, page_of(post))

    refused(client.post(autosave_of(post), form | {"autosave_key": key}), 400, "bad-request")
    assert client.get(page_of(post), {"restore": key}).status_code == 200


def test_a_page_of_another_account(client, post):
    form = opened(client, page_of(post))
    client.force_login(make_editor())

    refused(client.post(autosave_of(post), form), 409, "other-account")


def test_nobody_is_logged_in(client, post):
    form = opened(client, page_of(post))
    client.logout()

    refused(client.post(autosave_of(post), form), 403, "logged-out")


def test_a_token_from_before_another_log_in_gets_a_new_one_on_the_same_site_alone(ann, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann.user)
    form = opened(browser, page_of(post))
    stale = form | {"csrfmiddlewaretoken": "x" * 64}

    refused(browser.post(autosave_of(post), stale, headers={"Origin": "https://evil.example"}), 403, "csrf")
    answer = refused(browser.post(autosave_of(post), stale, headers={"Sec-Fetch-Site": "same-origin"}), 403, "csrf")

    assert browser.post(autosave_of(post), form | {"csrfmiddlewaretoken": answer.json()["token"]}).status_code == 200
    elsewhere = browser.post(autosave_of(post), stale, headers={"Sec-Fetch-Site": "cross-site"})
    assert "token" not in elsewhere.json()


def test_a_megabyte_is_kept_and_more_than_a_form_can_have_is_refused(client, post):
    form = opened(client, page_of(post))
    text = "wörds " * 170_000

    refused(client.post(autosave_of(post), form | {"body": "x" * 3_000_000}), 413, "too-large")
    assert client.post(autosave_of(post), form | {"body": text}).status_code == 200

    assert Autosave.objects.get().sent["body"] == text


def test_more_fields_than_a_form_can_have_are_refused(client, post):
    form = opened(client, page_of(post)) | {f"f{n}": "x" for n in range(1500)}

    refused(client.post(autosave_of(post), form), 400, "bad-request")


def test_a_large_text_of_nobody_is_refused(client, post):
    form = opened(client, page_of(post))
    client.logout()

    refused(client.post(autosave_of(post), form | {"body": "x" * 1_500_000}), 413, "too-large")


def test_a_script_that_sends_all_the_time_is_told_to_wait(client, post):
    form = opened(client, page_of(post))
    answers = [client.post(autosave_of(post), form | {"body": str(n)}) for n in range(125)]

    assert [answer.status_code for answer in answers] == [200] * 120 + [429] * 5
    assert answers[-1].json()["error"] == "too-fast"
    assert answers[-1]["Retry-After"]


def test_characters_that_no_database_takes_are_replaced_and_the_rest_is_kept(client, post):
    form = opened(client, page_of(post))
    body = "a\x00b"
    client.post(autosave_of(post), form | {"body": body, "na\x00me": "x"})
    surrogate = f"autosave_key={form['autosave_key']}&autosave_account={form['autosave_account']}"

    page = client.get(page_of(post))
    assert sent_by(client.get(link(page, "Restore")))["body"] == "a\ufffdb"
    answer = client.post(
        autosave_of(post), f"{surrogate}&body=c%ED%A0%80d", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert Autosave.objects.get().sent["body"].startswith("c")


def test_get_is_refused(client, post):
    assert refused(client.get(autosave_of(post)), 405, "wrong-method")["Allow"] == "POST"


def test_fields_that_no_form_has_do_no_harm(client, post):
    form = opened(client, page_of(post)) | {"password": "x", "status": "nonsense", "author": "x", "published_at_0": "%"}
    client.post(autosave_of(post), form | {"categories": ["x", "9" * 30], "parent": "-1", "menu_order": "x" * 500})

    page = client.get(page_of(post))

    assert client.get(link(page, "Compare")).status_code == 200
    assert client.get(link(page, "Restore")).status_code == 200


# --- The words of a form whose session has ended, or that can't be saved: no script is needed


def test_after_a_session_has_ended_the_words_are_there_when_one_has_logged_in(ann, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann.user)
    text = "Fourteen hundred characters.\r\n" * 50
    form = opened(browser, page_of(post)) | {"body": text}
    del browser.cookies["sessionid"]

    page = browser.post(page_of(post), form)

    assert page.status_code == 403
    assertContains(page, "You have been logged out", status_code=403)
    assert not Autosave.objects.exists()
    wrong = log_in(browser, page, "not the password")
    assertContains(wrong, "The username or the password is wrong")
    answer = log_in(browser, wrong, "a long password")
    assert answer.status_code == 302
    restored = browser.get(answer["Location"])
    again = sent_by(restored)
    assert again["body"].replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert browser.post(page_of(post), again).status_code == 302
    post.refresh_from_db()
    assert post.body.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()
    assert not Autosave.objects.exists()


def log_in(browser, page, password, username="ann"):
    """Fills in the page's form to log in, and sends it."""
    form = BeautifulSoup(page.content, "html.parser").find("input", {"name": "password"}).find_parent("form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return browser.post(form["action"], fields | {"username": username, "password": password})


def test_a_new_post_too_and_the_words_become_one_where_the_post_is_gone(client, ann, post):
    for address in (ADD, page_of(post)):
        form = opened(client, address) | {"title": "Long", "body": "A thousand words."}
        client.logout()
        page = client.post(address, form)
        if address != ADD:
            post.delete()
        answer = log_in(client, page, "a long password")
        assert answer["Location"].startswith(f"{ADD}?restore=")
        assert sent_by(client.get(answer["Location"]))["body"] == "A thousand words."


def test_another_account_gets_nothing_of_it(client, ann, post):
    make_editor(username="ed")
    form = opened(client, page_of(post)) | {"body": "SECRET"}
    client.logout()
    page = client.post(page_of(post), form)

    answer = log_in(client, page, "a long password", username="ed")

    assert "restore" not in answer["Location"]
    assert not Autosave.objects.exists()


def test_they_survive_the_second_factor(client, ann, post):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ann.user, secret)
    form = opened(client, page_of(post)) | {"body": "A thousand words."}
    client.logout()
    page = client.post(page_of(post), form)
    step = log_in(client, page, "a long password")
    assert not Autosave.objects.exists()

    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = client.post(step["Location"], {"code": code})

    assert sent_by(client.get(answer["Location"]))["body"] == "A thousand words."


@pytest.mark.parametrize(
    "kept",
    [
        "x",
        "[]",
        '{"path": 3, "fields": {}}',
        '{"path": "/admin/posts/post/add/", "fields": []}',
        '{"path": "//evil.example/", "fields": {}}',
        '{"path": "/admin/posts/post/x/change/", "fields": {"autosave_key": ["%s"], "autosave_account": ["%d"]}}',
        '{"path": "/admin/auth/user/add/", "fields": {"autosave_key": ["%s"], "autosave_account": ["%d"]}}',
        "null",
        "\ud800",
    ],
)
def test_forged_words_at_the_log_in_lead_nowhere(client, ann, kept):
    text = kept.replace("%s", "a" * 32).replace("%d", str(ann.user.pk)).encode("utf-8", "replace").decode()
    client.logout()

    answer = client.post(
        "/accounts/login/?next=/admin/", {"username": "ann", "password": "a long password", "kept_form": text}
    )

    assert answer.status_code == 302
    assert answer["Location"].startswith(("/admin/posts/post/add/?restore=", "/admin/"))
    assert "evil" not in answer["Location"]


def test_a_form_with_an_old_token_comes_back_with_the_words_and_a_new_one(ann, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann.user)
    form = opened(browser, page_of(post)) | {"body": "A thousand\nwords.", "csrfmiddlewaretoken": "x" * 64}

    page = browser.post(page_of(post), form, headers={"Origin": "http://testserver"})

    assert page.status_code == 403
    soup = BeautifulSoup(page.content, "html.parser").select_one("form")
    assert soup.find("button", string="Try again")
    fields = {field["name"]: field.get("value", "") for field in soup.select("input")}
    fields |= {field["name"]: field.get_text().removeprefix("\n") for field in soup.select("textarea")}
    assert browser.post(soup["action"], fields).status_code == 302
    post.refresh_from_db()
    assert post.body == "A thousand\nwords."


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}])
def test_what_another_site_has_sent_gets_no_token(ann, post, headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann.user)

    page = browser.post(page_of(post), {"title": "Pwned", "body": "By another site."}, headers=headers)

    assert page.status_code == 403
    assertNotContains(page, "csrfmiddlewaretoken", status_code=403)
    assertContains(page, "By another site.", status_code=403)


def test_whose_right_was_taken_away_can_copy_the_words(client, post):
    form = opened(client, page_of(post)) | {"body": "A thousand words."}
    account = post.author.user
    account.groups.clear()
    assertContains(client.post(page_of(post), form), "A thousand words.", status_code=403)
    account.is_staff = False
    account.save()

    page = client.post(page_of(post), form)

    assertContains(page, "A thousand words.", status_code=403)
    assertNotContains(page, "Try again", status_code=403)


def test_no_password_comes_back(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    strict = Client(enforce_csrf_checks=True)

    page = strict.post("/admin/auth/user/add/", {"username": "x", "password1": "SECRET"})

    assertNotContains(page, "SECRET", status_code=403)


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_server_gives_the_words_back(post):
    browser = Client(raise_request_exception=False)
    browser.force_login(post.author.user)
    form = opened(browser, page_of(post)) | {"body": "A thousand words.\nAnd one."}

    def full(execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "INSERT")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        answer = browser.post(page_of(post), form)
        kept = browser.post(autosave_of(post), form)

    assert answer.status_code == kept.status_code == 503
    assertContains(answer, "A thousand words.\nAnd one.", status_code=503)
    assertContains(answer, "Try again", status_code=503)
    refused(kept, 503, "not-available")
    assert json.loads(kept.content)["message"].startswith("Not saved: the server can't store anything")
