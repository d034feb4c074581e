"""One of one's own comments: change it, withdraw it, ask for a second look, say whose it is."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.cleaning import clean_text
from comments.mine.editing import EditForm, rewrite
from comments.mine.entries import entry_of
from comments.mine.pages import ended, own_page, redirect_to
from comments.models import AlreadyDecided, DiscussionSettings
from comments.proof import confirm, disown, publish_if_trusted
from posts.ids import parse_id

MOST_WORDS = 2000  # characters of what is said to moderators
# What the page says after something was done; the parameter of its address has the key.
DONE = {
    "changed": gettext_lazy("Your change is published."),
    "waits": gettext_lazy("Your change is waiting. Until a moderator has read it, your old text stays up."),
    "kept": gettext_lazy("Your change is saved. Your comment is still waiting for a moderator."),
    "same": gettext_lazy("Nothing has changed."),
    "dropped": gettext_lazy("Your change is discarded."),
    "withdrawn": gettext_lazy("Your comment is withdrawn."),
    "asked": gettext_lazy("Thank you. A moderator will look at your comment again."),
    "yours": gettext_lazy("Thank you. This comment is now among yours."),
}


@own_page
def one(request, proof, refused, pk):
    """GET shows the comment and what can be done with it; POST changes its text, or asks for a second look."""
    comment = proof.opens(pk)
    if not comment:
        return ended(request, proof)
    discussion = DiscussionSettings.load()
    if request.method != "POST":
        return _page(request, proof, comment, discussion)
    if refused:
        typed = EditForm(request.POST, comment=comment, discussion=discussion) if "body" in request.POST else None
        return _page(request, proof, comment, discussion, refused, status=403, form=typed)
    if "words" in request.POST:
        return _ask_again(request, proof, comment, discussion)
    return _edit(request, proof, comment, discussion)


def _edit(request, proof, comment, discussion):
    """Every answer but the one that the text is taken has the text in it."""
    form = EditForm(request.POST, comment=comment, discussion=discussion)
    if not comment.may_be_edited(discussion):
        message = _("The time to change this comment is over. Your text is below, so that you can copy it.")
        return _page(request, proof, comment, discussion, message, status=403, form=form)
    if not comment.has_edits_left:
        message = _("You have changed this comment too often. Your text is below, so that you can copy it.")
        return _page(request, proof, comment, discussion, message, status=429, form=form)
    if not form.is_valid():
        return _page(request, proof, comment, discussion, status=422, form=form)
    seen = parse_id(request.POST.get("seen", ""))
    try:
        decision = rewrite(comment, form, proof, discussion=discussion, seen=seen or 0)
    except AlreadyDecided:
        message = _(
            "This comment has changed since you opened this page. Read it, then save your text again if you want."
        )
        return _page(request, proof, proof.opens(pk=comment.pk), discussion, message, status=409, form=form)
    return _done(proof, comment, _what_became_of(decision, comment))


def _what_became_of(decision, comment):
    if not decision:
        return "same"
    if not comment.is_public:
        return "kept"
    return "changed" if decision.is_edit else "waits"


def _ask_again(request, proof, comment, discussion):
    words = clean_text(request.POST["words"].replace("\x00", ""))
    if len(words) > MOST_WORDS:
        message = _("Write %(most)d characters or fewer. Your words are below.") % {"most": MOST_WORDS}
        return _page(request, proof, comment, discussion, message, status=422, words=words)
    if not comment.ask_again(words):
        return _page(request, proof, proof.opens(comment.pk), discussion, _("You can't ask again."), status=409)
    return _done(proof, comment, "asked")


@own_page
def withdraw(request, proof, refused, pk):
    """Asked once: GET shows a button, POST does it. Only moderators can undo it."""
    comment = proof.opens(pk)
    if not comment:
        return ended(request, proof)
    if request.method == "POST" and not refused:
        comment.withdraw()
        return _done(proof, comment, "withdrawn")
    context = {"proof": proof, "entry": entry_of(comment, proof, DiscussionSettings.load()), "refused": refused}
    context["has_replies"] = comment.replies.approved().exists()
    return render(request, "comments/mine/withdraw.html", context, status=403 if refused else 200)


@own_page
def claim(request, proof, refused, pk):
    """The answer to whether one has written a comment that carries one's address: "yes" or "no"."""
    comment = proof.typed().filter(pk=pk).first()
    if not comment:
        return ended(request, proof)
    if request.method == "POST" and not refused:
        if request.POST.get("answer") == "yes":
            confirm(comment, proof.email)
            comment.refresh_from_db()
            publish_if_trusted(comment)
            return _done(proof, comment, "yours")
        if request.POST.get("answer") == "no":
            disown(comment)
    return redirect_to(f"{reverse('comments:mine')}{proof.query}#typed")


def _done(proof, comment, what):
    query = f"{proof.query}&done={what}" if proof.query else f"?done={what}"
    return redirect_to(f"{reverse('comments:mine-one', args=[comment.pk])}{query}#told")


def _page(request, proof, comment, discussion, message="", *, status=200, form=None, words=""):
    decisions = [decision.pk for decision in comment.decisions.all()]
    context = {
        "proof": proof,
        "entry": entry_of(comment, proof, discussion),
        "form": form or EditForm(comment=comment, discussion=discussion),
        "is_typed": form is not None,
        "seen": max(decisions, default=0),
        "until": comment.edited_until(discussion) if comment.is_public else None,
        "problem": message,
        "words": words or request.POST.get("words", ""),
        "most_words": MOST_WORDS,
        "done": DONE.get(request.GET.get("done")) if request.method != "POST" else None,
    }
    return render(request, "comments/mine/one.html", context, status=status)
