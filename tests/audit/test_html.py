"""The Nu HTML checker, the W3C's own, finds no error on any type of page, nor in the style sheet."""

import pytest
from django.utils import translation

from .checkers import faults_of

pytestmark = pytest.mark.audit


@pytest.fixture
def arabic(settings):
    """A blog in Arabic."""
    settings.LANGUAGE_CODE = "ar"
    with translation.override("ar"):
        yield


def test_every_page_is_valid(pages):
    assert faults_of(pages) == []


def test_so_is_every_page_from_right_to_left(arabic, pages):
    assert '<html lang="ar" dir="rtl">' in pages["home"]
    assert faults_of(pages) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("<main id=", "<main id=content><p id=", "Duplicate ID"),
        ('<label for="comment-form-name"', '<label for="nobody"', "for"),
        ("</article>", "", "Unclosed element"),
        ("<h1 ", "<center", "center"),
    ],
)
def test_a_page_with_one_fault_is_found_out(pages, right, wrong, said):
    html = pages["a post with a picture"]
    assert right in html

    faults = faults_of({"broken": html.replace(right, wrong, 1)})

    assert any(said in fault and fault.startswith("broken: ") for fault in faults), faults
