"""WordPress's addresses, so that a blog that moves in keeps every link.

Included last by `blog_site.urls`: the final pattern takes every path that nothing else does.
"""

from django.urls import path, re_path, register_converter

from posts import bounce_views, oembed, previews, views
from posts.feeds import views as feeds
from posts.subscriptions import views as subscriptions


class Digits:
    """A number with leading zeros, as WordPress writes dates in addresses."""

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:0{self.width}d}"


class FourDigits(Digits):
    regex, width = "[0-9]{4}", 4


class TwoDigits(Digits):
    regex, width = "[0-9]{2}", 2


register_converter(FourDigits, "yyyy")
register_converter(TwoDigits, "mm")


def feed_paths(above, view, name):
    """The feeds below an address: RSS, Atom, JSON."""
    return [
        path(f"{above}feed/", view, name=name),
        *(path(f"{above}feed/{form}/", view, {"form": form}, name=f"{name}-{form}") for form in ("atom", "json")),
    ]


SIGNED = "(?P<token>[A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{43})"  # see PreviewLink

app_name = "posts"
urlpatterns = [
    path("mail/bounces/", bounce_views.take_bounces, name="bounces"),
    path("", views.home, name="home"),
    *feed_paths("", feeds.of_blog, "feed"),
    path("card/<int:pk>-<slug:mark>.png", views.card, name="card"),
    path("oembed", oembed.provide, name="oembed"),
    path("preview/<int:pk>/", views.preview, name="preview"),
    # Nothing else below it: an imported post may have an address there.
    re_path(rf"^preview/{SIGNED}/$", previews.shared, name="shared"),
    re_path(rf"^preview/{SIGNED}$", previews.shared),
    re_path(r"^accent/([0-9a-f]{6})-([0-9a-f]{6})\.css$", views.accent_style, name="accent"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/asked/", subscriptions.asked, name="subscription-asked"),
    re_path(rf"^subscribe/confirm/{SIGNED}/$", subscriptions.confirm, name="confirm-subscription"),
    re_path(rf"^subscribe/manage/{SIGNED}/$", subscriptions.manage, name="subscription"),
    re_path(rf"^subscribe/stop/{SIGNED}/$", subscriptions.unsubscribe, name="unsubscribe"),
    path("posts/", views.listing, name="list"),
    path("archives/", views.overview, name="overview"),
    path("archives/<int:imported_id>", views.by_imported_id, name="archives"),
    path("archives/<int:imported_id>/", views.by_imported_id),
    path("<yyyy:year>/", views.dated, name="year"),
    path("<yyyy:year>/<mm:month>/", views.dated, name="month"),
    path("<yyyy:year>/<mm:month>/<mm:day>/", views.dated, name="day"),
    *feed_paths("category/<path:path>/", feeds.of_category, "category-feed"),
    *feed_paths("tag/<str:slug>/", feeds.of_tag, "tag-feed"),
    *feed_paths("author/<str:slug>/", feeds.of_author, "author-feed"),
    path("category/<path:path>/", views.category, name="category"),
    path("tag/<str:slug>/", views.tag, name="tag"),
    path("author/<str:slug>/", views.author, name="author"),
    re_path(r"^(?P<path>.+)$", views.permalink, name="permalink"),
]
