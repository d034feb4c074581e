from django.urls import path, re_path

from comments import feeds, views

app_name = "comments"
urlpatterns = [
    path("comments/feed/", feeds.Comments(), name="feed"),
    path("comments/on/<int:post_id>/", views.submit, name="submit"),
    path("comments/stop/<str:token>/", views.stop_mails, name="stop"),
    re_path(r"^(?P<path>.+/)comment-page-(?P<number>[0-9]{1,6})/?$", views.redirect_to_page),
]
