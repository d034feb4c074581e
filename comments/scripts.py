"""Which scripts a text is written in, roughly: enough to tell that nobody here has ever written in this one."""

import re

_SCRIPTS = {
    "Latin": r"A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a",
    "Greek": r"\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": r"\u0400-\u052f\u1c80-\u1c8f",
    "Armenian": r"\u0530-\u058f",
    "Hebrew": r"\u0590-\u05ff\ufb1d-\ufb4f",
    "Arabic": r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": r"\u0900-\u097f",
    "Bengali": r"\u0980-\u09ff",
    "Gurmukhi": r"\u0a00-\u0a7f",
    "Gujarati": r"\u0a80-\u0aff",
    "Tamil": r"\u0b80-\u0bff",
    "Telugu": r"\u0c00-\u0c7f",
    "Kannada": r"\u0c80-\u0cff",
    "Malayalam": r"\u0d00-\u0d7f",
    "Sinhala": r"\u0d80-\u0dff",
    "Thai": r"\u0e00-\u0e7f",
    "Georgian": r"\u10a0-\u10ff\u1c90-\u1cbf",
    "Ethiopic": r"\u1200-\u139f",
    "Khmer": r"\u1780-\u17ff",
    "Hangul": r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    # One reader reads them together.
    "Han and Kana": r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
_PATTERNS = {name: re.compile(f"[{characters}]") for name, characters in _SCRIPTS.items()}
_WORDS = {name: re.compile(f"[{characters}]{{2}}") for name, characters in _SCRIPTS.items()}


def scripts_of(text, *, words=False):
    """The names of the scripts that occur in `text`; empty for one without letters that we know.

    `words`: only those with two letters in a row. One by itself may be a face, as in ¯\\_(ツ)_/¯ and ಠ_ಠ.
    """
    patterns = _WORDS if words else _PATTERNS
    if text.isascii():
        return {"Latin"} if patterns["Latin"].search(text) else set()
    return {name for name, pattern in patterns.items() if pattern.search(text)}


def has_any_of(scripts, text):
    """Whether one of the scripts of these names occurs in `text`."""
    return any(_PATTERNS[name].search(text) for name in scripts)


def main_script(text):
    """The name of the script that most letters of `text` are in; empty for one without letters that we know."""
    if text.isascii():
        return "Latin" if _PATTERNS["Latin"].search(text) else ""
    counts = {name: len(pattern.findall(text)) for name, pattern in _PATTERNS.items()}
    most = max(counts, key=counts.get)
    return most if counts[most] else ""


# Scripts in which one language is written, or nearly so; of the others the tag tells the script alone.
_LANGUAGES = {
    "Greek": "el",
    "Armenian": "hy",
    "Hebrew": "he",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Sinhala": "si",
    "Thai": "th",
    "Georgian": "ka",
    "Khmer": "km",
    "Hangul": "ko",
    "Devanagari": "und-Deva",
    "Bengali": "und-Beng",
    "Ethiopic": "und-Ethi",
}
# Letters that tell the languages of one script apart; the first that occur decide. Empty: what is left.
_LETTERS = {
    "Arabic": [("[ٹڈڑںے]", "ur"), ("[پچژگ]", "fa"), ("", "ar")],
    "Cyrillic": [("[ўЎ]", "be"), ("[їєґЇЄҐ]", "uk"), ("[ђћЂЋ]", "sr"), ("[ыэЫЭ]", "ru"), ("", "und-Cyrl")],
    "Han and Kana": [("[\u3040-\u30ff]", "ja"), ("", "zh")],
}
_LETTERS = {script: [(re.compile(letters), tag) for letters, tag in rows] for script, rows in _LETTERS.items()}


def language_of(script, text):
    """The `lang` (BCP 47) of a text whose main script is `script`: "ja", "und-Cyrl"; empty where that tells nothing.

    Latin letters tell nothing: such a text has the language of the page, for all that anybody knows.
    """
    if script in _LETTERS:
        return next(tag for letters, tag in _LETTERS[script] if letters.search(text))
    return _LANGUAGES.get(script, "")
