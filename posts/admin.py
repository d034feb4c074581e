"""What Django's admin shows of the posts; how it does so is in `posts/desk/`."""

from django.contrib import admin

from posts.desk.attachments import AttachmentAdmin
from posts.desk.blog import BlogAdmin
from posts.desk.people import AuthorAdmin
from posts.desk.pictures import PictureAdmin
from posts.desk.post import PostAdmin
from posts.desk.subscribers import SubscriberAdmin
from posts.desk.terms import CategoryAdmin, TagAdmin
from posts.desk.undeliverable import UndeliverableAdmin
from posts.models import Attachment, Author, Blog, Category, Picture, Post, Subscriber, Tag, Undeliverable

admin.site.register(Attachment, AttachmentAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(Blog, BlogAdmin)
admin.site.register(Category, CategoryAdmin)
admin.site.register(Picture, PictureAdmin)
admin.site.register(Post, PostAdmin)
admin.site.register(Subscriber, SubscriberAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Undeliverable, UndeliverableAdmin)
