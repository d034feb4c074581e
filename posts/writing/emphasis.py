"""Which stars and underscores of a comment mark emphasis; the others are shown as they were typed.

A mark stands before a word or behind it, with nothing but white space, brackets, quotation marks, dashes and the end of
a sentence on its other side: not inside a word, a name, a product, an address or a smiley. In scripts without spaces
two stars may stand between letters. Two underscores mark several words only, since one word between them is a name in
a program. A backslash before each of the two marks makes them signs to be shown, and is not shown itself; any other is.
"""

import re
import unicodedata
from collections import Counter

# Of scripts that put no space between words, or whose words take endings as they come.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[{UNSPACED}]")
_EMOJI = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
# Signs that stand on letters, and the letters of the scripts of which \w knows only a part.
_SIGNED = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0900-\u0963\u0966-\u1cff\u3099\u309a"
)
# What emphasis begins and ends with: a letter, a digit or an emoji, with some signs around it at most. Those that
# `comments.NO_MARK` holds are among them.
_WORD = rf"(?:[^\W_]|[{_SIGNED}{_EMOJI}])"
_HELD = "\U000f0000-\U000f00ff"
_BEGINS = re.compile(rf"[*_\\`\[(“„«»‘‚‹「『《（¿¡…#@$€£&\"'{_HELD}]{{0,3}}(?:(?<=«)\s)?{_WORD}|<https?://")
_ENDS = re.compile(rf"{_WORD}(?:\s?[€%$£»?!:;]){{0,2}}[*_\\`\])”“»«’‘›」』》）.,:;!?…%€£$°。！？，\"'{_HELD}]{{0,3}}\Z")
_END_OF_SENTENCE = re.compile(r"[.,:;!?]+(?!\w)")
_LONGEST = 3
_TAGS = {1: ("<em>", "</em>"), 2: ("<strong>", "</strong>"), 3: ("<strong><em>", "</em></strong>")}
_SIGNS = "*_\\"


class Run:
    """Some marks in a row, such as `**`; as a string, what has become of them."""

    def __init__(self, sign, start, text, *, is_behind_link=False):
        self.mark = sign[-1]
        self.is_escaped = sign[0] == "\\"
        self.left = self.number = sign.count(self.mark)
        self.start, self.end = start, start + len(sign)
        self.opening = self.closing = ""
        marks = self.number <= (_LONGEST if self.mark == "*" else 2)
        self.can_open = marks and bool(_BEGINS.match(text, self.end)) and self._is_free(text, self.start - 1, -1)
        self.can_close = (
            marks
            and (is_behind_link or bool(_ENDS.search(text, max(0, self.start - 9), self.start)))
            and self._is_free(text, self.end, 1)
        )

    def __str__(self):
        shown = f"\\{self.mark}" if self.is_escaped and self.left else self.mark
        return f"{self.closing}{shown * (self.left or self.number * self.is_escaped)}{self.opening}"

    @property
    def kind(self):
        return self.mark, self.is_escaped, self.left

    def partners(self):
        """The kinds of runs that this one can end."""
        numbers = {1: (1, 3), 2: (2, 3), 3: (1, 2, 3)}[self.left] if not self.is_escaped else (self.left,)
        return [(self.mark, self.is_escaped, number) for number in numbers]

    def end_of(self, opener):
        """Marks what stands between both."""
        number = min(self.left, opener.left)
        self.left -= number
        opener.left -= number
        if not self.is_escaped:
            opening, closing = _TAGS[number]
            opener.opening = opening + opener.opening
            self.closing += closing

    def _is_free(self, text, position, step):
        """True if the sign at `position`, or the next one that is no mark, may stand outside."""
        for _ in range(6):
            if not 0 <= position < len(text):
                return True
            if text[position] not in _SIGNS:
                break
            position += step
        sign = text[position]
        if sign.isalnum() or _UNSPACED.match(sign):
            is_between_letters = self.number == 2 and self.mark == "*"
            return bool(_UNSPACED.match(sign)) and (is_between_letters or unicodedata.category(sign)[0] == "P")
        if sign.isspace() or sign in "\"'" or (sign == "-" and self.mark == "*"):
            return True
        if sign.isascii():
            return sign in "([{" if step < 0 else sign in ")]}" or bool(_END_OF_SENTENCE.match(text, position))
        category = unicodedata.category(sign)
        return category[0] == "P" or category in ("Cf", "Co") or bool(re.match(f"[{_EMOJI}]", sign))


def pair(runs, text):
    """Turns those of the runs of a paragraph that are pairs into tags; in time proportional to their number."""
    openers, waiting = [], Counter()
    for run in runs:
        while run.can_close and run.left and any(waiting[kind] for kind in run.partners()):
            partners = run.partners()
            # What was opened since is shown as it was typed.
            opener = openers.pop()
            waiting[opener.kind] -= 1
            while opener.kind not in partners:
                opener = openers.pop()
                waiting[opener.kind] -= 1
            if run.mark == "_" and run.left == opener.left == 2 and not re.search(r"\s", text[opener.end : run.start]):
                break
            run.end_of(opener)
            if opener.left:
                openers.append(opener)
                waiting[opener.kind] += 1
        if run.can_open and run.left and not run.closing:
            openers.append(run)
            waiting[run.kind] += 1
