"""Two machines run the same code: whatever is installed has one version and the hashes of its files."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted([ROOT / "requirements.in", *ROOT.glob("tests/requirements*.in")])


def source_of(file):
    """What a source names: {name: Requirement}."""
    lines = [line.split("#")[0].strip() for line in file.read_text().splitlines()]
    named = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {requirement.name.lower(): requirement for requirement in named}


def pins_of(file):
    """What a compiled file installs: [(Requirement, number of hashes)]."""
    whole = re.sub(r"\s*#.*", "", file.read_text()).replace("\\\n", " ")
    rows = [line.split("--hash=") for line in whole.splitlines() if line.strip()]
    return [(Requirement(requirement), len(hashes)) for requirement, *hashes in rows]


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_what_is_installed_has_one_version_and_its_hashes(source):
    pins = pins_of(source.with_suffix(".txt"))

    assert pins
    for requirement, hashes in pins:
        assert str(requirement.specifier).startswith("=="), requirement
        assert hashes, requirement


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_what_a_source_names_is_installed_in_a_version_that_it_allows(source):
    """Where this fails, somebody changed one of the two files: `make requirements` makes the other."""
    installed = {requirement.name.lower(): requirement for requirement, _hashes in pins_of(source.with_suffix(".txt"))}

    for name, wanted in source_of(source).items():
        assert name in installed, f"{name} is not in {source.with_suffix('.txt').name}: run `make requirements`"
        (pin,) = installed[name].specifier
        assert wanted.specifier.contains(pin.version, prereleases=True), wanted


def test_what_only_tests_need_is_not_installed_in_production():
    production = {requirement.name.lower() for requirement, _hashes in pins_of(ROOT / "requirements.txt")}

    assert not production & set(source_of(ROOT / "tests/requirements.in"))
