"""Another text for one's own comment: what is typed, what the checks say of it, and what becomes of it."""

from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.checks import SubmissionContext, run_checks, status_after
from comments.forms import CommentForm
from comments.models import Comment
from comments.rendering import render
from posts.markup import plain_text
from posts.visible import has_visible


class EditForm(CommentForm):
    """The text alone. `is_valid()` leaves it rendered in `rendered`."""

    def __init__(self, *args, comment, discussion):
        super().__init__(*args, discussion=discussion)
        self.edited = comment
        self.initial["body"] = comment.edit_that_waits.body if comment.edit_that_waits else comment.body
        for name in [name for name in self.fields if name != "body"]:
            del self.fields[name]

    def clean(self):
        if "body" not in self.cleaned_data:
            return
        body, comment = self.cleaned_data["body"], self.edited
        self.rendered = render(name=comment.name, body=body, url=comment.url)
        if not has_visible(plain_text(self.rendered.columns["body_html"]).replace(">", "")):
            self.add_error("body", forms.ValidationError(_("Enter a comment"), code="required"))


def rewrite(comment, form, proof, *, discussion, seen):
    """The new text goes through the checks, as one that is sent; returns the Decision, or None where it is the old one.

    The comment itself counts neither as a repetition nor towards a flood. Raises AlreadyDecided where something was
    decided on it since `seen`.
    """
    body = form.cleaned_data["body"]
    changed = copy(comment)
    changed.body = body
    for name, value in form.rendered.columns.items():
        setattr(changed, name, value)
    account = proof.visitor.account
    context = SubmissionContext(
        user=account if account and account.pk == comment.user_id else None,
        browser=proof.visitor.browser,
        address=proof.visitor.address_for(comment.email),
        discussion=discussion,
        markup_failed=form.rendered.failed,
    )
    findings = run_checks(changed, context)
    is_held = status_after(findings) != Comment.Status.APPROVED
    return comment.rewrite(body, findings=findings, is_held=is_held, seen=seen)
