"""The rows of the desk's list of comments as HTML, from the comments of `Queue`: the one way to write a row.

Not a template, since a page has 25 of them: Django's takes ten times as long (docs/performance.md). A `Piece` escapes
by itself, as templates do. What few rows have are templates all the same.
"""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment
from comments.models.queryset import COUNTED, VISIBLE_TO_MODERATORS
from posts.localised import Times
from posts.pieces import Piece, translated

from .verbs import CALLED, VERB_LABELS, offered

# A text is shown whole up to so many characters and lines; of a longer one the beginning, and the rest on demand.
SHOWN_WHOLE = 1000
LINES_SHOWN = 15

# Django's own words, which its catalogues have.
SELECT_ALL = "Select all objects on this page for an action"
TABLE = Piece("""<div class="results"><table id="result_list">
<thead><tr>
<th scope="col" class="action-checkbox-column"><div class="text"><span><input type="checkbox" id="action-toggle" aria-label="{select_all}"></span></div><div class="clear"></div></th>
<th scope="col" class="column-letter"><div class="text"><span>{heading}</span></div><div class="clear"></div></th>
</tr></thead>
<tbody>
{rows_html}</tbody>
</table></div>""")  # noqa: E501
ROW = Piece("""<tr><td class="action-checkbox"><input type="checkbox" name="_selected_action" value="{pk}" class="action-select" aria-label="{select}"></td><td class="field-letter">{told_html}<div class="letter" id="letter-{pk}">
  <h2 class="name" tabindex="-1"><bdi>{name}</bdi></h2>
  <p class="who"><time datetime="{machine_date}">{date}</time>{who_html}</p>
  <p class="where">{answers_html}{on_post_html}{waiting_on_post_html}</p>
  {writer_html}
  {website_html}
  {why_html}
  {words_html}
  {own_html}
  <p class="verbs">{verbs_html}<a class="open" href="{open}" aria-label="{called_open}">{details}</a></p>
</div>
</td></tr>
""")  # noqa: E501
WAITS, IP_ADDRESS = Piece(" · {waits_html}"), Piece(" · {ip}")
EMAIL, CONFIRMED, ACCOUNT = Piece(" · <bdi>{email}</bdi>"), Piece(" ({confirmed})"), Piece(" · {account} {user}")
WAITING_ON_POST = Piece(' · <a href="?post={post}">{number_html}</a>')
WEBSITE = Piece('<p class="where">{website}: <bdi>{url}</bdi></p>')
WHY, REASON = Piece('<ul class="why">{reasons_html}</ul>'), Piece("<li>{why}</li>")
WORDS = Piece("""
  <div class="words" dir="auto">{body_html}</div>
  """)
WORDS_CUT = Piece("""
  <div class="words cut" dir="auto">{beginning_html}</div>
  <details class="more"><summary aria-label="{called_html}">{show_html}</summary><div class="words" dir="auto">{body_html}</div></details>
  """)  # noqa: E501
DECIDE = Piece(
    '<button class="button" formmethod="post" formaction="{pk}/decide/{query}" name="decide" value="{verb}" '
    'aria-label="{called}">{label}</button> '
)
ANSWER = Piece('<a class="button answer" href="{open}#id_answer" aria-label="{called}">{label}</a> ')
HISTORY = Piece('<p class="where">{history}{all_html}</p>')
ALL_OF_THEIRS = Piece(' · <a href="{url}?status__exact=all&amp;person={pk}">{label}</a>')
SAME_TEXT = Piece('<p class="where"><a href="{url}?status__exact=all&amp;same={pk}">{number_html}</a></p>')


def queue_html(request, comments):
    """The table of these comments, which `Queue` has read; nothing where there are none."""
    if not comments:
        return ""
    rows = _Rows(request)
    rows_html = "".join(rows.of(comment) for comment in comments)
    return TABLE(select_all=_(SELECT_ALL), heading=capfirst(Comment._meta.verbose_name), rows_html=rows_html)


class _Rows:
    """What all rows of a page share, found once; `of()` then writes each of them."""

    def __init__(self, request):
        self.offered = {status: offered(status, request.user) for status in Comment.Status}
        self.labels = {verb: str(label) for verb, (label, *_told) in VERB_LABELS.items()}
        self.called = {verb: str(words) for verb, words in CALLED.items()}
        # A row's buttons lead back to the list as it is. Addresses are relative to the list's own: to ask Django for
        # each would cost more than the rest of the row.
        query = request.GET.urlencode()
        self.query = f"?{query}" if query else ""
        self.from_list = f"?{urlencode({'_changelist_filters': query})}" if query else ""
        self.times, self.dates = Times("DATETIME_FORMAT"), Times("DATE_FORMAT")
        self.select = _("Select this comment for an action: %(comment)s")
        self.details, self.answer = _("Details"), _("Reply and approve")
        self.waits = translated(_("waiting %(time)s"))
        self.answers = translated(_("in reply to %(name)s: “%(text)s”"))
        self.on_post = translated(_('on <a href="%(url)s">%(post)s</a>'))
        self.confirmed_html, self.account = CONFIRMED(confirmed=_("confirmed")), _("account")
        self.website, self.writers = _("website"), WriterHtml()

    def of(self, comment):
        opens = f"{comment.pk}/change/{self.from_list}"
        return ROW(
            pk=comment.pk,
            select=self.select % {"comment": comment},
            told_html=self._messages(comment) if comment.told else "",
            name=comment.shown_name,
            **self.times.of(comment.submitted_at),
            who_html=self._who(comment),
            answers_html=self._answers(comment.parent) if comment.parent_id else "",
            on_post_html=self._on_post(comment),
            waiting_on_post_html=_waiting_on_post(comment) if comment.waiting_on_post else "",
            writer_html=self.writers.of(comment),
            website_html=WEBSITE(website=self.website, url=comment.url) if comment.url else "",
            why_html=_why(comment),
            words_html=_words(comment),
            own_html=self._own(comment),
            verbs_html=self._verbs(comment, opens),
            open=opens,
            called_open=self.called["open"].format(name=comment.shown_name),
            details=self.details,
        )

    def _messages(self, comment):
        shown = {"told": comment.told, "undo": comment.undo, "query": self.query}
        return render_to_string("admin/comments/comment/_told.html", shown)

    def _who(self, comment):
        who_html = ""
        if comment.status == Comment.Status.PENDING:
            who_html += WAITS(waits_html=self.waits(time=timesince(comment.submitted_at)))
        if comment.email:
            who_html += EMAIL(email=comment.email) + (self.confirmed_html if comment.address_id else "")
        if comment.user_id:
            who_html += ACCOUNT(account=self.account, user=comment.user)
        return who_html + IP_ADDRESS(ip=comment.ip_address) if comment.ip_address else who_html

    def _answers(self, parent):
        return self.answers(name=parent.shown_name, text=Truncator(parent.body).chars(90)) + " · "

    def _on_post(self, comment):
        post = comment.post
        # Where it stands, or will stand.
        shown = comment if comment.is_public or comment.status == Comment.Status.PENDING else post
        on_post_html = self.on_post(url=shown.get_absolute_url(), post=post)
        return f"{on_post_html}, {self.dates.of(post.published_at)['date']}" if post.published_at else on_post_html

    def _own(self, comment):
        """What its writer did and asked for since."""
        if not (comment.withdrawn_at or comment.second_look is not None or comment.edit_that_waits):
            return ""
        shown = {"comment": comment, "edit_action": f"{comment.pk}/edit/{self.query}"}
        return render_to_string("admin/comments/comment/_own.html", shown)

    def _verbs(self, comment, opens):
        verbs_html, name = "", comment.shown_name
        for verb in self.offered[comment.status]:
            called = self.called[verb].format(name=name)
            verbs_html += DECIDE(pk=comment.pk, query=self.query, verb=verb, called=called, label=self.labels[verb])
            if verb == "approve" and comment.status == Comment.Status.PENDING:
                called = self.called["answer"].format(name=name)
                verbs_html += ANSWER(open=opens, called=called, label=self.answer)
        return verbs_html


def _waiting_on_post(comment):
    number = comment.waiting_on_post
    words = ngettext("%(n)s pending on this post", "%(n)s pending on this post", number)
    return WAITING_ON_POST(post=comment.post_id, number_html=translated(words)(n=number))


def _why(comment):
    reasons = [*comment.said, *(finding["why"] for finding in comment.why_it_waits())]
    return WHY(reasons_html="".join(REASON(why=why) for why in reasons)) if reasons else ""


def _words(comment):
    length = len(comment.body)
    if length <= SHOWN_WHOLE and comment.body.count("\n") < LINES_SHOWN:
        return WORDS(body_html=comment.body_html)
    named = translated(_("Show all %(n)s characters of %(name)s’s comment"))
    return WORDS_CUT(
        beginning_html=Truncator(comment.body_html).chars(SHOWN_WHOLE, html=True),
        called_html=named(n=length, name=comment.shown_name),
        show_html=translated(_("Show all %(n)s characters"))(n=length),
        body_html=comment.body_html,
    )


class WriterHtml:
    """What else a comment's writer sent, and how often its text came; on the page of one comment too."""

    def __init__(self):
        self.url = reverse("admin:comments_comment_changelist")
        self.months = Times("YEAR_MONTH_FORMAT")
        self.statuses = [(status, f"writer_{status.value}", str(status.label)) for status in VISIBLE_TO_MODERATORS]
        self.none, self.number = _("first comment from this person"), _("%(n)s %(status)s")
        self.others = _("other comments: %(numbers)s; first seen in %(month)s")
        self.all = _("See all comments by this person")
        self.same_text = translated(_("This text was posted %(n)s times. See all of them as one group"))

    def of(self, comment):
        """For a comment with what `add_moderator_counts()` has given it."""
        said_html = self._history(comment) if comment.writer else ""
        if comment.same_text > 1:
            number_html = self.same_text(n=comment.same_text)
            said_html += SAME_TEXT(url=self.url, pk=comment.pk, number_html=number_html)
        return said_html

    def _history(self, comment):
        """ "4 approved, 1 spam, first seen in March 2026", of the others by the same writer."""
        others = [
            (getattr(comment, column) - (comment.status == status), label) for status, column, label in self.statuses
        ]
        # One of a hundred that were counted is this comment itself.
        numbers = [
            self.number % {"n": f"{n}+" if n >= COUNTED - 1 else n, "status": label} for n, label in others if n > 0
        ]
        if not numbers:
            return HISTORY(history=self.none, all_html="")
        month = self.months.of(comment.writer_since)["date"]
        history = self.others % {"numbers": ", ".join(numbers), "month": month}
        return HISTORY(history=history, all_html=ALL_OF_THEIRS(url=self.url, pk=comment.pk, label=self.all))
