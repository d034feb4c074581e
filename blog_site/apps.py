from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogSiteConfig(AppConfig):
    name = "blog_site"

    def ready(self):
        from blog_site.search.index import ensure_index

        post_migrate.connect(ensure_index, sender=self)
