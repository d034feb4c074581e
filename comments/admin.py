"""What Django's admin shows of the comments; how it does so is in `comments/desk/`."""

from django.contrib import admin

from comments.desk.comment import CommentAdmin
from comments.desk.settings import DiscussionSettingsAdmin, RuleAdmin
from comments.models import Comment, DiscussionSettings, Rule

admin.site.register(Comment, CommentAdmin)
admin.site.register(Rule, RuleAdmin)
admin.site.register(DiscussionSettings, DiscussionSettingsAdmin)
