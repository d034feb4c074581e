"""Everything of a person is erased, or their names alone: threads keep their shape, and the log its rows."""

from comments.models import AskingMail, ClaimedName, Comment, MailedLink
from comments.tasks import forget_erased
from posts import outbox
from posts.models import Post
from posts.steps import Steps


def erase(proof, *, texts):
    """Takes the person's name and addresses from all their comments, and with `texts` the comments' words too; then
    what is kept of their address. Returns the number of comments.

    Each step is a transaction: ended at any point, the rest can be erased by asking again.
    """
    pks = list(proof.own().order_by("pk").values_list("pk", flat=True))
    steps = Steps()
    for some in steps.split(pks):
        with steps.step():
            for comment in _locked(some):
                # Out of the public first: what is erased was in the trash, in the log too.
                comment.withdraw() if texts else comment.remove_name()
            if texts:
                Comment.objects.filter(pk__in=some).decide("erase", by=None, by_writer=True)
                outbox.put_unless_queued(forget_erased)
    if proof.visitor.address:
        _forget_address(proof.visitor.address)
    return len(pks)


def _locked(pks):
    """These comments, and their posts after them, as whoever decides on comments takes them: else of two who each have
    what the other wants, one would be sent away by the database."""
    comments = list(Comment.objects.filter(pk__in=pks).select_for_update(no_key=True).order_by("pk"))
    posts = Post.objects.filter(pk__in={comment.post_id for comment in comments})
    list(posts.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return comments


def _forget_address(address):
    """All that says that the address has ever been here, but for a refusal of mails."""
    ClaimedName.objects.filter(address=address).delete()
    MailedLink.objects.filter(address=address.address).delete()
    AskingMail.objects.filter(address=address.address).update(address="")
    address.browsers.all().delete()
    address.follows.all().delete()
    rows = type(address).objects.filter(pk=address.pk)
    rows.filter(refused_at=None).delete()
    rows.update(proven_at=None)
