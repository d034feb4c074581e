"""The index in SQLite: FTS5 without the texts, kept by triggers.

`search_posts` and `search_comments` have the words of what is published and approved, under the number of its row;
FTS5's own `porter` takes English endings off. `search_words` has each word once, and `search_spellings` finds those by
trigrams. No trigger reads another app's table: SQLite would refuse to rename that, as Django does to alter it.
"""

from .sources import LONGEST, POSTS, SHORTEST, SOURCES, WORDS

TOKENS = "porter unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
SPELLINGS = "search_spellings"
IS_THERE = (
    f"SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '{POSTS.index}') "
    "AND EXISTS (SELECT 1 FROM pragma_module_list WHERE name = 'fts5')"
)
TITLE_WEIGHT = 10
AGE = "julianday('now') - julianday({column})"  # days
SIMILAR = 80

# All names in the statements of this module are ours, from `sources`.
# ruff: noqa: S608


def make(cursor):
    """Makes the index anew, unless it stands as it should."""
    wanted = dict(_tables()) | dict(_triggers())
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
    existing = dict(cursor.fetchall())
    if all(existing.get(name) == sql for name, sql in wanted.items()):
        return
    for kind, made in (("TRIGGER", _triggers()), ("TABLE", _tables())):
        for name, _sql in made:
            cursor.execute(f"DROP {kind} IF EXISTS {name}")
    for sql in wanted.values():
        cursor.execute(sql)
    for source in SOURCES:
        for statement in _adding(source, row="new", rows=f"FROM {source.table} AS new"):
            cursor.execute(statement)


def configurations(cursor):
    """There is one way to take endings off."""
    return []


def windows(cursor):
    """FTS5 reads the newest rows first, and stops: it looks everywhere at once."""
    return {source.index: [()] for source in SOURCES}


def statement(source, condition, values, where, within, most):
    """The SQL of the newest `most` rows of `source` that match, as (number, *values).

    `where` has conditions on its table, `within` statements of numbers that a row must be among. FTS5 has the rows in
    their order, so that it reads no more than it needs. The plus has a number checked: FTS5 would be asked anew for
    each that it may be.
    """
    index, table = source.index, source.table
    conditions = " AND ".join([condition, *(f"+{index}.rowid IN ({numbers})" for numbers in within), *where])
    return (
        f"SELECT {index}.rowid, {values} "
        f"FROM {index} JOIN {table} ON {table}.id = {index}.rowid "
        f"WHERE {conditions} ORDER BY {index}.rowid DESC LIMIT {most:d}"
    )


def matching(index, query, configurations, *, in_title=False, blocks=()):
    """(condition, score, parameters): which rows of `index` a query means, and how well, the best highest."""
    wanted = (" OR " if query.any else " AND ").join(_phrases(term) for term in query.wanted)
    if in_title:
        wanted = f"{{title}} : ({wanted})"
    excluded = " OR ".join(_phrases(term) for term in query.excluded)
    weights = f", {TITLE_WEIGHT}" if index == POSTS.index else ""
    match = f"({wanted}) NOT ({excluded})" if excluded else wanted
    return f"{index} MATCH %(match)s", f"-bm25({index}{weights})", {"match": match}


def similar_words(cursor, word, variants):
    """The words of the index that are `variants`, and some that share pieces with `word`."""
    padded = f"^{word}$"
    pieces = " OR ".join(f'"{padded[place : place + 3]}"' for place in range(len(padded) - 2))
    holes = ", ".join(["%s"] * len(variants))
    cursor.execute(
        f"SELECT word FROM {WORDS} WHERE word IN ({holes}) UNION SELECT word FROM "
        f"(SELECT word FROM {SPELLINGS} WHERE {SPELLINGS} MATCH %s ORDER BY rank LIMIT {SIMILAR})",
        [*variants, pieces],
    )
    return [similar for (similar,) in cursor.fetchall()]


def _phrases(term):
    # Words of the index have letters and digits alone: nothing in them can end the quotation.
    prefix = " *" if term.is_prefix else ""
    return "(" + " OR ".join(f'"{" ".join(spelling)}"{prefix}' for spelling in term.spellings) + ")"


def _tables():
    for source in SOURCES:
        columns = ", ".join(source.columns)
        options = f"""content='', tokenize="{TOKENS}\""""
        yield source.index, f"CREATE VIRTUAL TABLE {source.index} USING fts5({columns}, {options})"
    yield WORDS, f"CREATE TABLE {WORDS} (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)"
    options = f"content='{WORDS}', content_rowid='id', tokenize='trigram'"
    yield SPELLINGS, f"CREATE VIRTUAL TABLE {SPELLINGS} USING fts5(word, {options})"


def _triggers():
    for source in SOURCES:
        changes = ", ".join(["status", *source.columns.values()])
        remove, add = list(_removing(source)), list(_adding(source))
        for name, event, acts in (
            ("added", "INSERT", add),
            ("removed", "DELETE", [*remove, _forgetting(source)]),
            ("changed", f"UPDATE OF {changes}", [*remove, *add, _forgetting(source, changed=True)]),
        ):
            yield _trigger(f"{source.index}_{name}", event, source.table, acts)
    # The ends of a word are pieces of their own.
    spelling = f"INSERT INTO {SPELLINGS} (rowid, word) VALUES (new.id, '^' || new.word || '$')"
    yield _trigger(f"{WORDS}_added", "INSERT", WORDS, [spelling])
    forgotten = f"INSERT INTO {SPELLINGS} ({SPELLINGS}, rowid, word) VALUES ('delete', old.id, '^' || old.word || '$')"
    yield _trigger(f"{WORDS}_removed", "DELETE", WORDS, [forgotten])


def _trigger(name, event, table, acts):
    return name, f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {' '.join(f'{act};' for act in acts)} END"


def _adding(source, *, row="new", rows=""):
    """The statements that bring a row into the index, or all `rows`, if it may be there."""
    columns, values = ", ".join(source.columns), ", ".join(f"{row}.{column}" for column in source.columns.values())
    belongs = f"{row}.status = '{source.status}'"
    yield f"INSERT INTO {source.index} (rowid, {columns}) SELECT {row}.id, {values} {rows} WHERE {belongs}"
    words = f"{rows}, {_words(source, row)}" if rows else f"FROM {_words(source, row)}"
    yield (
        f"INSERT INTO {WORDS} (word) SELECT DISTINCT value {words} WHERE {belongs} "
        f"AND length(value) BETWEEN {SHORTEST} AND {LONGEST} AND value NOT GLOB '*[0-9]*' "
        f"AND value NOT IN (SELECT word FROM {WORDS})"
    )


def _removing(source):
    # FTS5 has to be told what it has of a row that it is to forget.
    columns = ", ".join(source.columns)
    values = ", ".join(f"old.{column}" for column in source.columns.values())
    yield (
        f"INSERT INTO {source.index} ({source.index}, rowid, {columns}) "
        f"SELECT 'delete', old.id, {values} WHERE old.status = '{source.status}'"
    )


def _forgetting(source, *, changed=False):
    """Deletes the words that only the old text of a row had: what is erased is not to be read in the list of words."""
    still_there = " OR ".join(
        f"EXISTS (SELECT 1 FROM {other.index} WHERE {other.index} MATCH '\"' || word || '\"')" for other in SOURCES
    )
    kept = f" AND value NOT IN (SELECT value FROM {_words(source, 'new')})" if changed else ""
    return (
        f"DELETE FROM {WORDS} WHERE word IN (SELECT value FROM {_words(source, 'old')} WHERE true{kept}) "
        f"AND NOT ({still_there})"
    )


def _words(source, row):
    """The words of a row as rows with a `value`; they have no character that JSON would have to escape."""
    text = " || ' ' || ".join(f"{row}.{column}" for column in source.columns.values())
    return f"""json_each('["' || replace({text}, ' ', '","') || '"]')"""
