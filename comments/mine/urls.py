from django.urls import path

from comments.mine import one, views

urlpatterns = [
    path("", views.mine, name="mine"),
    path("link/<str:token>/", views.open_link, name="mine-link"),
    path("download/", views.download, name="mine-download"),
    path("erase/", views.erase_me, name="mine-erase"),
    path("forget/<int:pk>/", views.forget, name="mine-forget"),
    path("<int:pk>/", one.one, name="mine-one"),
    path("<int:pk>/withdraw/", one.withdraw, name="mine-withdraw"),
    path("<int:pk>/claim/", one.claim, name="mine-claim"),
]
