"""Categories, tags and people whose slugs are the same, or would be."""

import pytest

from posts.models import Author, Category, Post, Tag
from tests.test_export_wordpress import comes_back_the_same
from tests.wxr import SHARED, everything, import_, make_category, make_export, make_fields, make_item

pytestmark = pytest.mark.django_db


def make_tag(slug, name, description=""):
    own = make_fields("wp:", tag_slug=slug, tag_name=name, tag_description=description)
    return f"<wp:tag>{own}</wp:tag>"


def make_author(login, name, number=1):
    own = make_fields("wp:", author_id=number, author_login=login, author_display_name=name)
    return f"<wp:author>{own}</wp:author>"


def term(domain, slug, name):
    return f'<category domain="{domain}" nicename="{slug}"><![CDATA[{name}]]></category>'


HEADS = {
    "two tags of one slug": make_tag("tag-name", "Tag-name", "First") + make_tag("tag-name", "Tag name", "Second"),
    "one with and one without a description": make_tag("a", "A") + make_tag("a", "B", "Said"),
    "two categories of one slug": make_category("news", name="News") + make_category("news", name="Views"),
    "a category below two": make_category("a")
    + make_category("b")
    + make_category("c", parent="a")
    + make_category("c", name="Other", parent="b"),
    "tags whose slugs are signs": make_tag("%e2%98%85", "★") + make_tag("%e2%99%a5", "♥"),
    "tags without slugs": make_tag("", "★") + make_tag("", "♥") + make_tag("", "★"),
    "categories whose slugs are signs": make_category("%e2%98%85", name="★") + make_category("%e2%99%a5", name="♥"),
    "two people of one login": make_author("bo", "Bo One") + make_author("Bo", "Bo Two", 2),
    "two people at two hosts": make_author("bo@a.example", "Bo One") + make_author("bo@b.example", "Bo Two", 2),
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_again_and_again_changes_nothing(tmp_path, head):
    terms = (
        term("post_tag", "tag-name", "Tag name") + term("post_tag", "%e2%99%a5", "♥") + term("category", "news", "x")
    )
    file = make_export(tmp_path, make_item(terms=terms), extra=head)
    import_(file)
    before = everything()

    reports = [import_(file), import_(file)]

    assert everything() == before
    assert all(report["numbers"]["posts"]["here"] == 1 for report in reports)


def test_of_two_with_one_slug_the_first_is_kept_and_the_other_told(tmp_path):
    report = import_(
        make_export(tmp_path, make_item(), extra=HEADS["two tags of one slug"] + HEADS["a category below two"])
    )

    assert list(Tag.objects.values_list("slug", "name", "description")) == [("tag-name", "Tag-name", "First")]
    assert Category.objects.get(slug="c").path == "a/c"
    told = [line for line in report["warnings"] if "slug" in line]
    assert len(told) == 2
    assert "“Other” and “C” have one slug, “c”" in told[0]
    assert "“Tag name” and “Tag-name” have one slug, “tag-name”" in told[1]


def test_a_post_that_names_a_term_without_its_slug_means_the_one_of_that_name(tmp_path):
    terms = term("post_tag", "", "★") + term("post_tag", "", "Old Town") + term("post_tag", "", "Tag name")
    head = HEADS["tags whose slugs are signs"] + make_tag("old-town", "Old Town") + make_tag("tag-name", "Tag-name")

    import_(make_export(tmp_path, make_item(terms=terms), extra=head))

    assert sorted(Post.objects.get().tags.values_list("slug", flat=True)) == ["old-town", "tag-name", "term"]
    assert Tag.objects.count() == 4


def test_two_whose_slugs_are_signs_stay_two(tmp_path):
    terms = term("post_tag", "%e2%98%85", "★") + term("post_tag", "%e2%99%a5", "♥") + term("post_tag", "", "♪")

    import_(make_export(tmp_path, make_item(terms=terms), extra=HEADS["tags whose slugs are signs"]))

    assert sorted(Tag.objects.values_list("name", flat=True)) == ["★", "♥", "♪"]
    assert len(set(Tag.objects.values_list("slug", flat=True))) == 3


def test_two_people_stay_two_whichever_file_comes_next(tmp_path):
    both = make_export(tmp_path, make_item(), extra=HEADS["two people at two hosts"])
    alone = make_export(
        tmp_path,
        make_item(id=2, slug="b").replace(">ann<", ">bo@b.example<"),
        name="alone.xml",
        extra=make_author("bo@b.example", "Bo Two", 2),
    )
    import_(both)
    names = sorted(Author.objects.values_list("slug", "name"))

    import_(alone)

    assert sorted(Author.objects.values_list("slug", "name")) == names
    assert Author.objects.get(posts__slug="b").name == "Bo Two"


@pytest.mark.seed
def test_the_case_of_terms_comes_in_the_same_each_time(tmp_path):
    file = SHARED / "cases" / "import" / "04-terms.xml"
    import_(file)
    before = everything()

    import_(file)

    assert everything() == before
    assert {("tag-name", "Tag-name"), ("tag-name-2", "Tag name")} <= set(Tag.objects.values_list("slug", "name"))
    comes_back_the_same(tmp_path)


def test_the_old_addresses_of_terms_and_people_move_out_and_in_with_them(tmp_path, client):
    terms = (
        '<category domain="category" nicename="c++">C++</category>'
        '<category domain="post_tag" nicename="node.js">Node.js</category>'
    )
    file = make_export(
        tmp_path,
        make_item(terms=terms).replace("<dc:creator>ann<", "<dc:creator>bob@example.org<"),
        extra=make_category("c++", name="C++")
        + make_tag("node.js", "Node.js")
        + make_author("bob@example.org", "Bob", 7),
    )
    import_(file)
    addresses = ["/category/c++/", "/tag/node.js/", "/author/bobexample-org/", "/?author=7"]
    before = [client.get(address).get("Location") for address in addresses]

    comes_back_the_same(tmp_path)

    assert None not in before
    assert [client.get(address).get("Location") for address in addresses] == before
