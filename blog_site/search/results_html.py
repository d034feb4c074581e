"""What was found, as HTML: the rows of the page's list. Pieces, as for lists of posts (`posts/listing_html.py`)."""

from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from posts.localised import written
from posts.pieces import Piece

ROW = Piece("""<li>
      <p class="dateline">{about_html}</p>
      <h3{auto_html}><a href="{url}">{title_html}</a></h3>
      <p dir="auto">{snippet_html}</p>
    </li>
    """)
TIME = '<time datetime="{machine_date}">{date}</time>'
OF_COMMENT, OF_POST, OF_PAGE = Piece("{comment} · " + TIME), Piece(TIME + " · {author}"), Piece("{page}")


def results_html(results):
    """`Result`s as the items of a list."""
    times = timezone.get_current_timezone(), (formats.get_format("DATE_FORMAT"), get_language())
    return "".join((_of_comment if result.comment else _of_post)(result, *times) for result in results)


def _of_comment(result, zone, date_format):
    about_html = OF_COMMENT(comment=_("Comment"), **_time(result.comment.submitted_at, zone, date_format))
    title_html = _on(get_language())(name_html=result.title_html, post=result.post)
    return _row(result, about_html, title_html, auto_html="")


def _of_post(result, zone, date_format):
    post = result.post
    if post.is_page:
        about_html = OF_PAGE(page=_("Page"))
    else:
        about_html = OF_POST(author=post.author, **_time(post.published_at, zone, date_format))
    return _row(result, about_html, result.title_html, auto_html=' dir="auto"')


def _row(result, about_html, title_html, *, auto_html):
    shown = {"url": result.url, "snippet_html": result.snippet_html}
    return ROW(about_html=about_html, title_html=title_html, auto_html=auto_html, **shown)


def _time(moment, zone, date_format):
    machine_date = moment.astimezone(zone).isoformat(timespec="seconds")
    return {"machine_date": machine_date, "date": written(machine_date, *date_format)}


@lru_cache(maxsize=32)
def _on(language):
    """As translators have written it, which is HTML; the post in it is escaped."""
    words = _("<bdi>%(name)s</bdi> on <bdi>%(post)s</bdi>")
    return Piece(words % {"name": "{name_html}", "post": "{post}"})
