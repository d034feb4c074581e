"""`{% once %}`: what is the same on every page is rendered once a language, or once for each of the values it names."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


def render(template, **context):
    return template.render(Context(context))


def test_what_it_names_is_seen_and_makes_it_another():
    template = Template("{% load once %}{% once title=blog.title %}<b>{{ title }}</b>{% endonce %}")

    assert render(template, blog={"title": "One"}) == "<b>One</b>"
    assert render(template, blog={"title": "Two"}) == "<b>Two</b>"
    assert render(template, blog={"title": "One"}) == "<b>One</b>"


def test_it_sees_nothing_else():
    template = Template("{% load once %}{% once title=title %}{{ title }}{{ reader }}{% endonce %}")

    assert render(template, title="Mine", reader="Bo") == "Mine"


def test_hostile_values_are_escaped():
    template = Template("{% load once %}{% once title=title %}{{ title }}{% endonce %}")

    assert render(template, title="<script>") == "&lt;script&gt;"


def test_each_language_has_its_own():
    template = Template("{% load i18n once %}{% once %}{% translate 'Log out' %}{% endonce %}")

    with translation.override("de"):
        german = render(template)
    with translation.override("en"):
        assert render(template) != german


def test_it_forgets_what_is_too_much(settings):
    template = Template("{% load once %}{% once title=title %}{{ title }}{% endonce %}")

    for number in range(250):
        assert render(template, title=number) == str(number)

    (node,) = [node for node in template.nodelist if hasattr(node, "rendered")]
    assert len(node.rendered) <= 100


def test_an_argument_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        Template("{% load once %}{% once title %}{% endonce %}")
