"""The picture that other sites show for a link to a post: blog, title and author, in the blog's own face.

`draw_card()` makes a PNG, `draw_card_once()` keeps it; `digest()` is what its address has, so that another
title has another address. The font is Noto Serif with Noto Naskh Arabic and Noto Serif Hebrew, cut down to their
letters; its licence lies beside it.
"""

import hashlib
import re
import unicodedata
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from PIL import Image, ImageDraw, ImageFont, features

FONT = Path(__file__).parent / "fonts" / "noto-serif-card.ttf"
DESIGN = b"1"  # another one, when what is drawn changes, or a colour in tokens.css
WIDTH, HEIGHT = 1200, 630  # what Open Graph's readers show uncut
MARGIN = 88
ROOM = WIDTH - 2 * MARGIN
# Those of the pages, as in the light scheme.
_TOKENS = (settings.BASE_DIR / "static" / "tokens.css").read_text(encoding="utf-8")
_LIGHT = dict(re.findall(r"^  --([\w-]+): (#[0-9a-f]{6});$", _TOKENS, re.MULTILINE))
PAPER, INK, MUTED, STAMP, RULE = (_LIGHT[name] for name in ("paper", "ink", "muted", "stamp", "rule"))
# Sizes of the title, the largest that fits; what is too long even for the last ends in "…".
SIZES = (84, 74, 64, 56, 48)
LEADING = 1.24
TITLE_TOP, TITLE_BOTTOM = 158, 488
KEPT = 7 * 24 * 3600  # seconds


def digest(title, author):
    """Twelve characters that change with what the card says about a post.

    The blog's own name is not among it, so that a page needs to ask for nothing: cards that somebody keeps from before
    a blog was renamed have its old name.
    """
    said = "\0".join((title, author)).encode("utf-8", "replace")
    return hashlib.blake2b(said, digest_size=6, salt=DESIGN).hexdigest()


def draw_card_once(blog, title, author):
    """The card, drawn once a week at most: drawing takes a tenth of a second."""
    said = "\0".join((blog, title, author)).encode("utf-8", "replace")
    key = f"card:{hashlib.blake2b(said, digest_size=16, salt=DESIGN).hexdigest()}"
    return cache.get_or_set(key, lambda: draw_card(blog, title, author), KEPT)


def draw_card(blog, title, author):
    """The card as the bytes of a PNG. What the font has no letters for is left out, never drawn as boxes."""
    card = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(card)
    small = _font(34)
    blog, title, author = (_drawable(text) for text in (blog, title, author))
    draw.rectangle((0, 0, WIDTH, 14), fill=STAMP)
    to_the_right = _runs_to_the_left(title or blog or author)
    if blog:
        _line(draw, 56, _cut(blog, small), small, MUTED, to_the_right)
    draw.line((MARGIN, 122, WIDTH - MARGIN, 122), fill=INK, width=2)
    if title:
        _title(draw, title, to_the_right)
    else:
        _page(draw)
    if author:
        draw.line((MARGIN, 524, WIDTH - MARGIN, 524), fill=RULE, width=2)
        _line(draw, 546, _cut(author, small), small, INK, to_the_right)
    written = BytesIO()
    # Few colours: a third of the size, and no seam in letters.
    card.quantize(64, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _title(draw, title, to_the_right):
    for size in SIZES:
        font, height = _font(size), round(size * LEADING)
        lines = _balanced(title, font)
        if len(lines) * height <= TITLE_BOTTOM - TITLE_TOP:
            break
    else:
        fit = (TITLE_BOTTOM - TITLE_TOP) // height
        lines = [*lines[: fit - 1], _cut(" ".join(lines[fit - 1 :]), font)]
    top = TITLE_TOP + (TITLE_BOTTOM - TITLE_TOP - len(lines) * height) // 2
    for number, line in enumerate(lines):
        _line(draw, top + number * height, line, font, INK, to_the_right)


def _page(draw):
    """A page of text, as one sees it from afar, where no title can be set."""
    for number, length in enumerate((1, 0.94, 0.98, 0.9, 0.96, 0.42)):
        top = TITLE_TOP + 32 + number * 48
        draw.rectangle((MARGIN, top, MARGIN + ROOM * length, top + 14), fill=RULE)


def _line(draw, top, text, font, colour, to_the_right):
    left = WIDTH - MARGIN - font.getlength(text) if to_the_right else MARGIN
    draw.text((left, top), text, font=font, fill=colour)


def _balanced(text, font):
    """The text in as few lines as fit, all about as long."""
    lines = _lines(text, font, ROOM)
    for room in range(ROOM - 40, ROOM // 2, -40):
        narrower = _lines(text, font, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _lines(text, font, room):
    """The text in lines that fit; a word that doesn't is broken."""
    lines = [""]
    for word in text.split():
        line = f"{lines[-1]} {word}".strip()
        if font.getlength(line) <= room:
            lines[-1] = line
            continue
        lines += [""] if lines[-1] else []
        for letter in word:
            if font.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _cut(text, font):
    """The text, or as much of it as one line holds, with "…"."""
    if font.getlength(text) <= ROOM:
        return text
    while text and font.getlength(f"{text}…") > ROOM:
        text = text[:-1].rstrip()
    return f"{text}…"


def _font(size):
    # A font is not made to be used by two threads at once: one a card.
    return ImageFont.truetype(FONT, size)


def _drawable(text):
    """The text on one line without what the font lacks; empty if letters are among that, or can't be joined here."""
    font = ImageFont.truetype(FONT, 20, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask("\uffff"))
    kept = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        category = unicodedata.category(letter)
        if category in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            # Marks of direction and of joining are the text's own.
            kept += letter if letter in "\u200c\u200d\u200e\u200f" else ""
        elif letter == " " or bytes(font.getmask(letter)) != missing:
            kept.append(letter)
        elif category[0] in "LN":
            return ""
    words = " ".join("".join(kept).split())
    if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in words) and not _can_join():
        return ""
    return words


def _can_join():
    """True if this machine can set Arabic and Hebrew; Pillow takes FriBiDi from the system."""
    return features.check("raqm") and features.check("fribidi")


def _runs_to_the_left(text):
    """True if the first letter that has a direction is of a script that runs to the left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction for direction in strong if direction in {"L", "R", "AL"}), "L") != "L"
