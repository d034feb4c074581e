"""The blog speaks six languages beside English: every word of it, and what is read is what was translated."""

import gettext
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation

from comments.desk.verbs import CALLED, VERB_LABELS
from tests.benchmarks.server import ROOT, environment
from tests.factories import make_comment, make_post

LANGUAGES = {"ar", "cy", "de", "es", "fr", "zh_Hans"}
CATALOGUES = sorted((ROOT / "blog_site" / "locale").glob("*/LC_MESSAGES/django.po"))


def name_of(path):
    return path.parts[-3]


def placeholders(text):
    """The %(names)s in a text; how often each one stands there is the language's own affair."""
    return {part.partition(")")[0] for part in text.split("%(")[1:]}


def test_all_languages_are_there():
    assert {name_of(path) for path in CATALOGUES} == LANGUAGES


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_nothing_is_missing_or_doubtful(path):
    catalogue = polib.pofile(path)

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_every_sentence_keeps_its_names_and_its_marks(path):
    wrong = []
    for entry in polib.pofile(path):
        wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        plurals = list(entry.msgstr_plural.values())
        for text in plurals or [entry.msgstr]:
            # A number may be left out where the form says it: "one answer", "two answers".
            missing = wanted - placeholders(text)
            if placeholders(text) - wanted or (missing and not (plurals and len(missing) == 1)):
                wrong.append((entry.msgid, text))
            if text.count("<") != entry.msgid.count("<") and not plurals:
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_what_is_read_is_what_was_translated(path):
    """Where no gettext is, the compiled file is all there is: it has to be made anew with each change."""
    with path.with_suffix(".mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)

    for entry in polib.pofile(path):
        if entry.msgid_plural:
            found = [read.ngettext(entry.msgid, entry.msgid_plural, number) for number in range(101)]
            assert entry.msgctxt or set(found) <= set(entry.msgstr_plural.values()), entry.msgid
        elif entry.msgctxt:
            assert read.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
        else:
            assert read.gettext(entry.msgid) == entry.msgstr


@pytest.mark.gettext
def test_every_word_of_the_code_is_in_the_catalogues(tmp_path):
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in tracked.stdout.splitlines():
        if Path(name).suffix in {".py", ".html", ".txt", ".po", ".js", ".css"} and not name.startswith("tests/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    command = ["manage.py", "makemessages", "--all", "--no-location", "--no-wrap", "--no-obsolete"]
    env = environment(tmp_path, settings="blog_site.settings")

    subprocess.run([sys.executable, *command], cwd=tmp_path, env=env, check=True, capture_output=True)

    for path in CATALOGUES:
        made = polib.pofile(tmp_path / path.relative_to(ROOT))
        assert [entry.msgid for entry in made if not entry.translated()] == [], name_of(path)
        assert {entry.msgid for entry in made} == {entry.msgid for entry in polib.pofile(path)}, name_of(path)


SPOKEN = pytest.mark.parametrize("language", ["ar", "cy", "de", "es", "fr", "zh-hans"])


@SPOKEN
def test_whoever_speaks_to_the_browser_can_say_what_a_button_shows(language):
    with translation.override(language):
        shown = {verb: str(label) for verb, (label, _message) in VERB_LABELS.items()}
        shown |= {"answer": translation.gettext("Reply and approve"), "open": translation.gettext("Details")}
        wrong = [(shown[verb], str(name)) for verb, name in CALLED.items() if not str(name).startswith(shown[verb])]
        texts = [
            ("Undo", "Undo the decision of %(time)s"),
            ("Show all %(n)s characters", "Show all %(n)s characters of %(name)s’s comment"),
        ]
        wrong += [pair for pair in texts if not translation.gettext(pair[1]).startswith(translation.gettext(pair[0]))]

    assert wrong == []


@SPOKEN
def test_a_page_is_in_the_blogs_language(db, client, settings, language):
    settings.LANGUAGE_CODE = language
    translation.activate(language)
    try:
        post = make_post(title="A title")
        make_comment(post=post)
        page = client.get(post.get_absolute_url()).content.decode()
    finally:
        translation.deactivate()

    assert f'<html lang="{language}"' in page
    assert ('dir="rtl"' in page) == (language == "ar")
    assert "Leave a Reply" not in page
    assert "Skip to content" not in page
