"""A page's comments as HTML, from the rows of `comments.thread_rows`.

Not a template, since a page has hundreds: Django's takes ten times as long, and Jinja2's three times
(docs/performance.md). A `Piece` escapes by itself, as they do. What few comments have are templates all the same.
"""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from posts.pieces import Piece

# Each comment is one line, with no class that nobody uses: all this comes hundreds of times on a page.
LETTER = Piece(
    '<li id="comment-{id}"{value_html} class="u-comment h-cite{states}" tabindex="-1">'
    '<div class="letter hue{hue}" data-i="{initials}">'
    '<h3><span class="unseen">{heading} </span>'
    '<span class="p-author h-card">{sender_html}</span> <i>{says}</i></h3>'
    '<p class="line">{stamp_html}<a class="u-url when" href="{url}">'
    '<time class="dt-published" datetime="{machine_date}">{date}</time></a>{answers_html}</p>'
    '{held_html}<div class="e-content" dir="auto"{lang_html}>{body_html}</div>'
    "{decide_html}{own_html}{reply_html}</div>"
)
TOMBSTONE = Piece('<li id="comment-{id}" class="tombstone" tabindex="-1">\n<p class="gone">{stamp_html}{gone}</p>\n')
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


class ThreadHtml:
    """The words that all comments of a page share, found once; `of()` then writes each of them."""

    def __init__(self, branch_url, of_forms):
        """`branch_url`: where a branch goes on, up to its number; `of_forms`: what moderators' forms send along."""
        self.branch_url, self.of_forms = branch_url, of_forms
        self.gone, self.reply = _("This comment is no longer shown."), _("Reply")
        self.says, self.stamp_html = pgettext("after a name", "says:"), STAMP(state=_("author"))
        self.answers_hidden_html = ANSWERS_HIDDEN(words=_("in reply to a comment that is not shown"))

    def of(self, row):
        """A row with the lists that open and close after it."""
        letter_html = self._tombstone(row) if row["tombstone"] else self._letter(row)
        return letter_html + _lists(row) + (self._goes_on(*row["goes_on"]) if row["goes_on"] else "")

    def _tombstone(self, row):
        if row["withdrawn"]:
            stamp_html, gone = STAMP(state=_("withdrawn")), _("The writer withdrew this comment.")
            return TOMBSTONE(id=row["id"], stamp_html=stamp_html, gone=gone)
        return TOMBSTONE(id=row["id"], stamp_html="", gone=self.gone)

    def _letter(self, row):
        return LETTER(
            **row,
            value_html=VALUE(number=row["number"]) if row["number"] else "",
            sender_html=(SENDER_WITH_WEBSITE if row["website"] else SENDER)(**row),
            says=self.says,
            stamp_html=self.stamp_html if row["by_author"] else "",
            answers_html=self._answers(row["answers"]) if row["answers"] else "",
            held_html=_held(row) if row["waits"] or row["held"] else "",
            lang_html=LANG(**row) if row["lang"] else "",
            decide_html=self._decide(row["waits"]) if row["waits"] else "",
            own_html=OWN(url=row["own_url"], label=_("Change or withdraw")) if row["own_url"] else "",
            reply_html=self._reply(row) if row["reply_url"] else "",
        )

    def _answers(self, answers):
        if not answers["number"]:
            return self.answers_hidden_html
        return ANSWERS(**answers, near_html=' class="near"' if answers["near"] else "")

    def _reply(self, row):
        return REPLY(url=row["reply_url"], label=row["reply_label"], reply=self.reply)

    def _decide(self, held):
        return render_to_string("comments/_decide.html", {"held": held, **self.of_forms}) if held["verbs"] else ""

    def _goes_on(self, first, number):
        label = ngettext("Continue this thread: %(n)s more reply", "Continue this thread: %(n)s more replies", number)
        return GOES_ON(url=f"{self.branch_url}{first}#comment-{first}", label=label % {"n": number})


def _held(row):
    """What a moderator, or its writer alone, is told of a comment that waits."""
    name = "comments/_waits.html" if row["waits"] else "comments/_held.html"
    return render_to_string(name, {"held": row["waits"] or row["held"]})


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
