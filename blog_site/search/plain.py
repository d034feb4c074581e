"""The search where there is no index, since SQLite has no FTS5 or PostgreSQL refused to make it: every text is read.

Words are found as they stand, without their endings, and the newest rows stand first.
"""

from .sources import SOURCES

# All names in the statements of this module are ours, from `sources`.
# ruff: noqa: S608


def configurations(cursor):
    return []


def windows(cursor):
    return {source.index: [()] for source in SOURCES}


def matching(index, query, configurations, *, in_title=False, blocks=()):
    """(condition, score, parameters): which rows a query means; all equally well."""
    columns = next(source.columns for source in SOURCES if source.index == index)
    names = [columns["title"]] if in_title else columns.values()
    text = " || ' ' || ".join(["''", *names, "''"])
    parameters = {}

    def has(term):
        likes = []
        for spelling in term.spellings:
            name = f"like{len(parameters)}"
            # Words have letters and digits alone: nothing in them stands for something else.
            parameters[name] = f"% {' '.join(spelling)}{'' if term.is_prefix else ' '}%"
            likes.append(f"{text} LIKE %({name})s")
        return f"({' OR '.join(likes)})"

    wanted = (" OR " if query.any else " AND ").join(has(term) for term in query.wanted)
    excluded = [f"NOT {has(term)}" for term in query.excluded]
    return " AND ".join([f"({wanted})", *excluded]), "1", parameters


def statement(source, condition, values, where, within, most):
    """The SQL of the newest `most` rows of `source` that match, as (number, *values)."""
    conditions = " AND ".join([*where, *(f"id IN ({numbers})" for numbers in within), condition])
    return f"SELECT id, {values} FROM {source.table} WHERE {conditions} ORDER BY id DESC LIMIT {most:d}"


def similar_words(cursor, word, variants):
    """Nothing is known of the words that there are."""
    return []
