"""What was found, as HTML: the rows of the page's list. Pieces, as for lists of posts (`posts/listing_html.py`)."""

from django.utils.translation import gettext as _

from posts.localised import Times
from posts.models import Post
from posts.pieces import Piece, translated

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
    times = Times("DATE_FORMAT")
    return "".join((_of_comment if result.row.is_comment else _of_post)(result, times) for result in results)


def _of_comment(result, times):
    comment = result.row
    about_html = OF_COMMENT(comment=_("Comment"), **times.of(comment.time))
    on = translated(_("<bdi>%(name)s</bdi> on <bdi>%(post)s</bdi>"), "name")
    title_html = on(name_html=result.name_html, post=comment.beside or _("Untitled"))
    return _row(result, about_html, title_html, auto_html="")


def _of_post(result, times):
    post = result.row
    is_page = post.kind == Post.Kind.PAGE
    about_html = OF_PAGE(page=_("Page")) if is_page else OF_POST(author=post.beside, **times.of(post.time))
    return _row(result, about_html, result.name_html, auto_html=' dir="auto"')


def _row(result, about_html, title_html, *, auto_html):
    shown = {"url": result.url, "snippet_html": result.snippet_html}
    return ROW(about_html=about_html, title_html=title_html, auto_html=auto_html, **shown)
