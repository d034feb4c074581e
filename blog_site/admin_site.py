"""Django's admin, for people who may not all see the same: whatever is registered, in whichever app, is guarded."""

import re
from collections import defaultdict
from functools import wraps
from itertools import chain

from allauth.account.utils import get_next_redirect_url
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NestedObjects, get_fields_from_path
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import DataError, models, router
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog_site import home, kept_forms
from blog_site.accounts import kept_words
from blog_site.accounts.gate import page_before
from blog_site.accounts.views import Login, LoginAgain, Logout, PasswordChange
from blog_site.admin_sections import sections
from blog_site.local_times import LocalDateTimeField
from blog_site.versions import Versioned
from posts.ids import parse_id
from posts.models import Post

# How Django's own filters end their parameters.
ENDINGS = ("exact", "isnull", "isempty", "gte", "lt")


class BlogAdminSite(admin.AdminSite):
    # The navigation is our own (templates/admin/base_site.html): Django's has nothing on a phone or without JavaScript.
    enable_nav_sidebar = False
    index_title = gettext_lazy("Home")

    def register(self, model_or_iterable, admin_class=None, **options):
        admin_class = admin_class or admin.ModelAdmin
        if not issubclass(admin_class, Guarded):
            bases = (Guarded, Versioned, admin_class)
            admin_class = type(admin_class.__name__, bases, {"__module__": admin_class.__module__})
        super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """The sections of `admin_sections`; of one app, Django's own list."""
        if app_label:
            return super().get_app_list(request, app_label)
        apps = self._build_app_dict(request).values()
        return sections([row for app in apps for row in app["models"]], request)

    def index(self, request, extra_context=None):
        """The home page: what waits, what is being written and what came out last, before what there is to manage."""
        post_admin = self.get_model_admin(Post)
        own = {
            "is_home": True,
            "may_write": post_admin.has_add_permission(request),
            "posts": home.posts_of(request, post_admin),
            "moving": home.moving_of(request, self),
        }
        return super().index(request, own | (extra_context or {}))

    def login(self, request, extra_context=None):
        """The log-in of everybody else, at this address too; who is logged in and may not come in is told so."""
        if not request.user.is_authenticated:
            return Login.as_view(success_url=reverse("admin:index"))(request)
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect(get_next_redirect_url(request) or "admin:index")

    def logout(self, request, extra_context=None):
        return Logout.as_view()(request)

    def password_change(self, request, extra_context=None):
        return PasswordChange.as_view()(request)

    def admin_view(self, view, cacheable=False):
        """Django's check of who may come in, and then ours of what they have to do first."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            if not self.has_permission(request):
                return self._turned_away(request) or inner(request, *args, **kwargs)
            page = page_before(request)
            return redirect(page) if page else inner(request, *args, **kwargs)

        return guarded

    def _turned_away(self, request):
        """The answer to a form with somebody's words in it, which would be lost otherwise; None for all else."""
        if request.user.is_authenticated:
            return kept_forms.permission_denied(request) if kept_forms.has_words(request) else None
        return LoginAgain.as_view()(request) if kept_words.of_form(request) else None

    def get_urls(self):
        # Before Django's own of the same address, which would tell any account where everything stands.
        view = self.admin_view(self.view_on_site)
        return [path("r/<path:content_type_id>/<path:object_id>/", view, name="view_on_site"), *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """To the page of what this account may see in the admin; 404 for anything else, whether it is there or not."""
        wanted = parse_id(content_type_id)
        content_type = ContentType.objects.filter(pk=wanted).first()
        model = content_type and content_type.model_class()
        if model and self.is_registered(model):
            row = self.get_model_admin(model).get_object(request, object_id)
            if row and hasattr(row, "get_absolute_url") and self.may_see(request, row):
                return redirect(row)
        raise Http404(_("There is no such page."))

    def autocomplete_view(self, request):
        """The choices of a field whose form asks for them in this way; Django's own gives those of any."""
        asked = tuple(request.GET.get(name) for name in ("app_label", "model_name", "field_name"))
        for model, model_admin in self._registry.items():
            names = model_admin.get_autocomplete_fields(request)
            if asked in {(model._meta.app_label, model._meta.model_name, name) for name in names}:
                return super().autocomplete_view(request)
        raise Http404(_("There is no such page."))

    def may_see(self, request, row):
        return bool(self.visible(request, type(row), [row.pk]))

    def visible(self, request, model, pks):
        """{number: row} of those rows of a registered model that this account finds in the admin."""
        model_admin = self.get_model_admin(model)
        if not model_admin.has_view_or_change_permission(request):
            return {}
        return model_admin.get_queryset(request).only("pk").in_bulk(pks)


class Guarded:
    """What holds for every list and form of the admin."""

    def lookup_allowed(self, lookup, value, request):
        """What the list's own filters ask for, and nothing else: by what a list can be searched can be guessed."""
        return lookup in set(self._declared(request))

    def _declared(self, request):
        for declared in self.get_list_filter(request):
            if hasattr(declared, "parameter_name"):
                yield declared.parameter_name
                continue
            name = declared[0] if isinstance(declared, (list, tuple)) else declared
            field = get_fields_from_path(self.model, name)[-1]
            yield name
            yield from (f"{name}{LOOKUP_SEP}{ending}" for ending in ENDINGS)
            if field.is_relation:
                yield f"{name}{LOOKUP_SEP}{field.target_field.name}{LOOKUP_SEP}exact"
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}{LOOKUP_SEP}{part}" for part in ("year", "month", "day"))

    def changelist_view(self, request, extra_context=None):
        """Called what is in it, instead of "Select … to change"."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_changelist_instance(self, request):
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise IncorrectLookupParameters
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            # A number or a day that there is none of.
            raise IncorrectLookupParameters from error

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.DateTimeField):
            kwargs.setdefault("form_class", LocalDateTimeField)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_deleted_objects(self, objs, request):
        """As Django's page has them, without the names of what this account may not see."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        hidden = set(self._hidden(objs, request))
        return _without(to_delete, hidden), counts, needed, _without(protected, hidden)

    def _hidden(self, objs, request):
        """The addresses, in the admin, of what hangs on these and is not this account's to see."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        pks_of = defaultdict(set)
        for row in [*collector.protected, *chain.from_iterable(collector.model_objs.values())]:
            pks_of[type(row)].add(row.pk)
        site = self.admin_site
        for model in filter(site.is_registered, pks_of):
            for pk in pks_of[model] - site.visible(request, model, pks_of[model]).keys():
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def _without(lines, hidden):
    """The lines, some of which are lists of lines, with a word in place of what is hidden."""
    shown = []
    for line in lines:
        if isinstance(line, list):
            shown.append(_without(line, hidden))
        else:
            address = re.search(r'href="([^"]*)"', str(line))
            shown.append(_("something you don't have permission to view") if address and address[1] in hidden else line)
    return shown
