"""What the editor's script asks the library for, and what it sends there. Everything is answered in JSON."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from posts.ids import parse_id
from posts.models import Picture, Post
from posts.pictures import bringing
from posts.pictures.fields import shown_name
from posts.pictures.uses import uses_of
from posts.pictures.written import written
from posts.storage import explain_refusal, is_refusal

from .picture_forms import WordsForm

PAGE = 30


class TakesUploads:
    """For the admin of pictures: files come in one by one, get their words, and are found again."""

    def get_urls(self):
        views = {
            "upload/": self.upload,
            "upload-several/": self.upload_several,
            "bring/": self.bring,
            "words/": self.words,
            "library/": self.library,
            "<int:pk>/uses/": self.uses,
        }
        named = [
            path(address, self.admin_site.admin_view(view), name=f"posts_picture_{view.__name__}")
            for address, view in views.items()
        ]
        return [*named, *super().get_urls()]

    @method_decorator(require_POST)
    def upload(self, request):
        """Takes one `file`: 201 with the picture, also if it was here before; 422 and 507 with what is wrong."""
        file = request.FILES.get("file")
        if not file:
            return _refused([_("Choose a file first.")])
        return self._take(request, lambda: Picture.from_upload(file))

    @method_decorator(require_POST)
    def bring(self, request):
        """Takes the picture at an `address` of another host, with the `alt` that a text has for it: likewise."""
        words = {"alt": request.POST.get("alt", "")[:500]}
        return self._take(request, lambda: bringing.bring(request.POST.get("address", ""), **words))

    @method_decorator(require_POST)
    def upload_several(self, request):
        """Takes all `files` of a plain form, and leads to the list, which says what came in and what did not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        number = 0
        for file in request.FILES.getlist("files"):
            try:
                Picture.from_upload(file)
                number += 1
            except (ValidationError, OSError) as error:
                for message in explain(error):
                    messages.error(request, f"{file.name}: {message}")
        if number:
            success = ngettext("%(n)d picture is in the library.", "%(n)d pictures are in the library.", number)
            messages.success(request, success % {"n": number})
        elif not request.FILES:
            messages.error(request, _("Choose a file first."))
        return HttpResponseRedirect(reverse("admin:posts_picture_changelist"))

    @method_decorator(require_POST)
    def words(self, request):
        """Describes each `picture` that waits for it; 200 with what stands in a text for them, 422 with what is wrong.

        A picture that has words keeps them: others may show it. What was typed for this text stands in it.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        numbers = [parse_id(number) for number in request.POST.getlist("picture")]
        pictures = self.get_queryset(request).in_bulk(filter(None, numbers))
        described, errors = [], {}
        for picture in (pictures[number] for number in numbers if number in pictures):
            form = WordsForm(request.POST, picture=picture, prefix=str(picture.pk))
            if form.is_valid():
                described.append(self._described(request, picture, form.cleaned_data))
            else:
                errors[picture.pk] = {name: [*messages_of_field] for name, messages_of_field in form.errors.items()}
        return JsonResponse({"pictures": described, "errors": errors}, status=422 if errors else 200)

    def _described(self, request, picture, typed):
        if not picture.is_described and self.has_change_permission(request, picture):
            picture.describe(**typed)
        body_format = request.POST.get("format", "markdown")
        text = written(picture, body_format, alt=typed["alt"] or picture.alt, caption=typed["caption"])
        return _as_dict(picture) | {"text": text}

    @method_decorator(require_safe)
    def library(self, request):
        """A page of the pictures that `q` finds, the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wanted = request.GET.get("q", "").replace("\0", "")
        pictures, _doubles = self.get_search_results(request, self.get_queryset(request), wanted)
        page = Paginator(pictures.order_by("-uploaded_at", "-pk"), PAGE).get_page(request.GET.get("page"))
        return JsonResponse(
            {
                "pictures": [_as_dict(picture) for picture in page],
                "next": page.next_page_number() if page.has_next() else None,
                "total": page.paginator.count,
                "token": get_token(request),
            }
        )

    @method_decorator(require_safe)
    def uses(self, request, pk):
        """Where a picture stands, as far as this account may see it, and in how many posts that it may not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        picture = get_object_or_404(self.get_queryset(request), pk=pk)
        rows = uses_of([picture]).get(picture.pk, [])
        seen = visible_posts(request.user, rows)
        shown = [row for row in rows if row in seen or not isinstance(row, Post)]
        places = [{"name": str(row), "address": getattr(row, "get_absolute_url", str)()} for row in shown]
        return JsonResponse({"places": places, "hidden": len(rows) - len(shown)})

    def _take(self, request, take):
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            return JsonResponse({"picture": _as_dict(take())}, status=201)
        except ValidationError as error:
            # The script tries again by itself what was only busy.
            is_busy = getattr(error, "code", "") == "busy"
            return _refused(explain(error), status=503 if is_busy else 422)
        except OSError as error:
            return _refused(explain(error), status=507)


def visible_posts(user, rows):
    """Those of the rows that are posts which this account may see."""
    posts = {row.pk: row for row in rows if isinstance(row, Post)}
    if not posts:
        return set()
    seen = Post.objects.visible_to(user).filter(pk__in=posts).values_list("pk", flat=True)
    return {posts[pk] for pk in seen}


def explain(error):
    """What is wrong with a file, in words. Raises what is no fault of the file or of where it is stored."""
    if isinstance(error, ValidationError):
        return error.messages
    if not is_refusal(error):
        raise error
    return [explain_refusal(error)]


def _refused(messages, status=422):
    return JsonResponse({"errors": messages}, status=status)


def _as_dict(picture):
    return {
        "id": picture.pk,
        "name": shown_name(picture.file.name),
        "address": picture.file.url,
        "thumbnail": picture.url_for(360),
        "alt": picture.alt,
        "decorative": picture.decorative,
        "described": picture.is_described,
        "caption": picture.caption,
        "width": picture.width,
        "height": picture.height,
        "page": reverse("admin:posts_picture_change", args=[picture.pk]),
    }
