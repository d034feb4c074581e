"""The posts of a list as HTML.

Not a template, since a page has ten of them, or a hundred: Django's takes six times as long (docs/performance.md). A
`Piece` escapes by itself, as templates do.
"""

from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from posts.cached_reverse import address
from posts.localised import Times
from posts.models import Category, Picture
from posts.pieces import Piece, translated

TEASER = Piece("""<article class="h-entry teaser"{lang_html}>
  {pinned_html}<p class="dateline"{own_lang_html}><a class="u-url" href="{url}"><time class="dt-published" datetime="{machine_date}">{date}</time></a> <span class="by">{by_html}</span>{reading_html}</p>
  <h2 class="p-name"><a href="{url}">{title}</a></h2>
  {picture_html}{text_html}
  <p class="about"{own_lang_html}>
    {categories_html}<a href="{url}#comments">{responses}</a>
  </p>
</article>
""")  # noqa: E501
LANG = Piece(' lang="{code}" dir="{direction}"')
PINNED = Piece('<p class="pinned"><span class="stamp">{pinned}</span></p>\n  ')
READING = Piece(' <span class="reading-time">{time}</span>')
PICTURE = Piece('<p class="teaser-picture">{picture_html}</p>\n  ')
SUMMARY = Piece('<p class="p-summary">{summary}</p>')
BEGINNING = Piece("""<div class="p-summary prose">{teaser_html}</div>
  <p class="more"><a href="{url}#more">{more_html}</a></p>""")
MORE_LABEL = Piece('{label}<span class="unseen">: {title}</span>')
CATEGORY = Piece('<a class="p-category" href="{url}">{name}</a> · ')


def listing_html(posts, *, with_pictures, marks_pinned=False):
    """A list of `Listed` as HTML; reads what else it shows of them. `marks_pinned`: it says which are pinned."""
    if not posts:
        return ""
    language = get_language()
    shared = {
        "times": Times("DATE_FORMAT"),
        "lang_html": LANG(code=language, direction="rtl" if get_language_bidi() else "ltr"),
        "by": translated(_('by <a class="p-author h-card" href="%(url)s">%(name)s</a>')),
        "more": translated(_("Continue reading <cite>%(post)s</cite>")),
        "no_response": _("Leave a reply"),
        "pinned_html": PINNED(pinned=_("Pinned")) if marks_pinned else "",
    }
    categories = Category.by_post(posts)
    pictures = Picture.objects.in_bulk({post.picture_id for post in posts} - {None}) if with_pictures else {}
    return "".join(_teaser(post, categories[post.pk], pictures.get(post.picture_id), shared) for post in posts)


def _teaser(post, categories, picture, shared):
    url, title = post.url, str(post)
    return TEASER(
        url=url,
        title=title,
        lang_html=LANG(code=post.language, direction=post.direction) if post.language else "",
        own_lang_html=shared["lang_html"] if post.language else "",
        pinned_html=shared["pinned_html"] if post.pinned else "",
        **shared["times"].of(post.published_at),
        by_html=shared["by"](url=post.author_url, name=post.author_name),
        reading_html=READING(time=post.reading_time) if post.reading_minutes else "",
        picture_html=PICTURE(picture_html=picture.teaser_html) if picture else "",
        text_html=_beginning(post, url, title, shared) if post.teaser_html else SUMMARY(summary=post.summary),
        categories_html="".join(CATEGORY(url=address("posts:category", path), name=name) for name, path in categories),
        responses=_responses(post.comment_count) if post.comment_count else shared["no_response"],
    )


def _beginning(post, url, title, shared):
    more_html = MORE_LABEL(label=post.more_label, title=title) if post.more_label else shared["more"](post=title)
    return BEGINNING(teaser_html=post.teaser_html, url=url, more_html=more_html)


def _responses(number):
    return ngettext("%(n)s response", "%(n)s responses", number) % {"n": number}
