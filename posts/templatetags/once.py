"""What is the same on every page is rendered once."""

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.tag
def once(parser, token):
    """Renders its content once for each language. It sees no variable: it may depend on nothing else."""
    content = parser.parse(["endonce"])
    parser.delete_first_token()
    return Once(content)


class Once(template.Node):
    def __init__(self, content):
        self.content, self.rendered = content, {}

    def render(self, context):
        language = get_language()
        if language not in self.rendered:
            self.rendered[language] = self.content.render(template.Context())
        return self.rendered[language]
