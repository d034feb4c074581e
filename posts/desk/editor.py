"""The form in which a post is written: its fields, where they stand, and what is said after it was saved."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.http import HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from posts.languages import direction
from posts.models import Author

from .address import SlugField, TellsAddress, told_of_slug
from .publication import PublicationForm, TimeInputs
from .tags import RowsField, SuggestsTags, TagsField, TagsForm, TagsInput
from .to_subscribers import MailsToSubscribers, ToSubscribersForm

# Who may not edit for others signs as themselves, and leaves the blog's pages, menu and front alone.
EDITORS_OWN = {"author", "kind", "parent", "in_menu", "menu_order", "pinned"}

TAGS = {"data-tags-url": reverse_lazy("admin:posts_post_tags"), "data-suggestions": _("Existing tags")}
PUT_COMMAS = _("Put commas between tags. A new name makes a new tag.")


class PostForm(PublicationForm, TagsForm, ToSubscribersForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"title", "body", "excerpt"} & self.fields.keys():
            language = self.instance.language or get_language()
            self.fields[name].widget.attrs |= {"lang": language, "dir": direction(language), "spellcheck": "true"}

    @property
    def site_url(self):
        return settings.SITE_URL.rstrip("/")


class EditorAdmin(TellsAddress, SuggestsTags, MailsToSubscribers, admin.ModelAdmin):
    form = PostForm
    fieldsets = [
        (None, {"fields": ["title", "slug", "body", "corrections"]}),
        (_("Publication"), {"fields": ["status", "published_at", "mail_to_subscribers"]}),
        (_("Categories and tags"), {"fields": ["categories", "tags"], "classes": ["collapse"]}),
        (_("Picture and excerpt"), {"fields": ["picture", "excerpt"], "classes": ["collapse"]}),
        (_("Comments"), {"fields": ["comments_open", "moderation"], "classes": ["collapse"]}),
        (_("Author and language"), {"fields": ["author", "language", "pinned"], "classes": ["collapse"]}),
        (
            _("Page options"),
            {"fields": ["kind", "parent", "in_menu", "menu_order", "body_format"], "classes": ["collapse"]},
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        if request.user.has_perm("posts.edit_others_posts"):
            return self.fieldsets
        return [
            (title, options | {"fields": [name for name in options["fields"] if name not in EDITORS_OWN]})
            for title, options in self.fieldsets
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        match db_field.name:
            case "slug":
                kwargs["form_class"] = SlugField
            case "published_at":
                kwargs["widget"] = TimeInputs
            case "tags":
                return db_field.formfield(form_class=TagsField, widget=TagsInput(TAGS), help_text=PUT_COMMAS, **kwargs)
            case "categories":
                return db_field.formfield(form_class=RowsField, widget=forms.CheckboxSelectMultiple, **kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "author":
            # Left empty: whoever writes it. An account has no author yet when it writes its first post.
            field.required = False
        elif db_field.name == "body":
            field.help_text = _("Markdown. “How to write”, below, explains the formatting.")
        return field

    def get_changeform_initial_data(self, request):
        author = Author.objects.filter(user=request.user).first()
        return super().get_changeform_initial_data(request) | {"author": author and author.pk}

    def render_change_form(self, request, context, *args, **kwargs):
        # The text needs the room, and the way back stands above it.
        context["is_nav_sidebar_enabled"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self._is_from_the_bar(request):
            for level, words in told_of_saving(form):
                messages.add_message(request, level, words)

    def response_add(self, request, obj, post_url_continue=None):
        if self._is_from_the_bar(request):
            return self._back_to_the_editor(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if self._is_from_the_bar(request):
            return self._back_to_the_editor(request, obj)
        return super().response_change(request, obj)

    def _is_from_the_bar(self, request):
        return "_save_as" in request.POST and "_popup" not in request.POST

    def _back_to_the_editor(self, request, post):
        address = reverse("admin:posts_post_change", args=[post.pk])
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, address))


def told_of_saving(form):
    """[(level, words)]: what became of the post, and what of it the author might not expect."""
    post, warnings = form.instance, []
    # Also where it stands as it was sent: until a post has a date, its slug may be another's.
    if words := told_of_slug(form.cleaned_data.get("slug", ""), post.slug):
        warnings.append((messages.WARNING, words))
    if post.is_scheduled and "published_at" in form.changed_data and is_repeated(post.published_at):
        warnings.append((messages.WARNING, _repeated(post.published_at)))
    return [(messages.SUCCESS, _what_became(post, form.state)), *warnings]


def _what_became(post, before):
    if post.is_scheduled:
        time = date_format(timezone.localtime(post.published_at), "DATETIME_FORMAT")
        return _("Scheduled for %(time)s (%(zone)s).") % {"time": time, "zone": timezone.get_current_timezone_name()}
    if post.is_public:
        words = _("Updated.") if before == post.status else _("Published.")
        return format_html('{} <a href="{}">{}</a>', words, post.get_absolute_url(), _("View post"))
    if post.status == post.Status.PRIVATE:
        return _("Saved. Only its author and editors can see it.")
    if before == post.Status.PUBLISHED:
        return _("Saved. Readers can no longer see it.")
    return _("Draft saved.") if post.status == post.Status.DRAFT else _("Saved.")


def _repeated(time):
    shown = timezone.localtime(time)
    return _("The clocks show %(time)s twice on %(day)s. The post is published the first time.") % {
        "time": date_format(shown, "TIME_FORMAT"),
        "day": date_format(shown, "DATE_FORMAT"),
    }


def is_repeated(time):
    """Whether the clocks show this time twice, since they go back in that hour."""
    shown = timezone.localtime(time)
    return shown.replace(fold=0).utcoffset() > shown.replace(fold=1).utcoffset()
