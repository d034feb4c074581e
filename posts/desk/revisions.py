"""Earlier versions of a post: a list, what has changed since, and the way back."""

from itertools import groupby

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from posts.diff import Row, compare
from posts.ids import parse_id
from posts.markup import typeset
from posts.models import Post

from .verbs import announced

NEWEST = 5  # that the form of the post shows
CURRENT = "current"


class KeepsRevisions(admin.ModelAdmin):
    """For the admin of posts. Who may change a post sees its earlier versions, and nobody else."""

    def save_model(self, request, post, form, change):
        post.save(by=request.user)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.has_change_permission(request, obj):
            revisions = list(_listed(obj))
            context |= {"revisions": revisions[:NEWEST], "number_of_revisions": len(revisions)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/revisions/", view(self.revisions), name="posts_post_revisions"),
            path("<int:pk>/revisions/<int:revision>/", view(self.revision), name="posts_post_revision"),
            path("<int:pk>/revisions/<int:revision>/restore/", view(self.restore), name="posts_post_restore"),
            *super().get_urls(),
        ]

    def changeable(self, request, pk):
        """The post, if this account may change it."""
        post = get_object_or_404(self.get_queryset(request).select_related("modified_by__author"), pk=pk)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        return post

    def page_of_post(self, request, template, post, title, **context):
        """A page of the admin that belongs to one post."""
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "post": post, "title": title}
        return render(request, f"admin/posts/post/{template}", context)

    def revisions(self, request, pk):
        post = self.changeable(request, pk)
        title = _("Versions of “%(title)s”") % {"title": post}
        return self.page_of_post(request, "revisions.html", post, title, revisions=_listed(post))

    def revision(self, request, pk, revision):
        """What has changed between a version and another, the present one if none is asked for."""
        post = self.changeable(request, pk)
        chosen = get_object_or_404(post.revisions.select_related("saved_by__author"), pk=revision)
        other = self._other(request, post)
        older, newer = (chosen, other) if not other or other.pk > chosen.pk else (other, chosen)
        context = {
            "revision": chosen,
            "older": older,
            "newer": newer,
            "parts": _parts(older.words(), newer.words() if newer else _words(post)),
            "is_side": request.GET.get("view") == "side",
            "chosen": other.pk if other else CURRENT,
            "others": _listed(post).exclude(pk=chosen.pk),
            "seen": post.modified_at.isoformat(),
        }
        return self.page_of_post(
            request, "revision.html", post, _("Version of %(time)s") % {"time": _time(chosen)}, **context
        )

    def _other(self, request, post):
        """The version that the address asks to compare with; None for the present one."""
        asked = request.GET.get("with", CURRENT)
        if asked == CURRENT:
            return None
        other = post.revisions.select_related("saved_by__author").filter(pk=parse_id(asked)).first()
        if not other:
            raise Http404(_("There is no such page."))
        return other

    def restore(self, request, pk, revision):
        """Brings a version back; what it replaces is kept as a version, too."""
        post = self.changeable(request, pk)
        chosen = get_object_or_404(post.revisions, pk=revision)
        if request.method != "POST":
            return redirect("admin:posts_post_revision", pk, revision)
        words = chosen.words()
        # Set before the transaction, in which others would wait for it.
        typeset(words["body"], words["body_format"], post.language)
        try:
            is_back = _restore(post, words, seen=request.POST.get("seen", ""), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:posts_post_revision", pk, revision)
        if is_back:
            self.log_change(request, post, f"Restored the version of {chosen.saved_at:%Y-%m-%d %H:%M}.")
        message = _(
            "The version of %(time)s is back. You can undo this: the words that it replaced are under “Versions”."
        )
        messages.success(request, message % {"time": _time(chosen)})
        return redirect("admin:posts_post_change", pk)


def _restore(post, words, *, seen, by):
    """Gives the post these words; False if it has them already. Raises ValidationError where they can't be had."""
    with transaction.atomic():
        post = get_object_or_404(Post.objects.select_for_update(no_key=True), pk=post.pk)
        if words == _words(post):
            return False
        if seen != post.modified_at.isoformat():
            raise ValidationError(
                _("Someone has saved this post since you opened this page. Compare again, then restore.")
            )
        for name, value in words.items():
            setattr(post, name, value)
        post.clean()
        with announced(post):
            post.save(by=by)
    return True


def _words(post):
    return {name: getattr(post, name) for name in ("title", "body", "excerpt", "body_format")}


def _listed(post):
    """The versions of a post without their texts, the newest first."""
    return post.revisions.order_by("-pk").defer("body", "excerpt").select_related("saved_by__author")


def _time(revision):
    return date_format(timezone.localtime(revision.saved_at), "DATETIME_FORMAT")


def _parts(old, new):
    """[(what it is, its rows in folds)] of what differs; the text always."""
    labels = {"title": _("Title"), "excerpt": _("Excerpt"), "body": _("Text")}
    return [
        (label, _folded(compare(old[name], new[name])))
        for name, label in labels.items()
        if name == "body" or old[name] != new[name]
    ]


def _folded(rows):
    """[(whether they are folded, rows)]: of a long stretch without changes the paragraphs beside changes stay."""
    folds = []
    for is_same, run in groupby(rows, key=lambda row: row.is_same):
        run = [_without_end(row) for row in run]
        if is_same and len(run) > 3:
            folds += [(False, run[:1]), (True, run[1:-1]), (False, run[-1:])]
        else:
            folds.append((False, run))
    return folds


def _without_end(row):
    """Without the blank lines behind a paragraph, which stands in one of its own."""
    *pieces, last = row.pieces
    return Row([*pieces, last._replace(text=last.text.rstrip("\n") or last.text)])
