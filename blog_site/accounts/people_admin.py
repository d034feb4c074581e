"""People: one list and one form for all who write here, with an account, invited, or as a byline alone."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog_site.accounts.granting import role_in_words
from blog_site.accounts.invitation import DAYS
from blog_site.accounts.people_views import PeopleViews
from blog_site.accounts.person_forms import PersonForm
from blog_site.accounts.role import GROUPS, Role
from posts.desk.people import AuthorAdmin, discard_photo
from posts.ids import parse_id
from posts.models import Author, Post

STATES = {
    "active": _("Active"),
    "invited": _("Invited"),
    "expired": _("Invitation expired"),
    "deactivated": _("Deactivated"),
    "byline": _("No account"),
}


def state_of(person):
    """A key of `STATES`."""
    if person.user:
        return "active" if person.user.is_active else "deactivated"
    invitation = getattr(person, "invitation", None)
    if not invitation:
        return "byline"
    return "invited" if invitation.is_open else "expired"


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return STATES.items()

    def queryset(self, request, people):
        since = timezone.now() - timedelta(days=DAYS)
        may_invite = Q(invitation__sent_at__gt=since, invitation__by__is_active=True, invitation__by__is_superuser=True)
        conditions = {
            "active": Q(user__is_active=True),
            "deactivated": Q(user__is_active=False),
            "invited": Q(user=None) & may_invite,
            "expired": Q(user=None, invitation__isnull=False) & ~may_invite,
            "byline": Q(user=None, invitation=None),
        }
        return people.filter(conditions[self.value()]) if self.value() in conditions else people


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Role.choices

    def queryset(self, request, people):
        if self.value() == Role.OWNER:
            return people.filter(user__is_superuser=True)
        if self.value() not in GROUPS:
            return people
        in_group = User.groups.through.objects.filter(group__name=GROUPS[self.value()]).values("user")
        return people.filter(user__in=in_group, user__is_superuser=False)


def with_accounts(people):
    """The people with what is told of their accounts: three queries, however many they are."""
    published = Post.objects.published().filter(author=OuterRef("pk")).order_by().values("author")
    sessions = UserSession.objects.filter(user=OuterRef("user")).order_by().values("user")
    rows = people.select_related("user", "photo", "invitation__by").prefetch_related("user__groups")
    return rows.annotate(
        number=Subquery(published.annotate(number=Count("pk")).values("number")),
        session_at=Subquery(sessions.annotate(at=Max("last_seen_at")).values("at")),
    )


class PeopleList(ChangeList):
    def get_queryset(self, request, **kwargs):
        return with_accounts(super().get_queryset(request, **kwargs))


class PersonAdmin(PeopleViews, AuthorAdmin):
    form = PersonForm
    list_filter = [StateFilter, RoleFilter]
    list_per_page = 50
    change_list_template = "admin/people/change_list.html"
    change_form_template = "admin/people/change_form.html"

    def get_changelist(self, request, **kwargs):
        return PeopleList

    def get_list_display(self, request):
        email = ["email"] if request.user.is_superuser else []
        return ["person", "role", "state", *email, "posts_published", "seen_at"]

    def get_search_fields(self, request):
        # By what a list can be searched can be guessed.
        return ["name", "user__email", "invitation__email"] if request.user.is_superuser else ["name"]

    @admin.display(description=_("person"), ordering="name")
    def person(self, person):
        if not person.photo:
            return person.name
        return format_html('<img class="face" src="{}" alt=""> {}', person.photo.url_for(360), person.name)

    @admin.display(description=_("role"), empty_value="")
    def role(self, person):
        if person.user:
            return role_in_words(person.user)
        return person.invitation.get_role_display() if hasattr(person, "invitation") else ""

    @admin.display(description=_("state"))
    def state(self, person):
        return STATES[state_of(person)]

    @admin.display(description=_("email address"), empty_value="")
    def email(self, person):
        if person.user:
            return person.user.email or gettext("No email address")
        return person.invitation.email if hasattr(person, "invitation") else ""

    @admin.display(description=_("published posts"))
    def posts_published(self, person):
        return person.number or 0

    @admin.display(description=_("last seen"), empty_value="")
    def seen_at(self, person):
        return _seen_at(person) or (gettext("never") if person.user else "")

    def changelist_view(self, request, extra_context=None):
        nameless = User.objects.none()
        if request.user.is_superuser:
            nameless = User.objects.filter(is_staff=True, is_active=True, author=None).order_by("username")
        context = {"nameless": nameless, "may_invite": request.user.is_superuser, "title": _("People")}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser and not (obj and obj.user_id) and not getattr(obj, "invitation", None):
            # An account that is there already, such as one that was made on the command line.
            folded = [] if "user" in request.GET else ["collapse"]
            fieldsets = [*fieldsets, (_("Account"), {"fields": ["user"], "classes": folded})]
        return fieldsets

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(author=None, is_active=True).order_by("username")
            kwargs["required"] = False
            kwargs["help_text"] = _(
                "Only for an account that has no person yet. To give somebody a new one, invite them."
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {}
        if person := with_accounts(self.get_queryset(request)).filter(pk=parse_id(object_id)).first():
            context = {
                "person": person,
                "state": state_of(person),
                "state_in_words": STATES[state_of(person)],
                "role": self.role(person),
                "is_own": person.user_id == request.user.pk,
                "is_owner": request.user.is_superuser,
                "number_of_posts": Post.objects.filter(author=person).count(),
                "may_hand_over": self.may_hand_over(request),
                "seen_at": _seen_at(person),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def delete_model(self, request, author):
        photo = author.photo
        super().delete_model(request, author)
        discard_photo(photo, Author())

    def delete_queryset(self, request, authors):
        for author in authors:
            self.delete_model(request, author)


def _seen_at(person):
    """When somebody was here last; None where they never were."""
    return max(filter(None, [person.session_at, person.user and person.user.last_login]), default=None)


def shown_by_login_name():
    """The people whose name for readers is the one that they log in with: a queryset."""
    return Author.objects.filter(name__iexact=F("user__username")).order_by("name", "pk")
