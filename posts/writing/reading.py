"""How long a text takes to read."""

import re

# Silent reading of English non-fiction: Brysbaert 2019, "How many words do we read per minute?", 190 studies.
WORDS_A_MINUTE = 238
# Medium's figure for Chinese, Japanese and Korean, which nobody counts by words.
CHARACTERS_A_MINUTE = 500

_CHARACTER = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")


def minutes(text):
    """Whole minutes, one at the least; 0 for no words at all."""
    characters = len(_CHARACTER.findall(text))
    words = len(_WORD.findall(_CHARACTER.sub(" ", text)))
    if not words and not characters:
        return 0
    return max(1, round(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))
