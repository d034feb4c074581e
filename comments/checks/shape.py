"""How a text looks before one reads it: each shape is a reason to read it first, never to drop it."""

import re
import unicodedata

from django.utils.translation import gettext as _

from comments.models import Comment
from comments.scripts import has_any_of, scripts_of
from posts.markup import plain_text
from posts.models import Post
from posts.words import UNSPACED, is_unspaced

from . import Finding, SubmissionContext, Verdict

LONG_ENOUGH = 20  # letters: "OK" and "NATO" are no shouting
MOSTLY = 0.8
RUN = re.compile(r"(\S)\1{14,}")
# Runs that mean something: lines, leaders and the rules of tables.
_LINES = re.compile(
    r"[-_=~*#.:·•…‥⋯⋅+|/\\<>^¯‾\u2010-\u2015\u2212\u2500-\u259f\u3002\u30fb\u30fc\u301c\u0640]"
    r"|[\uff0d\uff0e\uff1d\uff3f\uff5e\uff65]"
)
# How people laugh and weep, letter by letter: in most scripts with a letter that Unicode calls H or KH; in Brazil with
# k, in Japan with w, in Thailand and Laos with five, which is "ha", in China with three, and where Russian is spoken
# with brackets. In China six is praise, and in Japan eight is applause, as emoji are everywhere.
_NAME_OF_H = re.compile(r"(?<!CAPITAL) (?:LETTER|SYLLABLE|CHARACTER) K?H")
_LAUGHTER_OR_PRAISE = re.compile(
    r"[kwｗχხ3568８๕໕ๆໆ哈呵嘿嘻嗨噗笑草呜嗚泣ㅠㅜ()（）]|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
# But nobody laughs longer than this, and no line is longer.
LONGEST_RUN = 200
LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
# Capitals of a script whose small letters hardly anybody writes.
_CHEROKEE = re.compile(r"[\u13a0-\u13f5]")
# Of texts in scripts without spaces two characters are about a word.
_PIECES = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
# What the blog "has ever had" is looked for in so many of its newest texts.
SAMPLE = 500


def capitals(comment: Comment, context: SubmissionContext) -> Finding | None:
    cased = [c for c in _CHEROKEE.sub("", _prose(comment)) if c.upper() != c.lower()]
    if len(cased) >= LONG_ENOUGH and sum(letter.isupper() for letter in cased) > MOSTLY * len(cased):
        return _hold(_("Almost all capital letters."), _("it is mostly in capital letters"))
    return None


def one_character(comment: Comment, context: SubmissionContext) -> Finding | None:
    for run in RUN.finditer(_prose(comment)):
        if len(run[0]) > LONGEST_RUN or not _means_something(run[1]):
            detail = _("One character repeated many times: %(character)s.") % {"character": run[1]}
            return _hold(detail, _("it repeats one character many times"))
    return None


def more_link_than_text(comment: Comment, context: SubmissionContext) -> Finding | None:
    linked = sum(_size(plain_text(words)) for words in LINK.findall(comment.body_html))
    if linked > _size(plain_text(comment.body_html)) - linked:
        return _hold(_("More links than text."), _("it has more links than text"))
    return None


def _means_something(character: str) -> bool:
    """Whether people repeat this character for a reason: a line, or laughter in any script."""
    by_itself = _LINES.match(character) or _LAUGHTER_OR_PRAISE.match(character)
    return bool(by_itself or _NAME_OF_H.search(unicodedata.name(character, "")))


def _prose(comment: Comment) -> str:
    """The text as readers see it, without code: what stands there stands in columns, and is shouted by nobody."""
    return plain_text(_CODE.sub(" ", comment.body_html))


def _size(text: str) -> float:
    """How long a text is, in words; an address is one, however long."""
    pieces = [piece for piece in _PIECES.findall(text) if any(map(str.isalnum, piece))]
    unspaced = sum(map(is_unspaced, pieces))
    return len(pieces) - unspaced + unspaced / 2


def foreign_script(comment: Comment, context: SubmissionContext) -> Finding | None:
    """A text in scripts that neither this post nor the blog's newest posts and comments have."""
    text = plain_text(comment.body_html)
    scripts = scripts_of(text, words=True)
    # A letter of a known script is enough to be known.
    if not scripts or has_any_of(scripts_of(text), comment.post.title + comment.post.body):
        return None
    posts = Post.objects.published().newest_first().values_list("title", "summary")[:SAMPLE]
    comments = Comment.objects.approved().order_by("-submitted_at", "-pk").values_list("body", flat=True)[:SAMPLE]
    if has_any_of(scripts_of(text), " ".join([*(text for pair in posts for text in pair), *comments])):
        return None
    detail = _("In a script that is new to this blog: %(scripts)s.") % {"scripts": ", ".join(sorted(scripts))}
    return _hold(detail, _("it is in a script that is new to this blog"))


def _hold(why: str, plain: str) -> Finding:
    return Finding("shape", Verdict.HOLD, why, plain)
