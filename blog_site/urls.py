from django.contrib import admin
from django.urls import include, path, re_path

from blog_site import sitemaps, views
from blog_site.accounts.setup_views import setup
from blog_site.mail_views import send_test_mail
from blog_site.metrics import metrics
from blog_site.search.feed import search_feed
from blog_site.search.views import search
from posts.urls import feed_paths

handler400 = "blog_site.kept_forms.bad_request"
handler403 = "blog_site.kept_forms.permission_denied"
handler500 = "blog_site.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("healthz/live", views.live, name="live"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<section>posts|pages|archives)-(?P<number>[0-9]{1,6})\.xml$", sitemaps.part, name="sitemap-part"
    ),
    re_path(r"^media/(?P<path>.+)$", views.media, name="media"),
    re_path(r"^wp-content/uploads/(?P<path>.+)$", views.upload, name="upload"),
    path("admin/setup/", admin.site.admin_view(setup), name="setup"),
    path("admin/mail/", admin.site.admin_view(send_test_mail), name="test-mail"),
    path("admin/", admin.site.urls),
    path("accounts/", include("blog_site.accounts.urls")),
    path("search/", search, name="search"),
    *feed_paths("search/", search_feed, "search-feed"),
    path("", include("blog_site.moving.wordpress.urls")),
    path("", include("comments.urls")),
    # Last: its final pattern takes every path that is left.
    path("", include("posts.urls")),
]
