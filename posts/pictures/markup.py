"""How pictures stand in a page: strings of HTML, made when a text is saved.

`with_pictures()` takes what `posts.markup.render_post()` made, after its last gate: an author can write an `img`, and
what surrounds it here, `picture` and `source` with their addresses, comes from the pictures' rows alone.
"""

import html
import re
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from .checking import FORMATS
from .cleaning import shown_size
from .elsewhere import with_words

# Tags as nh3 writes them: attributes in double quotes, at most once each.
_ATTRIBUTES = r'(?:\s[\w-]+="[^"]*")*'
_IMG = re.compile(rf"<img{_ATTRIBUTES}\s*/?>")
_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')
# A paragraph that is a picture, with its link if it has one; and a figure that says nothing under it.
_ALONE = re.compile(rf"<p>\s*((?:<a{_ATTRIBUTES}>)?\s*<img{_ATTRIBUTES}\s*/?>\s*(?:</a>)?)\s*</p>")
_FIGURE = re.compile(
    rf"(<figure{_ATTRIBUTES}>\s*(?:<a{_ATTRIBUTES}>)?\s*<img{_ATTRIBUTES}\s*/?>\s*(?:</a>)?)\s*</figure>"
)
_PICTURE = re.compile(rf"<picture>(?:<source{_ATTRIBUTES}>)*(<img{_ATTRIBUTES}>)</picture>")
_ALIGNMENT = re.compile(r"align\w+")
# Pixels: the text's column in a wide window, and a picture on top with the margin beside it; between the two the page
# has 5 % at each side. See `--measure`, `--gutter` and `--text` in static/tokens.css, `--aside` in site/wide.css.
COLUMN, WITH_MARGIN, WIDE_WINDOW = 620, 870, 1100
FALLBACK_WIDTH = 1080  # for `src`: feed readers, and whoever knows no `srcset`


def stored_name(address):
    """The name in the storage that an address of ours means, or None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        return None
    if not parts.path.startswith(settings.MEDIA_URL) or (parts.scheme and not parts.netloc):
        return None
    return unquote(parts.path.removeprefix(settings.MEDIA_URL))


def url_of(name):
    """The path of a stored file, as `FieldFile.url` has it."""
    return settings.MEDIA_URL + quote(name, safe="/~!*()'")


def images_in(text):
    """The attributes of each `img` in rendered HTML, in order."""
    return [_attributes(tag) for tag in _IMG.findall(text)]


def names_in(text):
    """The stored names of all pictures that rendered HTML shows."""
    return {name for attributes in images_in(text) if (name := stored_name(attributes.get("src", "")))}


def without_alternative(text, pictures, *, empty_is_chosen):
    """The addresses of the pictures in rendered HTML that say nothing to who doesn't see them, in order.

    One whose row has a text, or is decorative, says what it has to. `empty_is_chosen`: an empty text says the latter,
    and only one that is missing is none.
    """
    addresses = []
    for attributes in images_in(text):
        said = attributes.get("alt")
        if not (said is not None if empty_is_chosen else (said or "").strip()):
            addresses.append(attributes.get("src", ""))
    described = {name for name, picture in pictures.items() if picture.is_described}
    return [address for address in dict.fromkeys(addresses) if stored_name(address) not in described]


def without_sizes(text):
    """Rendered HTML with plain `img` where it has `picture`: for feeds, whose readers ask for one size."""
    return _PICTURE.sub(r"\1", text)


def with_pictures(text, pictures, *, first_leads):
    """Rendered HTML whose pictures are in all their sizes, with caption and credit where they stand alone.

    Other hosts' pictures are words with a link: the page's policy keeps browsers from fetching them. `pictures` are
    rows by stored name. `first_leads`: the first picture is the page's, and is fetched at once.
    """
    if "<img" not in text:
        return text
    text = with_words(text, lambda address: stored_name(address) or address.startswith(settings.STATIC_URL))
    text = _ALONE.sub(lambda match: _figure(match, pictures), text)
    text = _FIGURE.sub(lambda match: _with_caption(match, pictures), text)
    leads = first_leads

    def enriched(match):
        nonlocal leads
        attributes = _attributes(match[0])
        name = stored_name(attributes["src"])
        if not name:
            return match[0]
        first, leads = leads, False
        return _enriched(attributes, name, pictures.get(name), lead=first)

    return _IMG.sub(enriched, text)


def picture_html(picture, *, alt=None, lead=False, on_top=False, attributes=None, width=None):
    """A Picture's `<picture>`, or its `<img>` alone as long as it has no renditions.

    `lead`: fetched at once. `on_top`: above the text, where a broad one is wider than the column. `width`: what a
    post's text asks for, in pixels; not more than the picture has.
    """
    width = min(width or picture.width, picture.width)
    of_img = {"src": picture.fallback_url} | (attributes or {})
    of_img |= {"width": width, "height": max(1, round(picture.height * width / picture.width))}
    of_img["alt"] = picture.alt if alt is None else alt
    img = _img(of_img, lead=lead)
    if not picture.renditions:
        return img
    sizes = _sizes(width, wide=on_top and picture.width > picture.height)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{_srcset(by_width)}" sizes="{sizes}">'
        for kind, by_width in picture.renditions.items()
    )
    return f"<picture>{sources}{img}</picture>"


def caption_html(picture):
    """The line under a picture, or nothing."""
    credit = f'<span class="credit">{html.escape(picture.credit)}</span>' if picture.credit else ""
    words = " ".join(filter(None, [html.escape(picture.caption), credit]))
    return f"<figcaption>{words}</figcaption>" if words else ""


def _attributes(tag):
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _sizes(width, *, wide):
    column = min(width, COLUMN)
    sizes = f"(min-width: {column * 10 // 9}px) {column}px, 90vw"
    return f"(min-width: {WIDE_WINDOW}px) {min(width, WITH_MARGIN)}px, {sizes}" if wide else sizes


def _srcset(by_width):
    return ", ".join(f"{html.escape(url_of(name))} {width}w" for width, name in by_width.items())


def _img(attributes, *, lead):
    attributes |= {"fetchpriority": "high"} if lead else {"loading": "lazy", "decoding": "async"}
    written = "".join(f' {name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f"<img{written}>"


def _enriched(attributes, name, picture, *, lead):
    if not picture:
        if not {"width", "height"} <= attributes.keys() and (size := measured(name)):
            attributes |= {"width": size[0], "height": size[1]}
        return _img(attributes, lead=lead)
    width = attributes.pop("width", "")
    own = {key: value for key, value in attributes.items() if key not in {"src", "alt", "height"}}
    return picture_html(
        picture,
        alt=attributes.get("alt", "").strip() or None,
        lead=lead,
        attributes=own,
        width=int(width) if width.isascii() and width.isdecimal() and 0 < len(width) < 6 else None,
    )


def _figure(match, pictures):
    """A paragraph that is one picture of ours, as a figure, if there is something to say under it."""
    tag = _IMG.search(match[1])[0]
    picture = pictures.get(stored_name(_attributes(tag).get("src", "")))
    caption = picture and caption_html(picture)
    if not caption:
        return match[0]
    classes = _attributes(tag).get("class", "").split()
    alignment = " ".join(word for word in classes if _ALIGNMENT.fullmatch(word))
    opening = f'<figure class="{alignment}">' if alignment else "<figure>"
    return f"{opening}{match[1]}{caption}</figure>"


def _with_caption(match, pictures):
    picture = pictures.get(stored_name(_attributes(_IMG.search(match[1])[0]).get("src", "")))
    return f"{match[1]}{(picture and caption_html(picture)) or ''}</figure>"


def measured(name):
    """(width, height) of a picture in the storage as it is shown, or None where it can't be read."""
    try:
        with default_storage.open(name) as file, Image.open(file, formats=FORMATS) as image:
            return shown_size(image)
    except Exception:  # a name that no storage takes, bytes that no decoder reads
        return None
