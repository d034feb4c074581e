from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class BlogSiteConfig(AppConfig):
    name = "blog_site"
    verbose_name = _("System")

    def ready(self):
        from django.contrib.auth import get_user_model

        from blog_site import tasks
        from blog_site.search.index import ensure_index
        from posts.models import Post

        post_migrate.connect(ensure_index, sender=self)
        post_save.connect(tasks.post_saved, sender=Post)
        m2m_changed.connect(tasks.tags_changed, sender=Post.tags.through)
        for terms in (Post.categories, Post.tags):
            m2m_changed.connect(tasks.terms_changed, sender=terms.through)
        pre_delete.connect(tasks.account_goes, sender=get_user_model())
