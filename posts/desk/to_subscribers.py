"""“Email to subscribers” in the form of a post: who will get it, or who has."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from posts.generation import present
from posts.models import Blog, Mailing, Post, Subscriber
from posts.subscriptions.announcing import GRACE, audience, may_still_go_out


class ShownCheckbox(forms.CheckboxInput):
    """Says that it was there: a form without it, such as a script's, leaves the post as it is."""

    def render(self, name, value, attrs=None, renderer=None):
        box = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}_shown" value="1">{}', name, box)

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_shown" not in data


class ToSubscribersForm(forms.ModelForm):
    def clean_mail_to_subscribers(self):
        name = "mail_to_subscribers"
        if self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)):
            return self.instance.mail_to_subscribers
        return self.cleaned_data[name]


class MailsToSubscribers(admin.ModelAdmin):
    """For the admin of posts."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "mail_to_subscribers":
            return db_field.formfield(widget=ShownCheckbox, label=_("Email to subscribers"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        post = obj or context["adminform"].form.instance
        context["to_subscribers"] = _panel(post) if present(request)[1].posts_by_mail else None
        return super().render_change_form(request, context, add, change, form_url, obj)


def _panel(post):
    """What the panel shows; None where there is nothing to say."""
    if post.is_page:
        return None
    mailing = Mailing.objects.filter(post=post).first() if post.pk else None
    if mailing and mailing.ended_at:
        return {"mailing": mailing}
    if post.is_public and not mailing and not may_still_go_out(post):
        return {"is_late": True}
    each, weekly = audience(post)
    return {
        "mailing": mailing,
        "each": each,
        "weekly": weekly,
        "minutes": GRACE.seconds // 60,
        "is_offered": True,
    }


def told_of_mails(pks):
    """What is said of posts that were published together; empty where none of them goes to anybody."""
    posts = Post.objects.filter(pk__in=pks, mail_to_subscribers=True).posts()
    number = sum(may_still_go_out(post) for post in posts.only("published_at"))
    if not number or not Blog.load().posts_by_mail or not Subscriber.objects.active().exists():
        return ""
    message = ngettext(
        "%(n)d post goes to subscribers by email in 5 minutes. To stop it, untick “Email to subscribers” in its form.",
        "%(n)d posts go to subscribers by email in 5 minutes, one email each. To stop one, untick “Email to "
        "subscribers” in its form.",
        number,
    )
    return message % {"n": number}
