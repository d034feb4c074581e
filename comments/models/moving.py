"""A comment's place in its thread, and how a moderator changes it."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from posts.models import Post, public_changed

from .choices import Kind, Status
from .refusals import AlreadyDecided, CanNotMove

AT_ONCE = 5000  # numbers in one statement: SQLite takes 32,766 at the most


class Moving(models.Model):
    class Meta:
        abstract = True

    def move(self, parent, *, by, reason="", seen=None, **details):
        """Puts it below `parent`, or, with None, at the top of the thread; all that answers it comes along.

        Returns its Decision, or None where it stands there already. Raises CanNotMove, or AlreadyDecided where it is
        no longer as the caller saw it (`seen`: the newest decision then).
        """
        if parent and parent.status in {Status.SPAM, Status.TRASH}:
            raise CanNotMove(_("That comment is spam or in the trash, so nobody would see what this one replies to."))
        return self._move(parent and parent.pk, by=by, reason=reason, seen=seen, **details)

    def _move(self, parent_pk, *, by, seen, **details):
        with transaction.atomic():
            branch = self._lock_branch()
            locked = self._locked(seen=seen)
            if seen is None and locked.parent_id != self.parent_id:
                raise AlreadyDecided(self.last_decision)
            if parent_pk == locked.parent_id:
                return None
            parent = type(self).objects.filter(pk=parent_pk).first() if parent_pk else None
            _refuse(locked, parent_pk, parent, branch)
            self._write_place(parent, branch)
            public_changed(Post.objects.filter(pk=self.post_id), below=True)
            return self._log(
                from_status=self.status, by=by, moved={"from": locked.parent_id, "to": parent_pk}, **details
            )

    def _lock_branch(self):
        """The numbers of the branch, whose rows are this transaction's until it ends.

        First the rows, as every decision does, then the post, as whoever writes a comment does: of two moves the
        second sees what the first has made of the thread, and no reply comes in meanwhile with the old root.
        """
        comments = type(self).objects
        thread = comments.in_thread_of(comments.get(pk=self.pk)).order_by("pk")
        locked = set(thread.select_for_update(no_key=True).values_list("pk", flat=True))
        Post.objects.select_for_update().get(pk=self.post_id)
        branch = comments.branch_of(comments.get(pk=self.pk))
        if not locked.issuperset(branch):
            raise CanNotMove(
                _("Someone moved comments in this thread at the same moment. Check the thread and try again.")
            )
        return branch

    def _write_place(self, parent, branch):
        root = parent and (parent.root_id or parent.pk)
        # What follows for readers is said once, of the post.
        rows = models.QuerySet(type(self))
        rows.filter(pk=self.pk).update(parent=parent, root=root)
        for start in range(1, len(branch), AT_ONCE):
            rows.filter(pk__in=branch[start : start + AT_ONCE]).update(root=root or self.pk)
        self.parent, self.root_id = parent, root


def _refuse(comment, parent_pk, parent, branch):
    """Raises CanNotMove where the tree would be none any more, or not one thread's."""
    if comment.kind != Kind.COMMENT or (parent and parent.kind != Kind.COMMENT):
        raise CanNotMove(_("A pingback or trackback is not part of a thread, so it can’t be a reply or have replies."))
    if parent_pk and (not parent or parent.status == Status.ERASED):
        raise CanNotMove(_("That comment no longer exists."))
    if parent and parent.post_id != comment.post_id:
        raise CanNotMove(_("That comment is on another post."))
    if parent_pk in branch:
        raise CanNotMove(_("A comment can't be a reply to itself or to one of its own replies."))
