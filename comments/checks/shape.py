"""How a text looks before one reads it: each shape is a reason to read it first, never to drop it."""

import re

from django.utils.translation import gettext as _

from comments.models import Comment
from comments.scripts import scripts_of
from posts.markup import plain_text
from posts.models import Post

from . import Finding, Verdict

LONG_ENOUGH = 20  # letters: "OK" and "NATO" are no shouting
MOSTLY = 0.8
RUN = re.compile(r"(\S)\1{14,}")
LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
# What the blog "has ever had" is looked for in so many of its newest texts.
SAMPLE = 500


def capitals(comment, circumstances):
    cased = [letter for letter in comment.body if letter.upper() != letter.lower()]
    if len(cased) >= LONG_ENOUGH and sum(letter.isupper() for letter in cased) > MOSTLY * len(cased):
        return _hold(_("Nearly all capitals."), _("it is written in capitals"))
    return None


def one_character(comment, circumstances):
    if run := RUN.search(comment.body):
        told = _("One character many times over: %(character)s.") % {"character": run[1]}
        return _hold(told, _("it repeats one character many times"))
    return None


def more_link_than_text(comment, circumstances):
    # In words: an address is one, however long.
    linked = sum(len(plain_text(words).split()) for words in LINK.findall(comment.body_html))
    if linked > len(plain_text(comment.body_html).split()) - linked:
        return _hold(_("More link than text."), _("it is more link than text"))
    return None


def foreign_script(comment, circumstances):
    """A text in scripts that neither this post nor the blog's newest posts and comments have."""
    scripts = scripts_of(plain_text(comment.body_html))
    if not scripts or scripts & scripts_of(comment.post.title + comment.post.body):
        return None
    posts = Post.objects.published().newest_first().values_list("title", "summary")[:SAMPLE]
    comments = Comment.objects.approved().order_by("-submitted_at", "-pk").values_list("body", flat=True)[:SAMPLE]
    known = scripts_of(" ".join([*(text for pair in posts for text in pair), *comments]))
    if scripts & known:
        return None
    told = _("In a script that this blog has not had: %(scripts)s.") % {"scripts": ", ".join(sorted(scripts))}
    return _hold(told, _("it is in a script that is new here"))


def _hold(why, plain):
    return Finding("shape", Verdict.HOLD, why, plain)
