"""What a moderator types on a comment's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.cleaning import clean_line, clean_text
from comments.models import Comment, Rule
from posts.models.author import is_login_name


class CommentForm(forms.ModelForm):
    # Required where there was a text: an imported ping may have none.
    body = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("Kept in the log with the decision. The commenter does not see it."),
    )
    rule = forms.ModelChoiceField(
        Rule.objects.current(),
        label=_("Rule"),
        required=False,
        help_text=_("If you choose one, the commenter is told."),
    )
    answer = forms.CharField(
        label=_("Your reply"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        help_text=_("Appears below the comment under your name. Replying approves the comment."),
    )
    signed = forms.CharField(
        label=_("Your name for readers"),
        required=False,
        max_length=80,
        help_text=_("Readers never see the name that you log in with. Left empty, the blog’s name stands there."),
    )

    note = forms.CharField(
        label=_("Note for other moderators"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Never public. The person it is about may ask to see it, so write only what you can stand by."),
    )

    by = None  # the account that decides; CommentAdmin.get_form() sets it

    class Meta:
        model = Comment
        fields = ["body"]

    def clean_body(self):
        # A browser sends other newlines than are stored: what nobody changed must come out the same.
        typed = clean_text(self.cleaned_data["body"])
        if not typed and self.instance.body:
            raise forms.ValidationError(_("A comment can’t be empty. To remove it, move it to the trash."))
        return self.instance.body if typed == clean_text(self.instance.body) else typed

    def clean_answer(self):
        return clean_text(self.cleaned_data["answer"])

    def clean_signed(self):
        """The name under which the account replies from now on, where it had none."""
        name = clean_line(self.cleaned_data["signed"])
        if is_login_name(name, self.by):
            raise forms.ValidationError(_("This is the name that you log in with. Choose another one for readers."))
        return name

    def clean_note(self):
        return clean_text(self.cleaned_data["note"])
