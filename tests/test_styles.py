"""One set of tokens for readers' pages, the admin and cards; one file for whoever asks."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command

STATIC = Path(__file__).resolve().parent.parent / "static"
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.css"))
TOKENS = dict(re.findall(r"^  (--[\w-]+): (.+);$", (STATIC / "tokens.css").read_text(), re.MULTILINE))
DECLARATION = re.compile(r"^\s+([\w-]+): ([^;]+);$", re.MULTILINE)


def declared(name):
    """[(property, value)] of a style sheet."""
    return DECLARATION.findall((STATIC / name).read_text())


@pytest.fixture
def collected(settings, tmp_path):
    """Where collectstatic puts what production serves."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "blog_site.static_files.StaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


@pytest.mark.parametrize("name", ["site.css", "desk.css"])
def test_a_style_sheet_comes_in_one_piece(collected, name):
    text = (collected / name).read_text()
    named = next(collected.glob(f"{Path(name).stem}.*.css")).read_text()

    assert "@import" not in text + named
    assert "--paper: #fbfaf7;" in named
    assert named.index("--paper: #fbfaf7;") < named.index("color: var(")
    assert "/*" not in named


def test_a_part_that_changed_changes_the_whole_when_files_are_collected_again(collected, settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    for name in SHEETS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text((STATIC / name).read_text())
    settings.STATICFILES_DIRS = [folder]
    (folder / "tokens.css").write_text((STATIC / "tokens.css").read_text().replace("#fbfaf7", "#fffff0"))

    call_command("collectstatic", interactive=False, verbosity=0)

    assert "--paper: #fffff0;" in (collected / "site.css").read_text()


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_letters_have_one_of_six_sizes(name):
    sizes = [value for key, value in declared(name) if key == "font-size"]
    sizes += [
        re.sub(r"^(?:italic |[1-9]00 )*([^ /]+).*", r"\1", value) for key, value in declared(name) if key == "font"
    ]

    # Code is as large as what it stands in.
    six = {f"var(--{size})" for size in ("small", "text", "large", "title", "name", "head")}
    assert set(sizes) <= six | {"inherit", "0.88em"}


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_space_between_things_is_a_step_of_the_grid(name):
    spaces = [
        (key, length)
        for key, value in declared(name)
        if re.match(r"(?:margin|padding)|.*gap$", key)
        for length in re.findall(r"[\d.]+r?em\b", value)
    ]

    assert spaces in ([], [("padding-inline-start", "0.625rem"), ("padding-inline-start", "1.25rem")])


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_no_palette_is_written_twice(name):
    """What differs by scheme is in the tokens; the avatars alone have hues of their own."""
    text = (STATIC / name).read_text()

    assert "prefers-color-scheme" not in text
    assert not re.search(r"light-dark\((?!oklch|red)", text)


def test_a_browser_without_light_dark_gets_the_light_palette():
    text = (STATIC / "tokens.css").read_text()
    light = dict(re.findall(r"^  (--[\w-]+): (#[0-9a-f]{6});$", text, re.MULTILINE))
    both = dict(re.findall(r"^    (--[\w-]+): light-dark\((#[0-9a-f]{6}), #[0-9a-f]{6}\);$", text, re.MULTILINE))

    assert light == both
    assert {"--paper", "--ink", "--link", "--stamp"} <= light.keys()


def test_every_name_that_is_used_is_defined():
    texts = {name: (STATIC / name).read_text() for name in SHEETS}
    texts["Django's"] = Path(admin.__file__).with_name("static").joinpath("admin/css/base.css").read_text()
    used = {token for text in texts.values() for token in re.findall(r"var\((--[\w-]+)", text)}
    defined = {token for text in texts.values() for token in re.findall(r"(--[\w-]+):", text)}

    assert used <= defined
