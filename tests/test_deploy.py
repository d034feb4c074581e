"""The files of an installation say what is so; `tests/faults/test_whole_set.py` runs their commands."""

import configparser
import re
from pathlib import Path

import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
SET_BY_THE_SYSTEM = {"HOST", "PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "POSTGRES_PASSWORD", "HTTP_PORT"}


def instructions(name="Dockerfile"):
    text = re.sub(r"^#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def test_the_image_runs_as_nobody_in_particular_and_has_what_it_copies():
    told = instructions()
    last = dict(told)
    sources = [rest.split()[0] for word, rest in told if word == "COPY" and "--from" not in rest]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert last["USER"] not in {"root", "0"}
    assert all(":" in rest and "latest" not in rest for word, rest in told if word == "FROM")
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert set(sources) == let_in


def test_every_variable_of_an_installation_is_one_that_the_blog_reads():
    code = "".join(path.read_text() for path in (ROOT / "blog_site").glob("*.py"))
    compose = (ROOT / "compose.yaml").read_text()
    services = yaml.safe_load(compose)["services"]
    named = {name for each in ("web-a", "web-b", "worker", "upgrade") for name in services[each]["environment"]}
    named |= set(re.findall(r"\$\{(\w+)", compose))
    named |= set(re.findall(r"(\w+)=", " ".join(rest for word, rest in instructions() if word == "ENV")))

    assert {name for name in named - SET_BY_THE_SYSTEM if f'"{name}"' not in code} == set()


def test_the_units_of_systemd_start_what_there_is():
    for name in ("web", "worker"):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(ROOT / f"deploy/systemd/blog-{name}.service")
        command = unit["Service"]["ExecStart"].split()
        folder = unit["Service"]["WorkingDirectory"]

        assert command[0].startswith(f"{folder}/.venv/bin/")
        assert unit["Service"]["User"] != "root"
        if name == "worker":
            assert command[1:] == ["manage.py", "worker"]
            assert command[2] in get_commands()
        else:
            assert (
                command[1:] == yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["web-a"]["command"][1:]
            )
