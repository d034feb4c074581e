"""Pictures in the form of a post, also without a script: one to add, and those of other hosts to bring here."""

import time

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import costly_text
from posts.ids import parse_id
from posts.models import Picture
from posts.pictures import bringing
from posts.pictures.checking import MAX_BYTES
from posts.pictures.written import appended, elsewhere, with_address, written

from .picture_forms import ACCEPTED, NewPictureForm, PictureChoice
from .uploads import explain

# Of a form that is being saved: seconds for all pictures of other hosts together.
PATIENCE = 10


class PicturesInPosts:
    """For the admin of posts. What the form brings is in the library before the form is read: no error loses it."""

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        if request.method == "POST" and self._may_add_to(request, object_id):
            if "new_picture" in request.FILES:
                # Taken out of the request: a form that is saved again brings it once.
                for file in request.FILES.pop("new_picture"):
                    with file:
                        self._add(request, file)
            if "_bring_pictures" in request.POST:
                self._bring(request)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = kwargs.get("form", self.form)
        refused = tuple(getattr(request, "refused_picture", ()))
        kwargs["form"] = type(form.__name__, (NewPictureForm, form), {"refused": refused})
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "picture":
            kwargs |= {"form_class": PictureChoice, "widget": PictureChoice.widget}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "picture":
            # Each of its links would leave the form, with what was typed in it.
            for link in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{link}_related", False)
            field.help_text = _("Stands at the top of the post, and in lists.")
        return field

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        chosen = form["picture"].value() if "picture" in form.fields else None
        post = context.get("original")
        with costly_text.in_haste():
            strange = elsewhere(post.body, post.body_format, post.language) if post else {}
        pictures = {
            "may_add": request.user.has_perm("posts.add_picture"),
            "accepted": ACCEPTED,
            "max_bytes": MAX_BYTES,
            "chosen": chosen and Picture.objects.filter(pk=parse_id(str(chosen))).first(),
            "elsewhere": strange,
        }
        return super().render_change_form(request, context | {"pictures": pictures}, *args, **kwargs)

    def _may_add_to(self, request, object_id):
        if not request.user.has_perm("posts.add_picture"):
            return False
        if not object_id:
            return self.has_add_permission(request)
        stored = self.get_object(request, unquote(object_id))
        return stored is not None and self.has_change_permission(request, stored)

    def _add(self, request, file):
        """Takes the file of the form into the library, and puts it where the form says."""
        typed = request.POST.copy()
        words = {
            "alt": typed.get("new_picture_alt", "").strip()[:500],
            "caption": typed.get("new_picture_caption", "").strip()[:500],
        }
        words["decorative"] = "new_picture_decorative" in typed and not words["alt"]
        try:
            picture = Picture.from_upload(file, **words)
        except (ValidationError, OSError) as error:
            request.refused_picture = [f"{file.name}: {message}" for message in explain(error)]
            return
        if typed.get("new_picture_place") == "top":
            typed["picture"] = str(picture.pk)
        else:
            text = written(picture, typed.get("body_format"), alt=words["alt"] or picture.alt, caption=words["caption"])
            typed["body"] = appended(typed.get("body", ""), text)
        for name in [name for name in typed if name.startswith("new_picture")]:
            del typed[name]
        request.POST = typed
        messages.info(request, _("“%(name)s” is in the library, and in this post.") % {"name": file.name})

    def _bring(self, request):
        """Takes the pictures of other hosts that the text names into the library, as many as there is time for."""
        typed, until, number = request.POST.copy(), time.monotonic() + PATIENCE, 0
        wanted = elsewhere(typed.get("body", ""), typed.get("body_format") or "markdown", typed.get("language", ""))
        for address, alt in wanted.items():
            left = until - time.monotonic()
            if left < 1:
                messages.warning(request, _("There was no time for all pictures. Import the others now."))
                break
            try:
                picture = bringing.bring(address, seconds=left, alt=alt[:500])
            except (ValidationError, OSError) as error:
                for message in explain(error):
                    messages.error(request, f"{address}: {message}")
                continue
            typed["body"] = with_address(typed["body"], address, picture.file.url)
            number += 1
        if number:
            success = ngettext("%(n)d picture is here now.", "%(n)d pictures are here now.", number) % {"n": number}
            messages.success(request, success)
        typed["_save_as"] = "chosen"
        request.POST = typed
