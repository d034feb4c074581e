"""What those who follow a post are told by mail of: each new comment by itself, or, when many come, several in one."""

from django.db import models, transaction
from django.utils import timezone

from posts.models import Post

from .follow import Follow
from .notification import MOST_ALONE, WITHIN
from .settings import DiscussionSettings


class AnnouncementQuerySet(models.QuerySet):
    def make(self, comment):
        """(the announcement that the comment is in, whether it is new): once, however often it is hidden and shown."""
        with transaction.atomic():
            # Of two workers, and of one that begins to send what is gathered, the second sees what the first has done.
            Post.objects.select_for_update(no_key=True).filter(pk=comment.post_id).values_list("pk").first()
            if known := self.filter(announced__comment=comment).first():
                return known, False
            open_one = self.filter(post=comment.post_id, gathered=True, begun_at=None).first()
            announcement = open_one or self.create(post_id=comment.post_id, gathered=self._are_many(comment.post_id))
            AnnouncedComment.objects.create(announcement=announcement, comment=comment)
            return announcement, not open_one

    def _are_many(self, post_id):
        lately = self.filter(post=post_id, made_at__gt=timezone.now() - WITHIN)
        return bool(DiscussionSettings.load().flood_seconds) and lately.count() >= MOST_ALONE


class Announcement(models.Model):
    """New comments of a post, and how far those who follow it have been told of them."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="+")
    gathered = models.BooleanField()  # several come in one mail
    made_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True)  # from then on no comment is added
    # The number of the last `Follow` that was told: they are told in the order of their numbers.
    through = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["post", "made_at"], name="announcement_lately")]

    def __str__(self):
        return f"{self.made_at:%Y-%m-%d %H:%M} on post {self.post_id}"

    def begin(self):
        if not self.begun_at:
            with transaction.atomic():
                Post.objects.select_for_update(no_key=True).filter(pk=self.post_id).values_list("pk").first()
                self._set(begun_at=timezone.now())

    def next_follows(self, most):
        """Who is told next, at most so many: not those who began to follow later, nor those who want no mail."""
        follows = Follow.objects.filter(post=self.post_id, pk__gt=self.through, began_at__lte=self.made_at)
        wanted = follows.filter(address__confirmed_at__isnull=False).select_related("address")
        return list(wanted.order_by("pk")[:most])

    def mark_told(self, follow):
        self._set(through=follow.pk)

    def mark_done(self):
        self._set(done_at=timezone.now())

    def _set(self, **values):
        Announcement.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)


class AnnouncedComment(models.Model):
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="announced")
    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="+")

    def __str__(self):
        return f"comment {self.comment_id} in {self.announcement}"
