"""Every export that we have: its numbers add up, and the same file again changes nothing."""

import pytest

from comments.models import Comment
from posts.models import Attachment, OldPath, Post
from tests.test_import_media import adds_up
from tests.test_import_report import FILES, REFUSED
from tests.wxr import SHARED, everything, import_

pytestmark = [pytest.mark.django_db, pytest.mark.seed]
WHOLE = [path for path in FILES if path.name not in REFUSED and "disqus" not in path.name]


def all_there_is():
    return everything(), [list(model.objects.order_by("pk").values()) for model in (Attachment, OldPath)]


@pytest.mark.parametrize("path", [*WHOLE, *(SHARED / "seed").glob("*.xml")], ids=lambda path: path.name)
def test_it_comes_in_with_numbers_that_add_up_and_again_changes_nothing(path):
    first = import_(path)
    before = all_there_is()

    again = import_(path)

    assert adds_up(first)
    assert adds_up(again)
    assert all_there_is() == before
    for kind, numbers in again["numbers"].items():
        assert numbers["new"] == numbers["updated"] == 0, kind
    assert Post.objects.count() == first["posts"] + first["pages"]
    assert Comment.objects.count() == sum(first["comments"].values())
