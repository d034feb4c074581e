from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from comments import decision_log, search


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        post_migrate.connect(search.ensure_index, sender=self)
        pre_migrate.connect(decision_log.unprotect, sender=self)
        post_migrate.connect(decision_log.protect, sender=self)
