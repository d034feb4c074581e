from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "blog_site.accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from blog_site.accounts import receivers

        receivers.connect()
