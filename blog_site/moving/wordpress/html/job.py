"""What the steps of one text's conversion share: the parts held back, what the text refers to, what there is to say."""

from collections import Counter

from blog_site.moving.wordpress.library import Library

from .autop import Held


class Conversion:
    """`number`: the post's number in its old blog; `library`: what is attached there."""

    def __init__(self, *, number="", library=None):
        self.held = Held()
        self.number = number
        self.library = library or Library()
        self.said = Counter()
        # The reusable blocks that are being put in, each inside the one before; and how many have been.
        self.inside = []
        self.reused = 0

    def say(self, message):
        """Something that the author may want to look at."""
        self.said[message] += 1

    def messages(self):
        """What was said, each once, with how often."""
        return [message if count == 1 else f"{message}, {count} times" for message, count in self.said.items()]
