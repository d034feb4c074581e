"""The first page of a new blog: what it is called, who writes it, and whether the sample blog stays."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog_site import demo
from blog_site.accounts.person_forms import refuse_name_of_another
from blog_site.accounts.setup import Setup
from blog_site.demo import removing
from posts.models import Author, Blog
from posts.models.author import is_login_name


class SetupForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Name of the blog"), max_length=200)
    tagline = forms.CharField(
        label=gettext_lazy("Tagline"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One sentence below the name. You can leave it empty."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=150,
        help_text=gettext_lazy("As readers see it, below your posts. The name that you log in with stays private."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if is_login_name(name, self.user):
            raise forms.ValidationError(_("This is the name that you log in with. Choose another one for readers."))
        refuse_name_of_another(name, Author.objects.filter(user=self.user).first() or Author())
        return name

    @transaction.atomic
    def save(self):
        blog = Blog.load()
        blog.title, blog.tagline = self.cleaned_data["title"], self.cleaned_data["tagline"]
        blog.save()
        author = Author.for_account(self.user)
        if author.name != self.cleaned_data["name"]:
            author.name = self.cleaned_data["name"]
            if not author.posts.exists():
                author.slug = ""  # made of the name
            author.save()


def setup(request):
    """POST with `skip`, `remove` or `undo` does that; without, it takes the form."""
    if not request.user.is_superuser:
        raise PermissionDenied
    row = Setup.load() or Setup(pk=1, done_at=timezone.now())
    for name, act in {"skip": _skip, "remove": _remove, "undo": _undo}.items():
        if request.method == "POST" and name in request.POST:
            return act(request, row)
    form = SetupForm(request.POST or None, user=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        row.finish()
        messages.success(request, _("Your blog is ready. Write your first post."))
        return redirect("admin:index")
    context = {"form": form, "title": _("Set up your blog"), "setup": row, "can_undo": can_undo(row)}
    context |= admin.site.each_context(request)
    return render(request, "admin/setup.html", context, status=422 if form.errors else 200)


def can_undo(row):
    return bool(row and row.removed_at and removing.can_write())


def _initial(request):
    blog, name = Blog.load(), Author.public_name_of(request.user)
    # Until somebody gives their own, the blog's stands there.
    return {"title": blog.title, "tagline": blog.tagline, "name": "" if name == blog.title else name}


def _skip(request, row):
    row.finish()
    messages.info(request, _("Skipped. You find all of this under “Blog” and in your profile."))
    return redirect("admin:index")


@transaction.atomic
def _remove(request, row):
    row = Setup.objects.select_for_update().filter(pk=1).first()
    if not row or not row.has_sample:
        messages.info(request, _("There is no sample blog to remove."))
        return redirect("setup")
    removed = removing.remove(row.sample)
    row.sample, row.removed_at = {}, timezone.now()
    row.save()
    message = ngettext(
        "The sample blog was removed: %(n)d post or page.",
        "The sample blog was removed: %(n)d posts and pages.",
        removed.posts,
    )
    messages.success(request, message % {"n": removed.posts})
    if removed.kept:
        kept = _("These stay, since something was written in them: %(titles)s.")
        messages.warning(request, kept % {"titles": ", ".join(f"“{title}”" for title in removed.kept)})
    return redirect("setup")


@transaction.atomic
def _undo(request, row):
    row = Setup.objects.select_for_update().filter(pk=1).first()
    if not can_undo(row):
        messages.warning(request, _("Something has been written since. The sample blog does not come back."))
        return redirect("setup")
    row.sample, row.removed_at = demo.write(names_blog=False), None
    row.save()
    messages.success(request, _("The sample blog is back."))
    return redirect("setup")
