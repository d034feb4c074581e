"""The admin's page on which a test mail is sent."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog_site import mail_check
from posts.email_addresses import validate_email

PERMISSION = "blog_site.change_outgoingtask"


class TestMailForm(forms.Form):
    to = forms.CharField(
        label=gettext_lazy("To"),
        max_length=254,
        validators=[validate_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def send_test_mail(request):
    """GET says what can be found out without sending; POST sends the mail, and says what the server answered."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form = TestMailForm(request.POST if request.method == "POST" else None, initial={"to": request.user.email})
    answer = mail_check.send_test(form.cleaned_data["to"]) if form.is_bound and form.is_valid() else None
    context = admin.site.each_context(request) | {
        "title": _("Send a test mail"),
        "form": form,
        "answer": answer,
        "found": mail_check.surroundings(),
    }
    return render(request, "admin/test_mail.html", context)
