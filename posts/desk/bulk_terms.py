"""What many posts get at once that is no status: a category, tags, comments that are open or closed."""

from functools import partial

from django.contrib.admin.models import CHANGE
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from posts.ids import parse_id
from posts.models import Category, Post, Tag
from posts.models.public import public_changed
from posts.steps import Steps

from .bulk import Done, log
from .tags import TagsField, split_names

COMMENTS = {
    "open_comments": (
        True,
        gettext_lazy("Open comments"),
        ngettext_lazy("Comments are open on %(n)d post now.", "Comments are open on %(n)d posts now.", "n"),
    ),
    "close_comments": (
        False,
        gettext_lazy("Close comments"),
        ngettext_lazy("Comments are closed on %(n)d post now.", "Comments are closed on %(n)d posts now.", "n"),
    ),
}


class BulkTermsAdmin:
    """Actions of the list outside the trash; those that need to know more ask on a page of their own."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.tab(request) == Post.Status.TRASH or not self.has_change_permission(request):
            return actions
        actions["add_category"] = (_add_category, "add_category", _("Add a category …"))
        actions["add_tags"] = (_add_tags, "add_tags", _("Add tags …"))
        for name, (is_open, label, said) in COMMENTS.items():
            actions[name] = (partial(_set_comments, is_open, said), name, label)
        return actions

    def change_in_steps(self, request, posts, change):
        """Calls `change(pks)`, which changes those posts by a statement or two, in steps; returns what was Done."""
        changed, steps = list(posts.values_list("pk", flat=True)), Steps()
        for some in steps.split(changed):
            with steps.step():
                change(some)
                log(request, Post.objects.filter(pk__in=some).only("title"), CHANGE)
        return Done(changed, [], 0)

    def ask_for_term(self, request, posts, **context):
        across = request.POST.get("select_across") == "1"
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "number": posts.count(),
            "across": across,
            "chosen": [0] if across else list(posts.values_list("pk", flat=True)),
            "action": request.POST["action"],
            "list_url": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/posts/post/choose_term.html", context)


def _set_comments(is_open, said, admin, request, posts):
    to_change = posts.exclude(status=Post.Status.TRASH).exclude(comments_open=is_open)
    done = admin.change_in_steps(
        request, to_change, lambda pks: Post.objects.filter(pk__in=pks).update(comments_open=is_open)
    )
    admin.tell(request, said, done)


def _add_category(admin, request, posts):
    outside = posts.exclude(status=Post.Status.TRASH)
    category = Category.objects.filter(pk=parse_id(request.POST.get("category", ""))).first()
    if not category:
        categories = Category.objects.order_by("path")
        return admin.ask_for_term(request, outside, title=_("Add a category"), categories=categories)
    said = ngettext_lazy("%(n)d post added to the category.", "%(n)d posts added to the category.", "n")
    without = outside.exclude(pk__in=category.posts.values("pk"))
    admin.tell(request, said, admin.change_in_steps(request, without, partial(_file_under, [category])))
    return None


def _add_tags(admin, request, posts):
    outside = posts.exclude(status=Post.Status.TRASH)
    typed = request.POST.get("tag_names", "")
    try:
        tags = TagsField(Tag.objects.all()).clean(split_names(typed)) if typed.strip() else []
    except ValidationError as error:
        return admin.ask_for_term(request, outside, title=_("Add tags"), typed=typed, error=" ".join(error.messages))
    if not tags:
        return admin.ask_for_term(request, outside, title=_("Add tags"), typed=typed)
    with transaction.atomic():
        for tag in tags:
            if not tag.pk:
                tag.save()
    said = ngettext_lazy("Tags added to %(n)d post.", "Tags added to %(n)d posts.", "n")
    admin.tell(request, said, admin.change_in_steps(request, outside, partial(_file_under, tags)))
    return None


def _file_under(terms, pks):
    for term in terms:
        term.posts.add(*pks)
    public_changed(Post.objects.filter(pk__in=pks))
