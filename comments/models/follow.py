from django.db import models
from django.utils import timezone

from posts.email_addresses import same_address
from posts.prepared import Prepared

from .mailed_link import MailedLink


class FollowQuerySet(models.QuerySet):
    def begin(self, post, address):
        """The owner of this confirmed address hears of new comments on the post. Returns the `Follow`."""
        return self.get_or_create(post=post, address=address)[0]

    def any_of(self, posts):
        """Those of the posts of these numbers that somebody follows."""
        if len(posts) == 1:
            return posts if _FOLLOWED(post=next(iter(posts))) else set()
        return set(self.filter(post__in=posts).values_list("post", flat=True).distinct())

    def of(self, address):
        """What the owner of the address follows, the newest first."""
        return self.filter(address=address).select_related("post").order_by("-pk")


class Follow(models.Model):
    """That the owner of a confirmed address hears by mail of new comments on a post. To end it is to delete it."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="follows")
    address = models.ForeignKey("comments.MailAddress", on_delete=models.CASCADE, related_name="follows")
    began_at = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "address"], name="follow_is_once_of_a_post")]

    def __str__(self):
        return f"post {self.post_id} by address {self.address_id}"


class FollowRequestQuerySet(models.QuerySet):
    def lately_to(self, email):
        """The mails that asked the owner of the address, and can still be answered or have been."""
        return self.filter(
            link__address=same_address(email), sent_at__isnull=False, link__expires_at__gt=timezone.now()
        )


class FollowRequest(models.Model):
    """A mail that asks the owner of an address, which somebody typed, whether they want to follow a post."""

    PURPOSE = "follow"

    link = models.OneToOneField(MailedLink, on_delete=models.CASCADE, related_name="follow_request")
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True)  # when the mail server took it

    objects = FollowRequestQuerySet.as_manager()

    def __str__(self):
        return str(self.link)

    @classmethod
    def make(cls, email, post):
        """(the request, the token of its link)"""
        token = MailedLink.make(cls.PURPOSE, email)
        return cls.objects.create(link=MailedLink.find(cls.PURPOSE, token), post=post), token

    @classmethod
    def find(cls, token):
        """The request with this token, be it answered or expired; None if there is none."""
        link = MailedLink.find(cls.PURPOSE, token)
        return link and cls.objects.select_related("post", "link").filter(link=link).first()

    def mark_sent(self):
        FollowRequest.objects.filter(pk=self.pk).update(sent_at=timezone.now())


_FOLLOWED = Prepared(lambda post: Follow.objects.filter(post=post).values_list("pk")[:1])
