"""Subscribers in the admin: who may see them, what is done with them, and lists in and out."""

import csv
import io
import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Category, Subscriber, SubscriptionRequest, Undeliverable
from tests.factories import make_editor, make_post, make_staff_author, make_subscriber

pytestmark = pytest.mark.django_db
LIST, IMPORT, EXPORT = "/admin/posts/subscriber/", "/admin/posts/subscriber/add/", "/admin/posts/subscriber/export/"


def bring(client, content, consent="add", **fields):
    content = content.encode() if isinstance(content, str) else content
    return client.post(
        IMPORT, {"file": SimpleUploadedFile("a.csv", content), "consent": consent, **fields}, follow=True
    )


def emails():
    return sorted(Subscriber.objects.values_list("email", flat=True))


def exported(client):
    answer = client.get(EXPORT)
    assert answer.headers["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode()


# --- Who


def test_authors_see_no_address_and_take_none_in(client):
    make_subscriber(email="bo@example.org")
    client.force_login(make_staff_author()[0])

    for address in (LIST, IMPORT, EXPORT, f"{LIST}{Subscriber.objects.get().pk}/change/"):
        assert client.get(address).status_code == 403
    assert bring(client, "email\ncy@example.org").status_code == 403
    assertNotContains(client.get("/admin/"), LIST)
    assert emails() == ["bo@example.org"]


# --- The list


def test_an_editor_finds_subscribers_by_address_and_state(client, editor):
    make_subscriber(email="bo@example.org", name="Bo")
    make_subscriber(email="cy@example.org", frequency="weekly").stop()
    Undeliverable.objects.bounce(make_subscriber(email="di@example.org").email)
    Subscriber.refuse("ed@example.org")

    def found(**query):
        page = client.get(LIST, query).content.decode()
        return [name for name in ("bo", "cy", "di", "ed") if f"{name}@example.org" in page]

    assert found() == ["bo", "cy", "di", "ed"]
    assert found(q="bo@exa") == ["bo"]
    assert found(state="active") == ["bo"]
    assert found(state="bounced") == ["di"]
    assert found(state="stopped") == ["cy"]
    assert found(state="refused") == ["ed"]
    assert found(frequency__exact="weekly") == ["cy"]


def test_the_list_asks_as_much_however_long_it_is(client, editor, django_assert_max_num_queries):
    for _number in range(30):
        make_subscriber()

    with django_assert_max_num_queries(15):
        client.get(LIST)


def test_an_editor_stops_starts_and_erases_and_starts_nobody_who_stopped_it_themselves(client, editor):
    one, own, other = make_subscriber(), make_subscriber(), make_subscriber()
    own.stop()

    def act(action, *rows):
        data = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
        return client.post(LIST, data, follow=True)

    assertContains(act("stop", one, own), "1 subscription stopped.")
    assertContains(act("start_again", one, own), "1 subscription resumed.")
    act("delete_selected", other)

    assert [row.pk for row in Subscriber.objects.active()] == [one.pk]
    own.refresh_from_db()
    assert own.stopped_by == "reader"
    assert not Subscriber.objects.filter(pk=other.pk).exists()


def test_an_editor_changes_what_somebody_gets_and_not_their_address(client, editor):
    news = Category.objects.create(name="News")
    subscriber = make_subscriber(email="bo@example.org")
    address = f"{LIST}{subscriber.pk}/change/"

    page = client.get(address)
    client.post(address, {"name": "Bo", "frequency": "weekly", "categories": [news.pk], "email": "x@example.org"})

    assertContains(page, "bo@example.org")
    subscriber.refresh_from_db()
    assert (subscriber.email, subscriber.name, subscriber.frequency) == ("bo@example.org", "Bo", "weekly")
    assert (subscriber.all_categories, list(subscriber.categories.all())) == (False, [news])


# --- In


def test_lists_of_other_blogs_come_in_as_they_are(client, editor):
    ghost = (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels\n"
        '1,ann@example.org,"Ann, Writer",,true,,,2019-10-30T14:52:08.000Z,,\n'
        "2,out@example.org,,,false,,,2019-10-30T14:52:08.000Z,,\n"
        "3,gone@example.org,,,true,,,2019-10-30T14:52:08.000Z,2020-01-01T00:00:00.000Z,\n"
    )
    substack = (
        "\ufeffEmail;Active Subscription;Email Disabled;Created At\r\n"
        "bo@example.org;false;false;2021-02-03\r\nbad@example.org;false;true;2021-02-03\r\n"
    )
    wordpress = "Email Address,Name,Status,Subscription Date\ncy@example.org,Cy,Subscribed,0001-01-01T00:00:00\n"
    plain = "di@example.org\r\n\r\ned@example.org,Ed\r\n"

    assertContains(bring(client, ghost), "2 had unsubscribed before")
    for content in (substack, wordpress, plain):
        assertContains(bring(client, content), "added.")

    assert emails() == [f"{name}@example.org" for name in ("ann", "bo", "cy", "di", "ed")]
    assert Subscriber.objects.of("cy@example.org").subscribed_at.year > 1
    ann = Subscriber.objects.of("ann@example.org")
    assert (ann.name, ann.subscribed_at.year, ann.came_by, ann.imported_by) == ("Ann, Writer", 2019, "import", editor)
    assert Subscriber.objects.of("ed@example.org").name == "Ed"
    # None of them gets what was published before they came.
    assert not Subscriber.objects.wanting(make_post()).exists()


def test_a_file_with_bad_lines_is_not_half_imported(client, editor):
    content = "email,name\nbo@example.org,Bo\nno address,Cy\n,Di\ned@example.org,Ed\nbo@example.org,Bo again\n"

    refused = bring(client, content)
    assertContains(refused, "Line 3: “no address” is not an email address.")
    assertContains(refused, "Line 4: There is no address.")
    assert emails() == []
    taken = bring(client, content, leave_out="on")

    assertContains(taken, "2 subscribers added.")
    assertContains(taken, "2 lines were left out.")
    assert emails() == ["bo@example.org", "ed@example.org"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "file is empty"),
        (b"\n \n", "The file is empty."),
        (b"name,age\nBo,3\n", "No column is called “email”."),
        (b"email\nb\xf6@example.org\n", "This is not a CSV file in UTF-8."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a CSV file in UTF-8."),
        (b'email\n"' + b"x" * 200_000, "CSV"),
    ],
)
def test_what_is_no_list_says_so(client, editor, content, told):
    assertContains(bring(client, content), told)
    assert emails() == []


def test_nobody_comes_in_without_a_word_on_whether_they_agreed(client, editor):
    assertContains(client.get(IMPORT), "In most countries you may not write to anybody who has not agreed")

    bring(client, "email\nbo@example.org", consent="")

    assert emails() == []


def test_who_has_stopped_here_stays_stopped_and_who_is_known_stays_as_they_are(client, editor):
    make_subscriber(email="bo@example.org", frequency="weekly")
    make_subscriber(email="cy@example.org").stop()
    Subscriber.refuse("di@example.org")

    answer = bring(client, "email\nBO@example.org\ncy@example.org\ndi@example.org\ned@example.org\n")

    assertContains(answer, "1 subscriber added. ".strip())
    assertContains(answer, "1 was subscribed already.")
    assertContains(answer, "2 have unsubscribed here, and stay so.")
    assert sorted(row.email for row in Subscriber.objects.active()) == ["bo@example.org", "ed@example.org"]
    assert Subscriber.objects.of("bo@example.org").frequency == "weekly"


def test_people_can_be_asked_first_and_once(client, editor, mailoutbox):
    bring(client, "email,frequency\nbo@example.org,weekly\ncy@example.org,\n", consent="ask")
    assertContains(bring(client, "email\nbo@example.org\ncy@example.org\n", consent="ask"), "2 were asked already.")

    assert not Subscriber.objects.exists()
    assert sorted(sent.to[0] for sent in mailoutbox) == ["bo@example.org", "cy@example.org"]
    assert "The blog has moved" in mailoutbox[0].body
    assertContains(client.get(LIST), "2 people were asked by email and have not confirmed yet.")
    request = SubscriptionRequest.objects.get(email="bo@example.org")
    client.post(request.url.removeprefix("http://127.0.0.1:8000"), {"confirm": ""})
    assert Subscriber.objects.get().frequency == "weekly"


def test_a_list_of_one_mailbox_asks_it_no_more_than_anybody_else(client, editor, mailoutbox):
    bring(client, "email\n" + "".join(f"b.o+{number}@example.org\n" for number in range(6)), consent="ask")

    assert len(mailoutbox) == 3


# --- Out


def test_a_list_that_went_out_comes_in_again(client, editor):
    news = Category.objects.create(name="News")
    make_subscriber(email="bo@example.org", name="=1+1", frequency="weekly")
    make_subscriber(email="+cy@example.org", categories=[news])
    make_subscriber(email="di@example.org").stop()

    content = exported(client)
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["email"] for row in rows] == ["bo@example.org", "'+cy@example.org", "di@example.org"]
    assert [row["state"] for row in rows] == ["subscribed", "subscribed", "stopped"]
    # A spreadsheet computes nothing that somebody else has typed.
    assert rows[0]["name"] == "'=1+1"
    assert rows[1]["categories"] == "News"
    Subscriber.objects.all().delete()
    bring(client, content)

    assert emails() == ["+cy@example.org", "bo@example.org"]
    assert Subscriber.objects.of("bo@example.org").name == "=1+1"
    assert Subscriber.objects.of("bo@example.org").frequency == "weekly"


def test_everything_as_json_has_subscribers_without_what_opens_their_subscription():
    news = Category.objects.create(name="News")
    subscriber = make_subscriber(email="bo@example.org", categories=[news], imported_by=make_editor())
    out = StringIO()

    call_command("export_json", stdout=out)

    (row,) = json.loads(out.getvalue())["subscribers"]
    assert (row["email"], row["categories"], row["frequency"]) == ("bo@example.org", [news.pk], "each")
    assert subscriber.key not in out.getvalue()
