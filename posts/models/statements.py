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
# How many posts there are in each of `spans`, rows of a number, a start, and an end that is not part of it.
ARCHIVE_COUNTS = f"""
    WITH spans(number, start, stop) AS (VALUES {{spans}})
    SELECT number, (
        SELECT COUNT(*) FROM posts_post
        WHERE kind = 'post' AND {PUBLISHED} AND published_at >= start AND published_at < stop
    ) FROM spans
"""  # noqa: S608
# The same, for who wants to know only whether there is one.
ARCHIVE_EXISTS = ARCHIVE_COUNTS.replace("(\n        SELECT COUNT(*)", "EXISTS (\n        SELECT 1")
# Of each category that has any, how many posts are filed under it or below it. A path is compared, not matched: it may
# hold `_`.
CATEGORY_COUNTS = f"""
    SELECT category.id, category.name, category.path, category.slug, COUNT(DISTINCT posts_post.id) AS number
    FROM posts_category AS category
    JOIN posts_category AS below
        ON below.path = category.path
        OR substr(below.path, 1, length(category.path) + 1) = category.path || '/'
    JOIN posts_post_categories ON category_id = below.id
    JOIN posts_post ON posts_post.id = post_id AND kind = 'post' AND {PUBLISHED}
    GROUP BY category.id, category.name, category.path, category.slug
"""  # noqa: S608
