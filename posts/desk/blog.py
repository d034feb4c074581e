from .base import OneRowAdmin


class BlogAdmin(OneRowAdmin):
    pass
