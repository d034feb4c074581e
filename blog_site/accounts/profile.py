"""One's own profile: how readers see oneself. It gives nobody any rights over others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blog_site.accounts.person_forms import OwnProfileForm, ReaderForm
from posts.models import Author
from posts.models.author import is_login_name


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    author = Author.objects.select_related("photo").filter(user=request.user).first()
    edit = _edit_author if author or request.user.is_staff else _edit_name
    form = edit(request, author)
    if form is None:
        messages.success(request, _("Your profile was saved."))
        return redirect("profile")
    is_public = author and Author.objects.public().filter(pk=author.pk).exists()
    context = {"form": form, "author": author, "is_public": is_public}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def _edit_author(request, author):
    """The form; None where it was saved."""
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = OwnProfileForm(instance=author or Author(user=request.user), **sent)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save()
            return None
        except IntegrityError:
            # Pressed twice, the first time that there is a profile.
            form.add_error(None, _("Your profile was saved in another window. Reload this page."))
    return form


def _edit_name(request, _author):
    form = ReaderForm(request.POST or None, initial={"name": request.user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        name = " ".join(form.cleaned_data["name"].split())
        if not is_login_name(name, request.user):
            request.user.first_name, _space, request.user.last_name = name.partition(" ")
            request.user.save(update_fields=["first_name", "last_name"])
            return None
        form.add_error("name", _("This is the name that you log in with. Choose another one for readers."))
    return form
