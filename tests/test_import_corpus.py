"""The hostile exports, each with what must become of it; see the README beside them."""

import re
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError
from django.urls import reverse

from comments.models import Comment
from posts.models import Post
from tests.benchmarks.server import ROOT, environment
from tests.factories import make_user
from tests.wxr import SHARED, import_

pytestmark = [pytest.mark.django_db, pytest.mark.seed]
HOSTILE = SHARED / "corpora" / "import" / "hostile"


def threads():
    return sorted((row.imported_id, row.parent and row.parent.imported_id) for row in Comment.objects.all())


def test_a_child_that_comes_before_its_parent_stays_its_child():
    import_(HOSTILE / "child-before-parent.xml")

    assert threads() == [(3, 9), (9, 10), (10, None)]


def test_a_circle_of_answers_is_cut_once_and_all_of_them_are_shown(client):
    report = import_(HOSTILE / "cycle-parents.xml")

    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    assert len(set(re.findall(r'id="comment-\d+"', page))) == 5
    assert any("answers itself" in warning for warning in report["warnings"])


def test_dates_of_all_kinds_come_to_a_time_or_are_told(client, settings):
    report = import_(HOSTILE / "dates.xml")

    posts = {post.imported_id: post for post in Post.objects.all()}
    assert (posts[1].status, posts[1].published_at) == ("draft", None)
    assert f"{posts[2].published_at:%Y-%m-%d %H:%M}" == "2020-03-29 02:30"
    told = str(report["warnings"])
    assert "2020-03-29 02:30:00" in told
    assert {4, 5, 1}.isdisjoint(Post.objects.published().values_list("imported_id", flat=True))
    assert all(client.get(posts[number].get_absolute_url()).status_code == 404 for number in (4, 5))
    # Its path is the file's; the one by its local date leads to it.
    assert client.get("/2019/12/31/p8/")["Location"] == posts[8].permalink == "/2020/01/01/p8/"
    assert "2020-01-01T00:00:00" in client.get("/feed/atom/").content.decode()


def test_numbers_that_come_twice_are_all_kept_and_the_report_adds_up():
    report = import_(HOSTILE / "duplicate-ids.xml")

    assert sorted(Post.objects.values_list("title", flat=True)) == ["Same post id again", "T"]
    assert sorted(Comment.objects.values_list("body", flat=True)) == ["hello", "hello", "second with same id"]
    for numbers in report["numbers"].values():
        assert numbers.pop("in_the_file") == sum(numbers.values())


@pytest.mark.parametrize("name", ["truncated", "xxe-file", "billion-laughs"])
def test_what_can_not_be_trusted_is_refused_whole_in_one_line(name, caplog):
    with pytest.raises(CommandError) as refused:
        import_(HOSTILE / f"{name}.xml")

    assert re.search(rf"{name}\.xml, line \d+: .*Nothing of it was written", str(refused.value))
    assert "root:" not in str(refused.value) + caplog.text
    assert not Post.objects.exists()
    assert "DOCTYPE" in str(refused.value) or name == "truncated"


def test_a_billion_laughs_take_neither_time_nor_memory(tmp_path):
    """In a process of its own, whose memory is its own: beside one that refuses an empty file."""

    def costs(path):
        program = (
            "import resource, sys, time, django; django.setup()\n"
            "from django.core.management import CommandError, call_command\n"
            "before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()\n"
            f"try: call_command('import_wordpress', {str(path)!r})\n"
            "except CommandError: pass\n"
            "print(time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
        )
        env = environment(tmp_path, settings="tests.settings")
        ran = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=env, check=True, capture_output=True, text=True
        )
        return map(float, ran.stdout.split())

    seconds, kilobytes = costs(HOSTILE / "billion-laughs.xml")

    assert seconds < 1
    assert kilobytes < 50_000


def test_utf_16_comes_in():
    import_(HOSTILE / "utf16.xml")

    assert Post.objects.published().count() == 1


def test_no_script_is_left_anywhere_a_person_looks(client):
    import_(HOSTILE / "xss.xml")
    post = Post.objects.get()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    pages = [
        *(post.get_absolute_url(), "/", "/2020/", "/category/a/", "/search/?q=hi"),
        *("/feed/", "/feed/atom/", "/feed/json/", "/comments/feed/", f"{post.get_absolute_url()}feed/"),
        *(reverse("admin:comments_comment_changelist"), reverse("admin:comments_comment_change", args=[1])),
        *(reverse("admin:posts_post_changelist"), reverse("admin:posts_post_change", args=[post.pk])),
    ]
    for address in pages:
        answer = client.get(address, follow=True)
        text = answer.content.decode()
        assert "<script>alert" not in text, address
        if "html" in answer["Content-Type"]:
            for element in BeautifulSoup(text, "html.parser").find_all(True):
                said = " ".join(f"{name}={value}" for name, value in element.attrs.items() if name != "content")
                assert not (element.name == "script" and "alert" in element.text and not element.get("type")), address
                assert not re.search(r"(^|\s)on\w+=|javascript:", said) or element.name in {"input", "option"}, said
    assert "5 &lt; 6 &amp;&amp; 7 &gt; 3" in client.get(post.get_absolute_url()).content.decode()
