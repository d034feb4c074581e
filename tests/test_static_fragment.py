"""`{% static_fragment %}`: what is the same on every page is rendered once a language, or once for each of the values
that it names."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


def fragment(content, values=""):
    return Template(
        f"{{% load i18n static_fragment %}}{{% static_fragment {values} %}}{content}{{% endstatic_fragment %}}"
    )


def render(template, **context):
    return template.render(Context(context))


def test_what_it_names_is_seen_and_makes_it_another():
    template = Template(
        "{% load static_fragment %}{% static_fragment title=blog.title %}<b>{{ title }}</b>{% endstatic_fragment %}"
    )

    assert render(template, blog={"title": "One"}) == "<b>One</b>"
    assert render(template, blog={"title": "Two"}) == "<b>Two</b>"
    assert render(template, blog={"title": "One"}) == "<b>One</b>"


def test_it_sees_nothing_else():
    template = Template(
        "{% load static_fragment %}{% static_fragment title=title %}{{ title }}{{ reader }}{% endstatic_fragment %}"
    )

    assert render(template, title="Mine", reader="Bo") == "Mine"


def test_hostile_values_are_escaped():
    template = Template(
        "{% load static_fragment %}{% static_fragment title=title %}{{ title }}{% endstatic_fragment %}"
    )

    assert render(template, title="<script>") == "&lt;script&gt;"


def test_each_language_has_its_own():
    template = Template(
        "{% load i18n static_fragment %}{% static_fragment %}{% translate 'Log out' %}{% endstatic_fragment %}"
    )

    with translation.override("de"):
        german = render(template)
    with translation.override("en"):
        assert render(template) != german


def test_it_forgets_what_is_too_much():
    template = Template(
        "{% load static_fragment %}{% static_fragment title=title %}{{ title }}{% endstatic_fragment %}"
    )

    for number in range(250):
        assert render(template, title=number) == str(number)

    (node,) = [node for node in template.nodelist if hasattr(node, "rendered")]
    assert len(node.rendered) <= 100


def test_an_argument_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        fragment("", "title")


TEMPLATES = Path(settings.BASE_DIR) / "templates"
ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>")
VOID = {"link", "meta", "input", "img", "br", "hr"}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_what_opens_in_one_closes_in_it(path):
    for content in re.findall(
        r"{% static_fragment.*?%}(.*?){% endstatic_fragment %}", path.read_text("utf-8"), re.DOTALL
    ):
        still_open = []
        for closing, name in ELEMENT.findall(re.sub(r"{%.*?%}|{{.*?}}", "", content)):
            if closing:
                assert still_open, content
                assert still_open.pop() == name, content
            elif name not in VOID:
                still_open.append(name)
        assert not still_open, content
