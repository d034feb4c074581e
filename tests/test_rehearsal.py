"""Before a rule is saved, the settings page says what it would have done to the last twelve months."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import DiscussionSettings
from comments.rehearsal import rehearse
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/comments/discussionsettings/1/change/"


def recent(*, days=1, **fields):
    return make_comment(submitted_at=timezone.now() - timedelta(days=days), **fields)


def effects(**changes):
    """{setting: its effect} of changing the settings so."""
    old, new = DiscussionSettings.load(), DiscussionSettings.load()
    for name, value in changes.items():
        setattr(new, name, value)
    return {effect.setting: effect for effect in rehearse(old, new).effects}


def form_of(client, **changes):
    """What a browser sends that changes these fields on the settings page."""
    form = client.get(PAGE).context["adminform"].form
    values = {name: form.initial.get(name, form.fields[name].initial) for name in form.fields}
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


def test_a_word_is_tried_on_what_came_in_and_the_page_says_what_became_of_it(client, editor):
    recent(body="The drains again.", status="approved")
    recent(body="Drains, always drains.", status="spam")
    recent(body="Something else.")
    recent(body="The drains of last year.", days=400)

    page = client.post(PAGE, form_of(client, hold_words="drains"))

    assertContains(page, "Would have held <b>2</b> more, of which you approved <b>1</b>.")
    assertContains(page, "The drains again.")
    assertNotContains(page, "Something else.")
    assertNotContains(page, "The drains of last year.")
    assertContains(page, "Not saved yet")
    assert DiscussionSettings.load().hold_words == ""


def test_saved_again_it_is_saved(client, editor):
    recent(body="The drains again.")
    page = client.post(PAGE, form_of(client, hold_words="drains"))

    client.post(PAGE, form_of(client, hold_words="drains", rehearsed=page.context["adminform"].form.data["rehearsed"]))

    assert DiscussionSettings.load().hold_words == "drains"


def test_another_change_is_rehearsed_anew(client, editor):
    recent(body="The drains again.")
    recent(body="The buckets again.")
    first = client.post(PAGE, form_of(client, hold_words="drains"))
    rehearsed = first.context["adminform"].form.data["rehearsed"]

    second = client.post(PAGE, form_of(client, hold_words="buckets", rehearsed=rehearsed))

    assertContains(second, "The buckets again.")
    assert DiscussionSettings.load().hold_words == ""


def test_what_would_have_made_no_difference_is_saved_at_once(client, editor):
    recent(body="Something else.")

    client.post(PAGE, form_of(client, hold_words="drains"))

    assert DiscussionSettings.load().hold_words == "drains"


def test_a_script_that_saw_no_page_saves_at_once(client, editor):
    recent(body="The drains again.")
    form = form_of(client, hold_words="drains")
    del form["rehearsed"]

    client.post(PAGE, form)

    assert DiscussionSettings.load().hold_words == "drains"


def test_a_line_that_is_taken_out_lets_pass_what_it_caught(discussion):
    discussion(hold_words="drains\nbuckets", block_words="pills")
    recent(body="The drains again.", status="spam")
    recent(body="Drains and buckets.")
    recent(body="Pills!", status="spam")

    changed = effects(hold_words="buckets", block_words="")

    assert (changed["hold_words"].freed, changed["hold_words"].freed_removed) == (1, 1)
    assert (changed["block_words"].freed, changed["block_words"].freed_removed) == (1, 1)


@pytest.mark.parametrize(("limit", "caught", "freed"), [(0, 2, 0), (1, 1, 0), (2, 0, 0), (3, 0, 1), (None, 0, 1)])
def test_the_link_limit_is_tried(discussion, limit, caught, freed):
    discussion(max_links=2)
    recent(body="https://example.org/1", status="approved")
    recent(body="https://example.org/1 https://example.org/2")
    recent(body="https://example.org/1 https://example.org/2", url="https://example.org")

    changed = effects(max_links=limit)["max_links"] if limit != 2 else None

    assert changed is None or (changed.caught, changed.freed) == (caught, freed)


def test_the_mode_is_tried_with_what_was_known_of_people_then(discussion):
    discussion(moderation="first")
    person = make_user()
    recent(days=3, user=person)
    recent(days=2, user=person)
    recent(days=1)

    stricter, laxer = effects(moderation="all")["moderation"], effects(moderation="none")["moderation"]

    assert (stricter.caught, stricter.freed) == (1, 0)
    assert (laxer.caught, laxer.freed) == (0, 2)


def test_moderators_and_the_posts_author_are_not_counted(discussion):
    recent(body="My own drains.", user=make_editor())

    assert effects(hold_words="drains") == {}


def test_a_rehearsal_ends_in_time_and_says_how_far_it_came(discussion):
    for number in range(201):
        recent(body="The drains again.", days=1 + number / 100)
    old, new = DiscussionSettings.load(), DiscussionSettings(hold_words="drains", block_words="")

    rehearsal = rehearse(old, new, seconds=0)

    assert rehearsal.looked_at == 100
    assert rehearsal.effects[0].caught == 100
    assert rehearsal.since is not None
    assert len(rehearsal.effects[0].examples) == 50


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("*", "never matches"),
        ("* **", "never matches"),
        ("\u200b", "never matches"),
        ("a", "matches almost everything"),
        ("e*", "matches almost everything"),
        ("th*", "matches almost everything"),
        (".", "matches almost everything"),
        (".com", "matches almost everything"),
        ("http://", "matches almost everything"),
        ("@", "matches almost everything"),
        ("の", "matches almost everything"),
        ("0.0.0.0/0", "a very wide range"),
        ("::/0", "a very wide range"),
        ("192.168.*", "is not an IP address"),
        ("192.168.1.", "is not an IP address"),
        ("10.0.0.0/33", "is not an IP address"),
        ("10.0.0.1-10.0.0.9", "is not an IP address"),
        ("300.1.1.1", "is not an IP address"),
        ("*press", "an asterisk only works at the end of a line"),
        ("viagra, cialis; pills", "is treated as one phrase"),
    ],
)
@pytest.mark.parametrize("setting", ["hold_words", "block_words"])
def test_a_line_that_is_hardly_meant_so_is_kept_and_named(client, editor, setting, line, told):
    page = client.post(PAGE, form_of(client, **{setting: f"drains\n{line}"}), follow=True)

    assert getattr(DiscussionSettings.load(), setting).splitlines()[-1] == line
    assertContains(page, "check these lines")
    assertContains(page, told, count=1)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "press*",
            "cheap watches",
            "203.0.113.7",
            "10.0.0.0/8",
            "2001:db8::/32",
            "赌",
            "$$$",
            "💊",
            "c++",
            "3.5",
            "a b",
        ),
        *("spam.example", "win10", "कम", "AI", "don't", "!!!", "http://spam.example/", "1.2.3"),
    ],
)
def test_a_line_that_is_meant_so_is_not_named(client, editor, line):
    page = client.post(PAGE, form_of(client, hold_words=line), follow=True)

    assert DiscussionSettings.load().hold_words == line
    assertNotContains(page, "check these lines")


def test_of_many_odd_lines_the_page_names_some_and_counts_the_rest(client, editor, discussion):
    discussion(hold_words="\n".join(f"192.168.{n}.*" for n in range(30)))

    page = client.get(PAGE)

    assertContains(page, "is not an IP address", count=10)
    assertContains(page, "And 20 more lines.")


def test_a_rehearsed_line_is_named_before_it_is_saved(client, editor):
    recent(body="A drain is a drain.")

    page = client.post(PAGE, form_of(client, hold_words="a"))

    assertContains(page, "Would have held <b>1</b> more")
    assertContains(page, "“a” matches almost everything")


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("viagra", {"body": "[via](http://x.org)gra"}),
        ("赌博", {"body": "欢迎来到在线赌博网站"}),
        ("203.0.113.0/24", {"ip_address": "203.0.113.9"}),
        ("drains", {"email": "info@drains.example"}),
    ],
)
def test_a_line_is_tried_on_all_that_the_check_reads(discussion, line, fields):
    recent(**fields)
    recent(user_agent="viagra drains")

    assert effects(hold_words=line)["hold_words"].caught == 1


def test_the_limit_of_a_network_is_tried_and_the_page_says_what_became_of_it(client, editor):
    for n in range(6):
        recent(body=f"Number {n}.", ip_address=f"203.0.113.{n}", status="spam" if n else "approved")
    recent(body="From elsewhere.", ip_address="198.51.100.7")

    page = client.post(PAGE, form_of(client, hourly_per_network="4"))

    assertContains(page, "Would have held <b>2</b> more, of which you approved <b>0</b>.")
    assert DiscussionSettings.load().hourly_per_network == 30


@pytest.mark.parametrize(
    ("setting", "limit", "caught"),
    [
        ("hourly_per_network", 2, 1),
        ("daily_per_network", 2, 3),
        ("hourly_per_post", 2, 1),
        ("daily_limit", 3, 2),
        ("daily_limit", None, 0),
        ("hourly_per_network", 40, 0),
    ],
)
def test_each_limit_counts_what_came_before_within_its_time(discussion, setting, limit, caught):
    discussion()
    post = make_post()
    for hours in (1, 3, 5, 5.1, 5.2):
        recent(days=1 + hours / 24, post=post, ip_address="203.0.113.7")
    recent(days=5, post=post, ip_address="203.0.113.7")

    effect = effects(**{setting: limit}).get(setting)

    assert (effect.caught if effect else 0) == caught


def test_the_limit_of_a_post_spares_whoever_was_known_then(discussion):
    discussion()
    post, person = make_post(), make_user()
    recent(days=9, user=person)
    for hours in (1, 1.1, 1.2):
        recent(days=1 + hours / 24, post=post)
    recent(days=1 + 0.5 / 24, post=post, user=person)

    assert effects(hourly_per_post=1)["hourly_per_post"].caught == 2
