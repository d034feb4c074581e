from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BlogSiteConfig(AppConfig):
    name = "blog_site"
    verbose_name = _("Moving in")

    def ready(self):
        from blog_site.search.index import ensure_index

        post_migrate.connect(ensure_index, sender=self)
