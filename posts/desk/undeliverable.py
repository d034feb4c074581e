"""The addresses that mail is stopped to, with what their mail servers said; and a button to try them again."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from posts.models import Undeliverable

from .base import ListOnly


class UndeliverableAdmin(ListOnly):
    list_display = ["name", "kind", "said", "stopped_at"]
    list_filter = ["kind"]
    search_fields = ["address"]
    search_help_text = _("Search by email address")
    ordering = ["-stopped_at", "-pk"]
    actions = ["mail_again"]

    def get_queryset(self, request):
        return super().get_queryset(request).stopped()

    @admin.action(description=_("Send mail to these addresses again"))
    def mail_again(self, request, rows):
        number = Undeliverable.objects.filter(pk__in=rows.values("pk")).mail_again()
        message = ngettext(
            "Mail is sent to %(n)d address again. What was left out meanwhile is not sent.",
            "Mail is sent to %(n)d addresses again. What was left out meanwhile is not sent.",
            number,
        )
        self.message_user(request, message % {"n": number})

    mail_again.allowed_permissions = ["mail_again"]

    def has_mail_again_permission(self, request):
        return request.user.has_perm("posts.change_undeliverable")

    @admin.display(description=_("address"), ordering="address")
    def name(self, row):
        return str(row)
