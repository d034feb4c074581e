"""My comments: what a person has written here, what became of it, and what they can do with it; and nobody else."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments import tokens
from comments.checks import Finding, Verdict
from comments.mine import link_for, proof
from comments.models import Comment, Follow, MailAddress, MailedLink, RememberedBrowser, Rule
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

MINE = "/comments/mine/"
HELD = [Finding("links", Verdict.HOLD, "3 links: a.example", "it has many links")]


@pytest.fixture
def address():
    return MailAddress.objects.prove("bo@example.org")


@pytest.fixture
def query(address):
    """The end of the addresses that a mailed link has led to."""
    return f"?proof={proof.token_for(address)}"


def make_mine(address, **fields):
    return make_comment(email=address.address, address=address, **fields)


def link_in(mail):
    return re.search(r"http://\S+(/comments/mine/link/\S+/)", mail.body)[1]


def seen(comment):
    return comment.last_decision.pk


# --- The way in


def test_a_link_comes_by_mail_whose_button_opens_the_list_once(client, mailoutbox):
    make_comment(body="Words of mine.", email="Bo@Example.org", name="Bo")

    asked = client.post(MINE, {"email": " bo@example.org "}, follow=True)

    assertContains(asked, "a link is on its way there")
    (mail,) = mailoutbox
    assert mail.to == ["bo@example.org"]
    assert "Words of mine" not in mail.body
    address = link_in(mail)
    for _twice in range(2):  # a program that follows links changes nothing
        assertContains(client.get(address), "Open my comments")
    answer = client.post(address)
    assert answer.status_code == 303
    assert not answer.cookies
    assertContains(client.get(answer["Location"]), "Words of mine.")
    assert client.post(address).status_code == client.get(address).status_code == 410


def test_a_stranger_learns_nothing_of_an_address_and_is_mailed_nothing(client, mailoutbox):
    make_comment(email="known@example.org")
    MailAddress.objects.answer("refused@example.org", wanted=False)
    make_comment(email="refused@example.org")

    pages = set()
    for email in ("known@example.org", "unknown@example.org", "refused@example.org"):
        answer = client.post(MINE, {"email": email})
        pages.add((answer.status_code, answer["Location"], client.get(answer["Location"]).content))

    assert len(pages) == 1
    assert [mail.to for mail in mailoutbox] == [["known@example.org"]]


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "a@b.example\nBcc: c@d.example", '"a b"@example.org', f"{'x' * 300}@example.org", "\x00@b.example"],
)
def test_what_is_no_address_is_said_and_given_back(client, mailoutbox, email):
    answer = client.post(MINE, {"email": email})

    assertContains(answer, "like name@example.org", status_code=422)
    assert len(mailoutbox) == 0


def test_nobody_is_flooded_with_links(client, mailoutbox, monkeypatch):
    make_comment(email="bo@example.org")

    statuses = [client.post(MINE, {"email": "bo@example.org"}).status_code for _time in range(11)]

    assert statuses == [303] * 10 + [429]
    assert len(mailoutbox) <= 5


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x", lambda t: t + "a", lambda t: ""])
def test_a_forged_link_opens_nothing(client, spoil):
    comment = make_comment(email="bo@example.org")
    token = link_for("bo@example.org").rstrip("/").rpartition("/")[2]
    good = proof.token_for(MailAddress.objects.prove("bo@example.org"))

    if spoil(token):
        assert client.post(f"{MINE}link/{spoil(token)}/").status_code == 410
    assertNotContains(client.get(f"{MINE}?proof={spoil(good)}"), comment.body)


def test_tokens_of_another_kind_and_old_ones_open_nothing(client, address, query, monkeypatch):
    comment, confirming = make_mine(address), MailedLink.make(MailedLink.CONFIRM, "bo@example.org")
    others = [tokens.awaiting(comment), tokens.stop(comment), confirming]

    assert client.post(f"{MINE}link/{confirming}/").status_code == 410
    for token in others:
        assertContains(client.get(f"{MINE}?proof={token}"), "Ask for a new link below")
    assert client.get(f"{MINE}{comment.pk}/?awaiting={tokens.stop(comment)}").status_code == 404
    later = timezone.now().timestamp() + timedelta(minutes=61).total_seconds()
    monkeypatch.setattr("time.time", lambda: later)
    assertNotContains(client.get(MINE + query), comment.body)


def test_an_account_and_a_remembered_browser_need_no_link(client, send, discussion):
    discussion(moderation="none")
    send(make_post(), remember="on", body="From my browser.")
    account = Client()
    account.force_login(user := make_user())
    make_comment(user=user, body="From my account.")

    assertContains(client.get(MINE), "From my browser.")
    page = account.get(MINE)
    assertContains(page, "From my account.")
    assertNotContains(page, "From my browser.")
    assertContains(Client().get(MINE), "Send me a link")


def test_no_page_of_it_is_kept_by_a_cache_or_found_by_a_search_engine(client, address, query):
    comment = make_mine(address)

    for page in ("", f"{comment.pk}/", f"{comment.pk}/withdraw/", "download/", "erase/", "link/x/"):
        answer = client.get(f"{MINE}{page}{query}")
        assert answer["Cache-Control"] == "private, no-store", page
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "same-origin"
        assert not answer.cookies


# --- What is told


def test_each_state_is_told_with_the_rule_and_the_reason_and_no_more(client, address, query):
    editor = make_editor(first_name="Eddie")
    rule = Rule.objects.create(number=3, title="Be kind", text="Always.")
    make_mine(address, status="pending", findings=HELD)
    spam = [Finding("learned", Verdict.SPAM, "casino 0.99", ""), *HELD]
    make_mine(address, status="spam", findings=spam)
    refused = make_mine(address)
    refused.trash(by=editor, rule=rule, reason="A troll.")
    make_mine(address, body="Up and public.")
    make_mine(address).withdraw()
    make_comment(body="Somebody else’s.", email="other@example.org")

    page = client.get(MINE + query)

    assertContains(page, "it has many links", count=2)
    assertContains(page, "awaiting moderation", count=2)
    assertContains(page, "Reason: rule 3, Be kind")
    assertContains(page, "not published</span>", count=1)
    assertContains(page, "You withdrew it.", count=1)
    assertContains(page, "Up and public.")
    for secret in ("A troll", "Eddie", "casino", "spam", "a.example", "Somebody else"):
        assertNotContains(page, secret)


def test_what_waits_for_long_can_be_asked_about_and_spam_is_told_by_nothing(client, address, query):
    spam = [Finding("learned", Verdict.SPAM, "casino 0.99", ""), *HELD]
    long_ago = timezone.now() - timedelta(days=2)
    pages, offered = [], "waiting for more than a day"
    for fields in ({"status": "pending", "findings": HELD}, {"status": "spam", "findings": spam}):
        assertNotContains(client.get(f"{MINE}{make_mine(address, **fields).pk}/{query}"), offered)
        comment = make_mine(address, body="Is anybody there?", submitted_at=long_ago, **fields)
        page = client.get(f"{MINE}{comment.pk}/{query}")
        assertContains(page, offered)
        asked = client.post(f"{MINE}{comment.pk}/{query}", {"words": "Is it lost?"})
        shown = page.text + client.get(asked["Location"]).text
        pages.append(re.sub(r"/mine/\d+|a-post-\d+|value=\"\d+\"", "", shown))
        comment.refresh_from_db()
        assert (comment.status, comment.second_look) == ("pending", "Is it lost?")
        assert client.post(f"{MINE}{comment.pk}/{query}", {"words": "Again"}).status_code == 409
    assert pages[0] == pages[1]

    typed = make_comment(status="spam", findings=spam, email=address.address, submitted_at=long_ago)
    assert typed.ask_again("Please") is None


def test_what_a_moderator_called_spam_is_told_the_owner_of_the_address_who_may_ask_again(client, address, query):
    comment = make_mine(address, submitted_at=timezone.now())
    comment.spam(by=make_editor())
    page = client.get(f"{MINE}{comment.pk}/{query}")
    assertContains(page, "not published</span>")
    assertContains(page, "Ask for a second look")
    assertNotContains(page, "Save the change")

    client.post(f"{MINE}{comment.pk}/{query}", {"words": ""})

    assert Comment.objects.get().status == "pending"


def test_twenty_stand_on_a_page_and_cost_no_more_queries_than_two(
    client, address, query, django_assert_max_num_queries
):
    post = make_post()
    for number in range(23):
        make_mine(address, post=post, body=f"Words of mine, {number:02}.", status="pending", findings=HELD)

    with django_assert_max_num_queries(13):
        first = client.get(MINE + query)
    second = client.get(f"{MINE}{query}&page=2")

    assertContains(first, "Words of mine, ", count=20)
    assertContains(first, "Words of mine, 22.")
    assertContains(second, "Words of mine, ", count=3)
    for odd in ("0", "99", "x", "9" * 30):
        assert client.get(f"{MINE}{query}&page={odd}").status_code == 200


# --- What is not proven


def test_a_comment_that_somebody_sent_with_my_address_is_listed_apart_until_i_say_whose_it_is(client, address, query):
    mine = make_comment(body="It was me.", email="bo@example.org")
    other = make_comment(body="It was not me.", email="BO@example.org", notify=True, status="pending")
    foreign = make_comment(email="other@example.org")

    page = client.get(MINE + query)
    assertContains(page, "Did you write these comments?")
    assert client.get(f"{MINE}{mine.pk}/{query}").status_code == 404

    client.post(f"{MINE}{mine.pk}/claim/{query}", {"answer": "yes"})
    client.post(f"{MINE}{other.pk}/claim/{query}", {"answer": "no"})
    client.post(f"{MINE}{foreign.pk}/claim/{query}", {"answer": "yes"})

    for comment in (mine, other, foreign):
        comment.refresh_from_db()
    assert (mine.address, other.address, foreign.address) == (address, None, None)
    assert other.disowned_at
    assert (other.notify, other.status) == (False, "pending")
    assertNotContains(client.get(MINE + query), "Did you write these comments?")


def test_what_one_follows_is_listed_and_ended(client, address, query):
    post, hidden = make_post(title="About drains"), make_post(title="A secret draft", status="draft")
    Follow.objects.begin(post, address)
    Follow.objects.begin(hidden, address)

    page = client.get(MINE + query)

    assertContains(page, "About drains")
    assertNotContains(page, "A secret draft")
    client.post(re.search(r"/comments/\S*stop/[^\"]+", page.content.decode())[0])
    assertNotContains(client.get(MINE + query), "About drains")


# --- Browsers, download, erasing


def test_a_browser_that_is_known_is_forgotten_from_another_one(client, address, query):
    browser = RememberedBrowser.objects.create(name="a" * 32, address=address)
    other = RememberedBrowser.objects.create(name="b" * 32, address=MailAddress.objects.prove("x@example.org"))
    make_mine(address, browser="a" * 32)
    assertContains(client.get(MINE + query), "Forget this one", count=1)

    assert client.get(f"{MINE}forget/{browser.pk}/{query}").status_code == 303
    assert RememberedBrowser.objects.count() == 2
    client.post(f"{MINE}forget/{browser.pk}/{query}")
    assert client.post(f"{MINE}forget/{other.pk}/{query}").status_code == 404

    assert list(RememberedBrowser.objects.all()) == [other]


def test_a_browser_that_was_forgotten_elsewhere_is_asked_for_the_address(client, query, address, send, discussion):
    discussion(moderation="none")
    send(make_post(), remember="on", email=address.address, body="From my browser.")
    RememberedBrowser.objects.create(name=Comment.objects.get().browser, address=address)
    assertContains(client.get(MINE), "From my browser.")

    Client().post(f"{MINE}forget/{RememberedBrowser.objects.get().pk}/{query}")

    page = client.get(MINE)
    assertContains(page, "Send me a link")
    assertNotContains(page, "You have not written any comments here yet.")


def test_everything_can_be_taken_along(client, address, query):
    make_mine(address, body="Words & more", ip_address="192.0.2.9", status="spam", findings=HELD)
    make_comment(email="other@example.org", body="Not mine")

    answer = client.get(f"{MINE}download/{query}")

    assert "attachment" in answer["Content-Disposition"]
    everything = json.loads(answer.content)
    (comment,) = everything["comments"]
    assert (comment["text"], comment["state"], comment["ip_address"]) == ("Words & more", "waiting", "192.0.2.9")
    assert comment["reasons"] == ["it has many links"]
    assert everything["address"]["email"] == "bo@example.org"
    assert client.get(f"{MINE}download/").status_code == 303


@pytest.mark.parametrize("what", ["name", "all"])
def test_who_is_erased_leaves_the_thread_and_the_log_true(client, address, query, what):
    editor, post = make_editor(), make_post()
    mine = make_mine(address, post=post, body="A regretted text.", name="Rudi", ip_address="192.0.2.9")
    reply = make_comment(parent=mine, body="A reply.", email="ann@example.org", status="pending")
    refused = make_mine(address, post=post, name="Rudi", status="pending")
    refused.trash(by=editor)
    RememberedBrowser.objects.create(name="a" * 32, address=address)
    MailedLink.make("mine", "bo@example.org")

    unsure = client.post(f"{MINE}erase/{query}", {"what": what})
    assertContains(unsure, "Nothing was erased.", status_code=422)
    client.post(f"{MINE}erase/{query}", {"what": what, "sure": "on"})
    reply.approve(by=editor)

    page = client.get(post.get_absolute_url())
    assertContains(page, "A reply.")
    for gone in ("Rudi", "bo@example.org"):
        assertNotContains(page, gone)
        assert [row for row in Comment.objects.values_list() if gone in str(row)] == []
    assert (Comment.objects.get(pk=mine.pk).body == "") == (what == "all")
    assertContains(page, "<p>A regretted text.", count=int(what == "name"))
    assertContains(page, "The writer withdrew this comment.", count=int(what == "all"))
    statuses = [row.to_status for row in mine.decisions.order_by("pk")]
    assert statuses == (["approved", "approved"] if what == "name" else ["approved", "trash", "erased"])
    assert not MailAddress.objects.exists()
    assert not RememberedBrowser.objects.exists()
    assert not MailedLink.objects.exists()
    assertNotContains(client.get(MINE + query), "A regretted text.")


def test_a_refusal_of_mails_is_kept_when_all_else_is_erased(client, address, query):
    MailAddress.objects.answer("bo@example.org", wanted=False)
    make_mine(address)

    client.post(f"{MINE}erase/{query}", {"what": "name", "sure": "on"})

    row = MailAddress.objects.get()
    assert row.refused_at
    assert not row.proven_at


# --- Other sites


@pytest.mark.parametrize("page", ["", "erase/", "ID/", "ID/withdraw/", "ID/claim/"])
def test_another_sites_form_changes_nothing(client, address, query, page, mailoutbox):
    comment = make_mine(address, body="Stays.")
    typed = {
        "email": "bo@example.org",
        "what": "all",
        "sure": "on",
        "body": "Foreign",
        "answer": "no",
        "seen": seen(comment),
    }

    answer = client.post(
        f"{MINE}{page.replace('ID', str(comment.pk))}{query}", typed, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code in {403, 404}
    comment.refresh_from_db()
    assert (comment.body, comment.status, comment.email) == ("Stays.", "approved", "bo@example.org")
    assert len(mailoutbox) == 0


def test_an_accounts_form_needs_its_token(discussion):
    browser, user = Client(enforce_csrf_checks=True), make_user()
    browser.force_login(user)
    comment = make_comment(user=user, submitted_at=timezone.now())

    answer = browser.post(f"{MINE}{comment.pk}/", {"body": "Foreign", "seen": seen(comment)})

    assertContains(answer, "Foreign</textarea>", status_code=403)
    assert Comment.objects.get().body == comment.body
