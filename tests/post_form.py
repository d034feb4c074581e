"""The form of a post as a browser has it: where it is, what it would send, and what a person reads on its page."""

import re

from bs4 import BeautifulSoup

from posts.models import Autosave
from tests.test_versions import filled_in

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


def link(page, label):
    soup = BeautifulSoup(page.content, "html.parser").select_one("#content")
    return next(each["href"] for each in soup.find_all("a") if each.get_text(strip=True) == label)


def refused(answer, status, error):
    """The answer to what was to be kept, and was not: JSON that says why."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] == error
    assert answer.json()["message"]
    assert not Autosave.objects.exists()
    return answer
