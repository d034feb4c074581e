"""The trash of the desk: posts go there instead of being deleted, come back, and are deleted from there alone."""

from functools import partial

from django.contrib import messages
from django.contrib.admin.models import DELETION
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts.models import Post

from . import verbs
from .bulk import VERBS, Done

# Their numbers, in the session of whoever put them there last. More than so many are restored in the list of the trash.
TRASHED, MOST_UNDONE = "trashed_posts", 1_000


class TrashAdmin:
    """Beside the actions of posts.desk.bulk: buttons of one post, Undo, and emptying."""

    def get_urls(self):
        def address(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"posts_post_{name}")

        return [
            address("<int:pk>/trash/", partial(self.act_on_one, name="trash"), "trash"),
            address("<int:pk>/restore/", partial(self.act_on_one, name="restore"), "out_of_trash"),
            address("trash/undo/", self.undo_trash, "undo_trash"),
            address("trash/empty/", self.empty_trash, "empty_trash"),
            *super().get_urls(),
        ]

    def delete_view(self, request, object_id, extra_context=None):
        """Only what is in the trash is deleted."""
        post = self.get_object(request, unquote(object_id))
        if post and post.status != Post.Status.TRASH:
            messages.error(request, _("Move the post to the trash first."))
            return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))
        return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        if self.tab(request) == Post.Status.TRASH and self.has_delete_permission(request):
            actions["delete_for_good"] = (_delete_selected, "delete_for_good", _("Delete permanently …"))
        return actions

    def _is_from_the_bar(self, request):
        return super()._is_from_the_bar(request) and not _is_to_go(request)

    def response_change(self, request, obj):
        """Whatever else was typed is saved with it, as with each button of the form."""
        if not _is_to_go(request):
            return super().response_change(request, obj)
        self.tell_of_trash(request, Done([obj.pk], [], 0))
        return self.to_list(request)

    def act_on_one(self, request, pk, *, name):
        """Moves one post to the trash, or back, and leads to the list that it was in."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        posts = self.get_queryset(request).filter(pk=pk)
        if not posts.exists():
            messages.error(request, _("This post no longer exists."))
            return self.to_list(request)
        done = self.do_with_each(request, posts, VERBS[name].act)
        if name == "trash":
            self.tell_of_trash(request, done)
        else:
            self.tell(request, VERBS[name].said, done)
        return self.to_list(request)

    def tell_of_trash(self, request, done):
        can_be_undone = 0 < len(done.changed) <= MOST_UNDONE
        if can_be_undone:
            request.session[TRASHED] = done.changed
        self.tell(request, VERBS["trash"].said, done, extra_tags="undo" if can_be_undone else "")

    def undo_trash(self, request):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        posts = self.get_queryset(request).filter(pk__in=request.session.pop(TRASHED, []))
        self.tell(request, VERBS["restore"].said, self.do_with_each(request, posts, verbs.restore))
        return self.to_list(request)

    def empty_trash(self, request):
        """Asks, by GET, and deletes what is in the trash, by POST."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        posts = self.get_queryset(request).filter(status=Post.Status.TRASH)
        if request.method == "POST":
            self.delete_for_good(request, posts)
            return self.to_list(request)
        return self._ask(request, posts, title=_("Empty the trash"))

    def delete_for_good(self, request, posts):
        done = self.do_with_each(request, posts, _delete, flag=DELETION)
        number = len(done.changed)
        self.tell(
            request, ngettext("%(n)d post deleted permanently.", "%(n)d posts deleted permanently.", number), done
        )

    def _ask(self, request, posts, **context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "number": posts.count(),
            "titles": list(posts.order_by("-pk").only("title")[:20]),
            "list_url": self.list_url(request),
        }
        return TemplateResponse(request, "admin/posts/post/delete_for_good.html", context)

    def list_url(self, request):
        """The list, narrowed as it was."""
        preserved = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return add_preserved_filters(preserved, reverse("admin:posts_post_changelist"))

    def to_list(self, request):
        return HttpResponseRedirect(self.list_url(request))


def _is_to_go(request):
    return request.POST.get("_save_as") == "trash"


def _delete_selected(admin, request, posts):
    in_trash = posts.filter(status=Post.Status.TRASH)
    if request.POST.get("sure"):
        admin.delete_for_good(request, in_trash)
        return None
    across = request.POST.get("select_across") == "1"
    chosen = [] if across else list(in_trash.values_list("pk", flat=True))
    return admin._ask(request, in_trash, title=_("Delete permanently"), chosen=chosen or [0], across=across)


def _delete(post):
    if post.status != Post.Status.TRASH:
        raise ValidationError(_("It is not in the trash any more."))
    pk = post.pk
    try:
        with transaction.atomic():
            post.delete()
    except ProtectedError as error:
        if any(isinstance(row, Post) for row in error.protected_objects):
            raise ValidationError(_("There are pages below it. Delete those first.")) from error
        raise ValidationError(
            _("It has comments, whose record is kept. It stays in the trash, where nobody sees it.")
        ) from error
    # What the log calls it by.
    post.pk = pk
    return True
