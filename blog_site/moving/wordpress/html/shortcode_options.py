"""A shortcode's options, as WordPress reads them and as editors have spoilt them; and which names of shortcodes are
known here."""

import html
import re

from .players import PLAYERS

# SyntaxHighlighter Evolved's shortcodes, which WordPress.com has too: one per language and two for any.
_LANGUAGES = """
    actionscript3 ada arduino as3 bash c cf clojure coldfusion cpp csharp css delphi diff erlang fsharp go golang groovy
    haskell html iphone java javafx javascript js jscript kotlin latex lua matlab matlabkey objc obj-c octave pascal
    patch perl php pl plain powershell ps py python r rails rb ror ruby rust scala shell sql splus swift text typescript
    vb vbnet xhtml xml xslt yaml yml
"""
LANGUAGES = set(_LANGUAGES.split()) - {"latex"}
CODE = {"code", "sourcecode", "source", *LANGUAGES}
# Which options each of the others knows; one that has none of these is somebody's words in brackets.
PICTURES = {
    "caption": "id align width caption class",
    "wp_caption": "id align width caption class",
    "gallery": "ids id include exclude columns link size order orderby type itemtag icontag captiontag grouping",
    "slideshow": "ids id include exclude columns size order orderby type autostart speed",
}
_FILE = "src url href width height autoplay loop preload poster controls class id"
FILES = {
    "audio": f"{_FILE} mp3 m4a ogg oga wav wma flac aac titles artists",
    "video": f"{_FILE} mp4 m4v webm ogv ogg flv wmv mov avi mpg 3gp",
    "playlist": "ids id include exclude type order orderby style tracklist tracknumbers images artists",
}
# Made anew for each visitor, or sending what one types somewhere: nothing of the text is in them.
DYNAMIC = {
    "archives": "type limit format showcount before after order",
    "authors": "all authors_only show_fullname feed feed_image feed_date",
    "blog_subscription_form": "title subscribe_text subscribe_button show_subscribers_total",
    "contact-form": "to subject id show_subject widget customThankyou",
    "contact-field": "label type required options placeholder default id class",
    "jetpack-related-posts": "headline size show_headline",
    "jetpack_portfolio": "display_types display_tags display_content include_type include_tag columns showposts order",
    "jetpack_subscription_form": "title subscribe_text subscribe_button show_subscribers_total",
    "portfolio": "display_types display_tags display_content include_type include_tag columns showposts order orderby",
    "sitemap": "only id exclude depth sort order",
    "subscribe": "title subscribe_text subscribe_button show_subscribers_total hide",
    "subscribe2": "hide id nojs antispam link size wrap",
    "testimonials": "display_content image columns showposts order orderby",
    "upcomingevents": "url number show-timezone",
}
OTHERS = {"embed": "src width height", "latex": "size color background"}
KNOWN = {name: set(options.lower().split()) for name, options in (PICTURES | FILES | DYNAMIC | OTHERS).items()}
REST = {*KNOWN, *PLAYERS}
NAMES = CODE | REST

_OPTION = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|"([^"]*)"|'([^']*)'|([^\s"']+)""")
_QUOTES = re.compile(r"&quot;|&#34;|&#822[01];|&#8243;|&[lr]dquo;|[“”″„]")
# Options that only a program writes: all of them named, all of their values quoted.
_QUOTED = re.compile(r"""(?:\s*[\w-]+=(?:"[^"]*"|'[^']*'))+[\s/]*""")


def one_of(names):
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


# What the importer and WordPress would take for a shortcode.
SHORTCODE_AS_TEXT = re.compile(rf"\[/?(?:{one_of(NAMES)})(?:[\s=/][^\[\]]*)?\]", re.IGNORECASE)


def _straight(text):
    text = html.unescape(text) if "&#8" in text and '"' not in text else text
    return text if '"' in text else _QUOTES.sub('"', text)


def options_of(text):
    """(named, others): a shortcode's options."""
    named, listed = {}, []
    for name, a, b, c, *plain in _OPTION.findall(_straight(text or "").strip().lstrip("=:").rstrip("/")):
        if name:
            named.setdefault(name.lower(), a or b or c)
        else:
            listed.append(next(filter(None, plain), ""))
    return named, [one for one in listed if one]


def is_quoted(text):
    """True if all the options are named and all their values quoted, as only programs write them."""
    return _QUOTED.fullmatch(_straight(text)) is not None
