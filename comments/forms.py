"""What a reader types, and what is wrong with it in words that say what to do."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import browser, cleaning
from comments.checks import SubmissionContext
from comments.identity import NOBODY
from comments.models import Comment, RememberedBrowser
from comments.rendering import render
from posts.markup import COMMENT_MAX_LENGTH, plain_text
from posts.models import Author
from posts.models.author import is_login_name
from posts.visible import has_visible

MAX_LENGTHS = {"name": 80, "email": 254, "url": 200, "body": COMMENT_MAX_LENGTH}
# Those that need an address.
MAIL_BOXES = ("notify", "follow", "reply_by_mail")


class TypedField(forms.CharField):
    """Text as typed: what is wrong with it is said by `comments.cleaning` alone, in our words."""

    def __init__(self, **kwargs):
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []


class CommentForm(forms.Form):
    """The form below a post. `is_valid()` leaves the comment, whole and not yet stored, in `comment`, and what is known
    beside its words in `context`.

    No field carries `maxlength`: a browser cuts what is pasted without a word, and counts otherwise than we do.
    """

    # `comments/_field.html` writes the inputs itself: Django's widgets render a template each, on every page.
    body = TypedField(label=_("Your comment"))
    name = TypedField(label=_("Name"))
    email = TypedField(label=_("Email"), help_text=_("Never published or shared."))
    url = TypedField(label=_("Website"))
    remember = forms.BooleanField(
        label=_("Remember me in this browser, so that my next comment is published straight away"),
        help_text=_(
            "You get one email to confirm your address. If you leave this unticked, this browser is forgotten, unless "
            "you have confirmed your address in it."
        ),
        required=False,
    )
    notify = forms.BooleanField(
        label=_("Email me whether this is published, and when someone replies"),
        help_text=_("The first time, you will be asked to confirm your address."),
        required=False,
    )
    follow = forms.BooleanField(label=_("Email me about every new comment on this post"), required=False)
    reply_by_mail = forms.BooleanField(label=_("The author may reply to me by email"), required=False)
    parent = TypedField()
    # Named like something a machine wants to fill in.
    subject = TypedField(label=_("Leave this empty"))

    def __init__(self, *args, discussion, user=None, visitor=NOBODY, known=None, present=None, **kwargs):
        """`user`: the account that writes, whose name and address are taken instead of typed ones. One that has no name
        but the one it logs in with is asked for another: left empty, staff write in the blog's, others in nobody's.

        `visitor`: what whoever sent it has proven beside the account. `known`: the columns of the
        comment that nobody types, such as `post`, `parent` and `ip_address`. `present`: see `SubmissionContext`.
        """
        self.user, self.discussion, self.visitor, self.known = user, discussion, visitor, known or {}
        self.present = present
        super().__init__(*args, auto_id="comment-form-%s", **kwargs)
        self.signed = Author.public_name_of(user) if user else ""
        if user:
            for name in (*(["name"] if self.signed else []), "email", "url", "remember"):
                del self.fields[name]
            self.fields["notify"].help_text = ""  # an account's own address is confirmed
        if user and not user.email:
            for box in MAIL_BOXES:
                del self.fields[box]

    @property
    def required_names(self):
        return {"body", "name", "email"} if self.discussion.require_name_email and not self.user else {"body"}

    def clean_body(self):
        body = cleaning.clean_text(self._checked("body"))
        self._require("body", body, _("Enter a comment"))
        return body

    def clean_name(self):
        name = cleaning.clean_line(self._checked("name"))
        if is_login_name(name, self.user):
            raise forms.ValidationError(_("This is the name that you log in with. Enter one for readers"))
        if self.user and self.user.is_staff:
            return name or Author.name_of(self.user)
        self._require("name", name, _("Enter your name"))
        return name

    def clean_email(self):
        email = self._checked("email").strip()
        self._require("email", email, _("Enter your email address. It is never published"))
        if email:
            cleaning.validate_email(email)
        for box in MAIL_BOXES:
            if not email and self.data.get(box):
                raise forms.ValidationError(
                    _("Enter your email address, or untick “%(box)s”") % {"box": self.fields[box].label}
                )
        return email

    def clean_url(self):
        url = cleaning.clean_url(self._checked("url"))
        self._check_length("url", url)  # again: https:// may have come before it
        return url

    def clean(self):
        """Makes the comment whole, of all that was typed and is known, or says what is wrong with it."""
        if "body" not in self.cleaned_data:
            return
        typed = {name: self.cleaned_data.get(name, "") for name in ("body", "name", "email", "url")}
        if self.user:
            name = self.signed or typed["name"]
            typed |= {"name": name[: MAX_LENGTHS["name"]], "email": self.user.email}
        boxes = {box: bool(self.cleaned_data.get(box) and typed["email"]) for box in MAIL_BOXES}
        rendered = render(name=typed["name"], body=typed["body"], url=typed["url"])
        # The signs of a quotation without words are no comment.
        if not has_visible(plain_text(rendered.columns["body_html"]).replace(">", "")):
            self.add_error("body", forms.ValidationError(_("Enter a comment"), code="required"))
        if self.errors:
            return
        self.comment = Comment(
            **typed,
            **boxes,
            **rendered.columns,
            **self.known,
            user=self.user,
            browser=self._browser(),
            address=self.visitor.address_for(typed["email"]),
        )
        self.context = SubmissionContext(
            user=self.user,
            browser=self.visitor.browser,
            address=self.comment.address,
            honeypot=self.cleaned_data["subject"],
            discussion=self.discussion,
            markup_failed=rendered.failed,
            present=self.present,
        )

    def _browser(self):
        """The name of the browser. One that was ended stays nobody's: a copy of its cookie would open the comment."""
        known = RememberedBrowser.objects.is_in_use(self.visitor.browser) and self.visitor.browser
        return known or (browser.new_name() if self.cleaned_data.get("remember") else "")

    def _checked(self, name):
        value = self.cleaned_data.get(name) or ""
        cleaning.refuse_unstorable(value, name=self.fields[name].label)
        self._check_length(name, value)
        return value

    def _check_length(self, name, value):
        length, limit = len(value.replace("\r\n", "\n")), MAX_LENGTHS[name]
        if length > limit:
            raise forms.ValidationError(
                # Translators: %(field)s is the label of a field of the comment form, such as “Your comment” or “Name”.
                ngettext(
                    "%(field)s is %(over)d character too long. It must be %(limit)d characters or fewer, and it has "
                    "%(length)d.",
                    "%(field)s is %(over)d characters too long. It must be %(limit)d characters or fewer, and it has "
                    "%(length)d.",
                    length - limit,
                )
                % {"field": self.fields[name].label, "over": length - limit, "limit": limit, "length": length},
                code="max_length",
            )

    def _require(self, name, value, message):
        if not value and name in self.required_names:
            raise forms.ValidationError(message, code="required")
