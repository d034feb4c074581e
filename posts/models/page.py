"""The post at an address, for whoever reads it: one statement of our own, since Django compiles its own for longer than
the database takes to answer it."""

from functools import cache

from django.db import connection

from .author import Author
from .picture import Picture
from .queryset import SEARCHED
from .statements import PUBLISHED, public_now

# What a page doesn't show.
LEFT_OUT = {
    "Post": set(SEARCHED),
    "Author": {"bio"},
    "Picture": {"uploaded_at", "rendered_at"},
}


def public_at(model, path):
    """The public post or page at `path`, with its author and picture; None where there is none."""
    sql, models = _statement(model)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**public_now(), "path": path})
        row = cursor.fetchone()
    if row is None:
        return None
    rows, at = [], 0
    for part, fields in models:
        rows.append(_made(part, fields, row[at : at + len(fields)]))
        at += len(fields)
    post, post.author, post.picture = rows
    return post


@cache
def _statement(model):
    models = [
        (part, [field for field in part._meta.concrete_fields if field.attname not in LEFT_OUT[part.__name__]])
        for part in (model, Author, Picture)
    ]
    columns = [f"{part._meta.db_table}.{field.column}" for part, fields in models for field in fields]
    sql = (
        f"SELECT {', '.join(columns)} FROM posts_post JOIN posts_author ON posts_author.id = author_id"  # noqa: S608
        f" LEFT JOIN posts_picture ON posts_picture.id = picture_id WHERE permalink = %(path)s AND {PUBLISHED}"
    )
    return sql, models


def _made(model, fields, values):
    """The row as a query of Django's would have it, or None where there is none."""
    if values[0] is None:
        return None
    names = [field.attname for field in fields]
    return model.from_db(connection.alias, names, [_converted(*pair) for pair in zip(fields, values, strict=True)])


def _converted(field, value):
    for convert in _converters(field):
        value = convert(value, None, connection)
    return value


@cache
def _converters(field):
    column = field.get_col(field.model._meta.db_table)
    return [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
