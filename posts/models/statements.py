"""What is public, and the statements of our own that ask for what every page needs."""

from django.utils import timezone


def public_now():
    """What everybody may read: the one definition of public, {look-up: value}."""
    return {"status": "published", "published_at__lte": timezone.now()}


# What every page needs is asked for by hand: Django takes longer to compile such statements than databases to answer.
# `public_now()` as they say it; its values go along as their parameters.
_OPERATORS = {"": "=", "lte": "<="}
PUBLISHED = " AND ".join(
    f"{column} {_OPERATORS[look_up]} %({column}{mark}{look_up})s"
    for column, mark, look_up in (key.partition("__") for key in public_now())
)
MENU = f"""
    SELECT id, title, permalink FROM posts_post
    WHERE kind = 'page' AND parent_id IS NULL AND in_menu AND {PUBLISHED}
    ORDER BY menu_order, title, id
"""  # noqa: S608
# SQLite searches an index by the first condition that bounds it: it stands first, so that no post is far away.
NEIGHBOURS = f"""
    SELECT * FROM (
        SELECT 'previous' AS place, id, title, permalink FROM posts_post
        WHERE (published_at, id) < (%(at)s, %(pk)s) AND kind = 'post' AND {PUBLISHED}
        ORDER BY published_at DESC, id DESC LIMIT 1
    ) AS earlier
    UNION ALL
    SELECT * FROM (
        SELECT 'next' AS place, id, title, permalink FROM posts_post
        WHERE (published_at, id) > (%(at)s, %(pk)s) AND kind = 'post' AND {PUBLISHED}
        ORDER BY published_at, id LIMIT 1
    ) AS later
"""  # noqa: S608
# Goes on from there: the posts of these numbers, those that are public.
RELATED = f"""
    UNION ALL
    SELECT 'related', id, title, permalink FROM posts_post WHERE id IN ({{pks}}) AND kind = 'post' AND {PUBLISHED}
"""  # noqa: S608
BELOW = f"""
    SELECT id, title, permalink FROM posts_post
    WHERE parent_id = %(pk)s AND kind = 'page' AND {PUBLISHED}
    ORDER BY menu_order, title, id
"""  # noqa: S608
NEWEST = f"""
    SELECT id, title, permalink FROM posts_post WHERE kind = 'post' AND {PUBLISHED}
    ORDER BY published_at DESC, id DESC LIMIT 5
"""  # noqa: S608
TERMS = """
    SELECT name, slug, path FROM posts_category JOIN posts_post_categories ON category_id = posts_category.id
    WHERE post_id = %(pk)s
    UNION ALL
    SELECT name, slug, NULL FROM posts_tag JOIN posts_post_tags ON tag_id = posts_tag.id
    WHERE post_id = %(pk)s
"""
# The oldest and the newest post.
ARCHIVE_ENDS = f"""
    SELECT * FROM (
        SELECT id, published_at FROM posts_post WHERE kind = 'post' AND {PUBLISHED} ORDER BY published_at LIMIT 1
    ) AS oldest
    UNION
    SELECT * FROM (
        SELECT id, published_at FROM posts_post WHERE kind = 'post' AND {PUBLISHED} ORDER BY published_at DESC LIMIT 1
    ) AS newest
"""  # noqa: S608
# How many posts there are in each of `spans`, rows of a number, a start, and an end that is not part of it; the span
# stands first for SQLite, as above.
ARCHIVE_COUNTS = f"""
    WITH spans(number, start, stop) AS (VALUES {{spans}})
    SELECT number, (
        SELECT COUNT(*) FROM posts_post
        WHERE published_at >= start AND published_at < stop AND kind = 'post' AND {PUBLISHED}
    ) FROM spans
"""  # noqa: S608
# The same, for who wants to know only whether there is one.
ARCHIVE_EXISTS = ARCHIVE_COUNTS.replace("(\n        SELECT COUNT(*)", "EXISTS (\n        SELECT 1")
# The rest, as spans of the index `post_lists`: for each condition in turn, what keeps those before it and not this one.
_SPANS = {"": ("<", ">"), "lte": (">",)}


def _not_public_posts():
    kept = ["kind = 'post'"]
    yield from ("kind < 'post'", "kind > 'post'")
    for key in public_now():
        column, mark, look_up = key.partition("__")
        value = f"%({column}{mark}{look_up})s"
        yield from (" AND ".join([*kept, f"{column} {operator} {value}"]) for operator in _SPANS[look_up])
        kept.append(f"{column} {_OPERATORS[look_up]} {value}")


_NOT_COUNTED = " UNION ALL ".join(f"SELECT id FROM posts_post WHERE {span}" for span in _not_public_posts())  # noqa: S608
# How many posts each category or tag has: all that are filed under it, less those that are not public. Indexes alone
# answer it, and no post is looked up for each place where it is filed.
_FILED = f"""
    SELECT filed.{{term}}_id AS term_id, filed.number - COALESCE(hidden.number, 0) AS number
    FROM (SELECT {{term}}_id, COUNT(*) AS number FROM {{table}} GROUP BY {{term}}_id) AS filed
    LEFT JOIN (
        SELECT {{term}}_id, COUNT(*) AS number FROM {{table}} WHERE post_id IN ({_NOT_COUNTED}) GROUP BY {{term}}_id
    ) AS hidden ON hidden.{{term}}_id = filed.{{term}}_id
"""  # noqa: S608
TAG_COUNTS = f"""
    SELECT id, name, slug, number FROM posts_tag
    JOIN ({_FILED.format(term="tag", table="posts_post_tags")}) AS counted ON term_id = id
    WHERE number > 0 ORDER BY lower(name), id
"""  # noqa: S608
_BY_AUTHOR = f"FROM posts_post WHERE author_id = posts_author.id AND kind = 'post' AND {PUBLISHED}"
AUTHOR_COUNTS = f"""
    SELECT id, name, slug, (SELECT COUNT(*) {_BY_AUTHOR}) AS number FROM posts_author
    WHERE EXISTS (SELECT 1 {_BY_AUTHOR}) ORDER BY lower(name), id
"""  # noqa: S608
# Of each category that has any, how many posts are filed under it or below it: one that is so twice counts once. A path
# is compared, not matched: it may hold `_`. SQLite joins in this order, the few categories first.
CATEGORY_COUNTS = f"""
    SELECT id, name, path, slug, number FROM (
        SELECT id, name, path, slug, CASE
            WHEN EXISTS (SELECT 1 FROM posts_category AS child WHERE child.parent_id = category.id) THEN (
                SELECT COUNT(DISTINCT post_id)
                FROM posts_category AS below CROSS JOIN posts_post_categories CROSS JOIN posts_post
                WHERE (below.path = category.path
                    OR substr(below.path, 1, length(category.path) + 1) = category.path || '/')
                AND category_id = below.id AND posts_post.id = post_id AND kind = 'post' AND {PUBLISHED}
            )
            ELSE number
        END AS number
        FROM posts_category AS category
        LEFT JOIN ({_FILED.format(term="category", table="posts_post_categories")}) AS filed ON term_id = id
    ) AS counted
    WHERE number > 0
"""  # noqa: S608
