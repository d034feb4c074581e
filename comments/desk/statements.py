"""Statements of the desk that Django puts together once for each kind of account, since that takes longer than to
answer them. They are the ORM's, from the rules of the models; what is asked must be the same each time."""

from typing import Any

from django.db import connections, router

from comments.models import Comment

# {(function, database, account): (SQL, parameters)}
_kept: dict[tuple[Any, ...], tuple[str, Any]] = {}


def fetch(make, user, where="", values=()):
    """The rows of the queryset that `make(user)` returns, as tuples of what the database says.

    `make`: a function of a module, whose queryset depends on nothing but what the account may moderate. `where` and its
    `values`: what is different each time, behind a queryset without a condition.
    """
    using = router.db_for_read(Comment)
    # The same for all who may moderate everywhere; in others' it stands whose posts they are.
    key = make, using, None if user.has_perm("comments.moderate_comment") else user.pk
    if key not in _kept:
        _kept[key] = make(user).query.get_compiler(using).as_sql()
    sql, parameters = _kept[key]
    with connections[using].cursor() as cursor:
        cursor.execute(f"{sql} {where}", [*parameters, *values])
        return cursor.fetchall()
