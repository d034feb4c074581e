"""A page's comments as HTML, from the rows of `comments.thread_rows`.

Not a template, since a page has hundreds: Django's takes ten times as long, and Jinja2's three times
(docs/performance.md). A `Piece` escapes by itself, as they do. What few comments have are templates all the same.

A page in a hot thread is written anew after each decision, and nearly all its comments are what they were. Their HTML
is kept under all the values that it is made of: it can't be an old one, whatever changes.
"""

from functools import lru_cache
from sys import getsizeof

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comments.models.shown import Shown
from comments.thread_rows import Shared, ThreadRows, places
from comments.told_one import NOTHING
from posts.pieces import Piece

# Comments whose HTML is kept, of texts that take up to so many bytes of memory, which in some scripts is four for each
# character: 6 MB a process as they mostly are, 24 at the very most.
MOST_KEPT = 2000
LARGEST_KEPT = 3000

# Each comment is one line, with no class that nobody uses: all this comes hundreds of times on a page.
LETTER = Piece(
    '<li id="comment-{pk}"{value_html} class="u-comment h-cite{states}" tabindex="-1">'
    '<div class="letter hue{hue}" data-i="{initials}">'
    '<h3><span class="unseen">{heading} </span>'
    '<span class="p-author h-card">{sender_html}</span> <i>{says}</i></h3>'
    '<p class="line">{stamp_html}<a class="u-url when" href="{url}">'
    '<time class="dt-published" datetime="{machine_date}">{date}</time></a>{answers_html}</p>'
    '{held_html}<div class="e-content" dir="auto"{lang_html}>{body_html}</div>'
    "{decide_html}{own_html}{reply_html}</div>"
)
TOMBSTONE = Piece('<li id="comment-{pk}" class="tombstone" tabindex="-1">\n<p class="gone">{stamp_html}{gone}</p>\n')
SENDER = Piece("<bdi>{name}</bdi>")
SENDER_WITH_WEBSITE = Piece(
    '<a class="u-url p-name" rel="nofollow ugc noopener" href="{website}"><bdi>{name}</bdi></a>'
)
STAMP = Piece('<span class="stamp">{state}</span> ')
ANSWERS = Piece(' · <a{near_html} href="{url}">{before}<bdi>{name}</bdi>{after}</a>')
ANSWERS_HIDDEN = Piece(" · {words}")
REPLY = Piece('<p class="reply"><a rel="nofollow" href="{url}" aria-label="{label}">{reply}</a></p>')
OWN = Piece('<p class="reply"><a href="{url}">{label}</a></p>')
VALUE, LANG = Piece(' value="{number}"'), Piece(' lang="{lang}"')
FOLD = Piece('<details class="fold"><summary>{folds}</summary>')
GOES_ON = Piece('<li class="goes-on"><a href="{url}">{label}</a></li>\n')


def thread_html(post, reading, told_one, *, can_answer, of_forms):
    """The comments of a page, as UTF-8. `told_one` says what one person alone is told of them, `of_forms` what
    moderators' forms send along."""
    page, comments = reading.page, reading.comments
    of_page = _of_page(Shared.by(post, page, can_answer=can_answer))
    written = []
    for place in places(page, comments):
        comment = None if place.tombstone else comments[place.pk]
        told = told_one.of(comment) if comment else NOTHING
        if told or not _is_kept(comment):
            written.append(of_page.written(place, comment, told, of_forms))
        else:
            written.append(_write_for_everybody(of_page, place, comment))
    return b"".join(written)


def _is_kept(comment):
    """A `Shown` is the same where all its columns are, other than a Comment, for which its number is enough."""
    return comment is None or (isinstance(comment, Shown) and getsizeof(comment.body_html) <= LARGEST_KEPT)


@lru_cache(maxsize=MOST_KEPT)
def _write_for_everybody(of_page, place, comment):
    return of_page.written(place, comment)


@lru_cache(maxsize=100)
def _of_page(shared):
    """One for each of these values, so that it stands for them."""
    return ThreadHtml(shared)


class ThreadHtml:
    """The words that all comments of a page share, found once; `written()` then writes each of them."""

    def __init__(self, shared):
        self.rows = ThreadRows(shared)
        self.gone, self.reply = _("This comment is no longer shown."), _("Reply")
        self.says, self.stamp_html = pgettext("after a name", "says:"), STAMP(state=_("author"))
        self.answers_hidden_html = ANSWERS_HIDDEN(words=_("in reply to a comment that is not shown"))

    def written(self, place, comment, told=NOTHING, of_forms=NOTHING):
        """A comment with the lists that open and close after it."""
        row = self.rows.row(place, comment, told)
        html = self._tombstone(row) if place.tombstone else self._letter(row, told, of_forms)
        html += _lists(row) + (self._goes_on(*place.goes_on) if place.goes_on else "")
        return html.encode()

    def _tombstone(self, row):
        if row["withdrawn"]:
            stamp_html, gone = STAMP(state=_("withdrawn")), _("The writer withdrew this comment.")
            return TOMBSTONE(pk=row["pk"], stamp_html=stamp_html, gone=gone)
        return TOMBSTONE(pk=row["pk"], stamp_html="", gone=self.gone)

    def _letter(self, row, told, of_forms):
        waits, held, own_url = told.get("waits"), told.get("held"), told.get("own_url")
        return LETTER(
            **row,
            value_html=VALUE(number=row["number"]) if row["number"] else "",
            sender_html=(SENDER_WITH_WEBSITE if row["website"] else SENDER)(**row),
            says=self.says,
            stamp_html=self.stamp_html if row["by_author"] else "",
            answers_html=self._answers(row["answers"]) if row["answers"] else "",
            held_html=_held(waits, held) if waits or held else "",
            lang_html=LANG(**row) if row["lang"] else "",
            decide_html=_decide(waits, of_forms) if waits else "",
            own_html=OWN(url=own_url, label=_("Change or withdraw")) if own_url else "",
            reply_html=self._reply(row) if row["reply_url"] else "",
        )

    def _answers(self, answers):
        if not answers["number"]:
            return self.answers_hidden_html
        return ANSWERS(**answers, near_html=' class="near"' if answers["near"] else "")

    def _reply(self, row):
        return REPLY(url=row["reply_url"], label=row["reply_label"], reply=self.reply)

    def _goes_on(self, first, number):
        label = ngettext("Continue this thread: %(n)s more reply", "Continue this thread: %(n)s more replies", number)
        return GOES_ON(url=f"{self.rows.branch_url}{first}#comment-{first}", label=label % {"n": number})


def _held(waits, held):
    """What a moderator, or its writer alone, is told of a comment that waits."""
    return render_to_string("comments/_waits.html" if waits else "comments/_held.html", {"held": waits or held})


def _decide(waits, of_forms):
    return render_to_string("comments/_decide.html", {"held": waits, **of_forms}) if waits["verbs"] else ""


def _lists(row):
    fold_html = FOLD(**row) if row["folds"] else ""
    if row["opens"]:
        lists = f'{fold_html}<ol class="replies">'
    else:
        lists = f'</li></ol>{fold_html}<ol class="replies">' if fold_html else "</li>"
    if row["unfolds"]:
        lists += '</ol></details><ol class="replies">'
    for is_fold in row["closes"]:
        lists += "</ol></details></li>" if is_fold else "</ol></li>"
    return lists
