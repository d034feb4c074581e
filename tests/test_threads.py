"""The order of a thread, as a pure function: no database."""

import pytest

from comments import threads
from comments.threads import Branches, Row, Thread


def rows(*specs):
    """Rows from `(pk, parent)` or `(pk, parent, shown)`."""
    return [Row(*spec) if len(spec) == 3 else Row(*spec, True) for spec in specs]


def thread(*specs, per_page=50, max_depth=5, unnumbered=(), **kwargs):
    return Thread(Branches(rows(*specs), unnumbered), per_page=per_page, max_depth=max_depth, **kwargs)


def query_for(whole, pk):
    page = whole.page_with(pk)
    return page and page.query


def order(page):
    return [(entry.pk, entry.level) for entry in page.entries]


def as_lists(page):
    """The page's lists as nested Python lists, by the same marks that the template follows."""
    markup = "["
    for entry in page.entries:
        markup += f"({entry.pk}, [" if entry.opens else f"({entry.pk}, []),"
        markup += "]),".join("" for _ in range(len(entry.closes) + 1)) if entry.closes else ""
    return eval(markup + "]")  # noqa: S307 (numbers and brackets of our own)


def test_replies_stand_below_what_they_answer_oldest_first():
    page = thread((1, None), (2, None), (3, 1), (4, 3), (5, 1)).page()

    assert order(page) == [(1, 1), (3, 2), (4, 3), (5, 2), (2, 1)]


def test_the_lists_that_open_and_close_make_the_tree():
    page = thread((1, None), (2, None), (3, 1), (4, 3), (5, 1), (6, 2)).page()

    assert as_lists(page) == [(1, [(3, [(4, [])]), (5, [])]), (2, [(6, [])])]


def test_replies_below_the_last_level_stand_on_it_and_say_whom_they_answer():
    page = thread((1, None), (2, 1), (3, 2), (4, 3), max_depth=2).page()

    assert order(page) == [(1, 1), (2, 2), (3, 2), (4, 2)]
    assert [entry.near for entry in page.entries] == [False, True, True, True]
    assert as_lists(page) == [(1, [(2, []), (3, []), (4, [])])]


def test_one_level_is_a_plain_list():
    page = thread((1, None), (2, 1), max_depth=1).page()

    assert as_lists(page) == [(1, []), (2, [])]


def test_a_hidden_comment_holds_the_place_of_its_replies_and_is_not_counted():
    hidden_middle = thread((1, None), (2, 1, False), (3, 2), (4, 1, False))

    assert [(entry.pk, entry.tombstone) for entry in hidden_middle.page().entries] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert hidden_middle.count == 2


def test_hidden_branches_are_not_there():
    assert thread((1, None, False), (2, 1, False), (3, None)).page().entries[0].pk == 3


def test_a_chain_of_hidden_comments_holds_the_one_that_is_shown():
    page = thread((1, None, False), (2, 1, False), (3, 2)).page()

    assert [entry.tombstone for entry in page.entries] == [True, True, False]


def test_a_reply_that_comes_before_its_parent_finds_it_all_the_same():
    assert order(thread((9, 10), (10, None)).page()) == [(10, 1), (9, 2)]


def test_a_reply_whose_parent_is_missing_stands_at_the_top():
    assert order(thread((5, 404), (6, 5)).page()) == [(5, 1), (6, 2)]


def test_a_circle_is_cut_once_and_loses_nobody():
    assert order(thread((1, 2), (2, 1), (3, None)).page()) == [(3, 1), (1, 1), (2, 2)]


def test_pages_are_cut_by_top_level_comment():
    whole = thread((1, None), (2, 1), (3, None), (4, 1), (5, None), per_page=2)

    assert whole.pages == 2
    assert [entry.pk for entry in whole.page(1).entries] == [1, 2, 4, 3]
    assert [entry.pk for entry in whole.page(2).entries] == [5]
    assert whole.page(0) is whole.page(3) is None


def test_newest_first_turns_the_page_but_not_its_number():
    whole = thread((1, None), (2, None), (3, None), (4, 1), per_page=2, newest_first=True)

    assert [entry.pk for entry in whole.page().entries] == [3]
    assert [entry.pk for entry in whole.page(1).entries] == [2, 1, 4]
    assert query_for(whole, 4) == "?comments=1"
    assert query_for(whole, 3) == ""


def test_a_comment_is_found_on_the_page_where_it_stands():
    whole = thread((1, None), (2, None), (3, 2), per_page=1)

    assert [query_for(whole, pk) for pk in (1, 2, 3, 404)] == ["", "?comments=2", "?comments=2", None]


def test_an_empty_thread_has_one_empty_page():
    assert thread().page().entries == []
    assert thread().page(2) is None


def test_each_comment_has_a_number_among_those_that_are_shown_whatever_page_it_stands_on():
    whole = thread((1, None), (2, None, False), (3, 2), (4, 1), (5, None), per_page=1)

    numbers = {entry.pk: entry.number for number in (1, 2, 3) for entry in whole.page(number).entries}

    assert numbers == {1: 1, 2: None, 3: 2, 4: 3, 5: 4}
    assert whole.branch_from(4).entries[0].number == 3


def test_a_comment_that_its_writer_alone_sees_has_no_number_and_takes_nobodys():
    page = thread((1, None), (2, None), (3, None), unnumbered={2}).page()

    assert [entry.number for entry in page.entries] == [1, None, 2]


def folds(page):
    """What is folded on the page: {the comment before the fold: those in it}."""
    found, inside = {}, []
    for entry in page.entries:
        if entry.folds:
            inside = found[entry.pk] = []
        elif entry.start:
            inside.append(entry.pk)
    return found


@pytest.mark.parametrize("max_depth", [2, 3, 5, 6, 10])
def test_what_answers_the_fifth_level_is_folded_whatever_levels_are_drawn(max_depth):
    chain = [(n, n - 1 or None) for n in range(1, 9)]
    page = thread(*chain, (9, 5), (10, 4), (11, 10), max_depth=max_depth).page()

    assert folds(page) == {5: [6, 7, 8, 9], 10: [11]}
    assert [page.entry(pk).folds for pk in (5, 10)] == [4, 1]


def test_a_thread_without_levels_has_no_folds():
    page = thread(*((n, n - 1 or None) for n in range(1, 9)), max_depth=1).page()

    assert folds(page) == {}


def test_the_permalink_of_a_folded_comment_leads_to_a_page_where_it_is_not_folded():
    whole = thread(*((n, n - 1 or None) for n in range(1, 31)))

    for pk in range(1, 31):
        page = whole.page_with(pk)
        assert page.entry(pk).start is None
        assert query_for(whole, pk) == page.query
    assert [query_for(whole, pk) for pk in (5, 6, 9, 10, 14)] == [
        "",
        "?thread=5",
        "?thread=5",
        "?thread=9",
        "?thread=13",
    ]


@pytest.fixture
def deep():
    return thread(*((n, n - 1 or None) for n in range(1, 12_001)))


def test_a_branch_of_twelve_thousand_goes_on_on_pages_of_its_own_and_every_comment_is_on_one(deep):
    page, seen = deep.page(), []
    while page:
        seen += [entry.pk for entry in page.entries]
        assert len(page.entries) <= threads.BRANCH_LIMIT
        rest = list(page.goes_on.values())
        page = deep.branch_from(rest[0][0]) if rest else None

    assert seen == list(range(1, 12_001))


def test_every_comment_of_a_long_branch_stands_on_the_page_that_its_permalink_names(deep):
    for pk in (1, 100, 101, 200, 201, 11_999, 12_000):
        assert pk in [entry.pk for entry in deep.page_with(pk).entries]
    assert query_for(deep, 101) == "?thread=101"


def test_a_page_with_many_long_branches_is_bounded_and_loses_nobody():
    specs = [(top, None) for top in range(1, 51)]
    specs += [(top * 1000 + n, top) for top in range(1, 51) for n in range(80)]
    whole = thread(*specs)

    page = whole.page()

    assert len(page.entries) <= threads.PAGE_LIMIT + 50
    reached = {entry.pk for entry in page.entries}
    for start, _number in page.goes_on.values():
        reached |= {entry.pk for entry in whole.branch_from(start).entries}
    assert reached == {pk for pk, _parent in specs}
    assert all(pk in {e.pk for e in whole.page_with(pk).entries} for pk in (50_079, 50_000, 1_000))


def test_where_a_comment_was_stands_the_next_of_its_branch_or_the_one_before_it_or_the_nearest_of_another():
    was = thread((1, None), (2, None), (3, 2), (4, 2), (5, None), (6, None))
    left = thread((1, None), (2, None), (3, 2), (6, None))

    assert left.nearest_to(2, thread((1, None), (2, None), (3, 2))) == 3
    assert left.nearest_to(4, was) == 3
    assert left.nearest_to(5, was) == 6
    assert thread((1, None)).nearest_to(2, was) == 1
    assert thread().nearest_to(2, was) is None
    assert left.nearest_to(404, was) is None
