"""What an account or a group may do, as words that two moments can be compared by."""

from django.contrib.auth.models import Group, User

FLAGS = {"is_active": "active", "is_staff": "staff", "is_superuser": "superuser"}


def rights_of(user_pk):
    """The set of an account's own rights: {"staff", "group Editors", "permission posts.add_post"}."""
    user = User.objects.filter(pk=user_pk).first()
    if not user:
        return set()
    flags = {word for field, word in FLAGS.items() if getattr(user, field)}
    groups = {f"group {name}" for name in user.groups.values_list("name", flat=True)}
    return flags | groups | _permissions(user.user_permissions)


def rights_of_group(group_pk):
    """The set of what a group gives to whoever is in it."""
    group = Group.objects.filter(pk=group_pk).first()
    return _permissions(group.permissions) if group else set()


def difference(before, after):
    """“+staff, -group Editors”; empty if nothing changed."""
    return ", ".join(
        [*(f"+{word}" for word in sorted(after - before)), *(f"-{word}" for word in sorted(before - after))]
    )


def _permissions(rows):
    permissions = rows.values_list("content_type__app_label", "codename")
    return {f"permission {app}.{codename}" for app, codename in permissions}
