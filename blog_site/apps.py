from django.apps import AppConfig


class BlogSiteConfig(AppConfig):
    name = "blog_site"
