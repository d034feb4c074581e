"""What the documentation names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")]
    if path.name != "CHANGELOG.md"  # tells of files that were
)
_PATH = re.compile(r"(?<![\w./-])((?:blog_site|comments|docs|posts|static|templates|tests)/[\w./-]*[\w/])")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(text):
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_exists(name):
    named = _PATH.findall((ROOT / name).read_text())

    # In a list of files, `comments/templatetags` and the like have no ending.
    missing = [path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name):
    page = ROOT / name
    broken = []
    for link in _LINK.findall(_CODE.sub("", page.read_text())):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            broken.append(link)

    assert broken == []


def test_the_overview_is_one_page_and_every_part_and_decision_is_in_a_list():
    overview = (ROOT / "docs/architecture.md").read_text()
    decisions = (ROOT / "docs/decisions/README.md").read_text()

    assert len(overview.splitlines()) <= 100
    assert {path.name for path in (ROOT / "docs/parts").glob("*.md")} == set(
        re.findall(r"\(parts/([\w-]+\.md)", overview)
    )
    listed = set(re.findall(r"\(([\w-]+\.md)\)", decisions)) | {"README.md"}
    assert {path.name for path in (ROOT / "docs/decisions").glob("*.md")} == listed
