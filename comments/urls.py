from django.urls import include, path, re_path

from comments import confirming, feeds, following, preview, views

BELOW_POST = r"^(?!(?:author|category|comments|search|tag)/)(?P<path>.+/)"

app_name = "comments"
urlpatterns = [
    path("comments/feed/", feeds.of_blog, name="feed"),
    re_path(r"^comments/feed/(?P<form>atom|json)/$", feeds.of_blog, name="feed-in"),
    # Archives have feeds of their own, in `posts.urls`.
    re_path(rf"{BELOW_POST}feed/$", feeds.of_post, name="post-feed"),
    re_path(rf"{BELOW_POST}feed/(?P<form>atom|json)/$", feeds.of_post, name="post-feed-in"),
    path("comments/on/<int:post_id>/", views.submit, name="submit"),
    path("comments/preview/", preview.show_text, name="preview"),
    path("comments/mine/", include("comments.mine.urls")),
    path("comments/forget/", views.forget_browser, name="forget"),
    path("comments/confirm/<str:token>/", confirming.confirm_address, name="confirm"),
    path("comments/follow/<int:post_id>/", following.follow, name="follow"),
    path("comments/follow/confirm/<str:token>/", following.confirm, name="follow-confirm"),
    path("comments/follow/stop/<str:token>/", following.stop, name="follow-stop"),
    path("comments/stop/<str:token>/", views.stop_mails, name="stop"),
    re_path(r"^(?P<path>.+/)comment-page-(?P<number>[0-9]{1,6})/?$", views.redirect_to_page),
]
