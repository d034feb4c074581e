"""The index in PostgreSQL: full text in each post's language, kept by triggers.

`search_posts` and `search_comments` have the words of what is published and approved, under the number of its row, as
`tsvector`; a comment's language is its post's. The configurations `words_…` are PostgreSQL's own without stop words, so
that a phrase of small words is found too. `search_words` has each word once, for the spelling, with an index of
trigrams.
"""

import hashlib

from django.conf import settings
from django.db import DatabaseError, transaction

from .languages import NAMES, OTHER
from .sources import COMMENTS, LONGEST, POSTS, SHORTEST, SOURCES, WORDS

IS_THERE = f"SELECT to_regclass('{POSTS.index}') IS NOT NULL"
AGE = "EXTRACT(EPOCH FROM now() - {column})::float / 86400"  # days
SIMILAR = 80
# Beside its words, a document has the number of its block, of so many rows that came one after the other. It stands
# after a mark that no word has, so that an index of words finds the newest rows with a word, and no more.
BLOCK, BLOCK_MARK = 4096, "/"
NEWEST_BLOCKS = 2

# All names in the statements of this module are ours, from `sources` and `languages`.
# ruff: noqa: S608


def make(cursor):
    """Makes the index anew, unless it stands as it should."""
    mark = hashlib.sha256(_SCHEMA.encode()).hexdigest()
    # A migration backwards takes the triggers away.
    triggers = [f"{source.index}_{name}" for source in SOURCES for name in ("follow", "empty")]
    cursor.execute(
        "SELECT obj_description(to_regclass(%s)), (SELECT COUNT(*) FROM pg_trigger WHERE tgname = ANY(%s))",
        [POSTS.index, triggers],
    )
    if cursor.fetchone() == (mark, len(triggers)):
        return
    cursor.execute(_SCHEMA)
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(f"CREATE INDEX {WORDS}_pieces ON {WORDS} USING gin (word gin_trgm_ops)")
    except DatabaseError:
        # No right to have trigrams: only the commonest mistakes are forgiven, those of `similar_words(variants)`.
        cursor.execute(f"DROP INDEX IF EXISTS {WORDS}_pieces")
    cursor.execute(_FILL)
    cursor.execute(f"COMMENT ON TABLE {POSTS.index} IS '{mark}'")


def configurations(cursor):
    """The configurations that the index has words in, each found by one look into an index, however many posts."""
    cursor.execute(
        f"WITH RECURSIVE found(stems) AS (SELECT MIN(config::oid) FROM {POSTS.index} UNION ALL SELECT "
        f"(SELECT MIN(config::oid) FROM {POSTS.index} WHERE config::oid > stems) FROM found WHERE stems IS NOT NULL) "
        "SELECT stems::regconfig::text FROM found WHERE stems IS NOT NULL"
    )
    return [name for (name,) in cursor.fetchall()] or [_configuration(OTHER)]


def windows(cursor):
    """{index: the blocks to look in, one after the other until enough was found}; the last is none: everywhere."""
    numbers = ", ".join(f"(SELECT MAX(id) / {BLOCK} FROM {source.index})" for source in SOURCES)
    cursor.execute(f"SELECT {numbers}")
    windows_of = {}
    for source, newest in zip(SOURCES, cursor.fetchone(), strict=True):
        first = (newest or 0) + 1 - NEWEST_BLOCKS
        # Looking twice is worth it among many.
        windows_of[source.index] = [range(first, newest + 1), ()] if first > NEWEST_BLOCKS else [()]
    return windows_of


def statement(source, condition, values, where, within, most):
    """The SQL of the newest `most` rows of `source` that match, as (number, *values).

    `where` has conditions on its table, `within` statements of numbers that a row must be among. The index of words
    says which rows there are; of those, the newest first, so many are looked up and ranked as are wanted, however many
    there may be. What is asked for stands in sub-selects, so that the planner does not see how common it is: it would
    read every document for a word that most have, and the newest one by one for a rare one. `IS TRUE` keeps the
    numbers a table of hashes that is made once.
    """
    index, table = source.index, source.table
    conditions = " AND ".join([condition, *(f"(id IN ({numbers})) IS TRUE" for numbers in within)])
    return (
        f"SELECT found.id, {values} "
        f"FROM (SELECT id FROM {index} WHERE {conditions} ORDER BY id DESC OFFSET 0) AS found "
        f"JOIN {table} ON {table}.id = found.id JOIN {index} ON {index}.id = found.id "
        f"WHERE {' AND '.join(where)} ORDER BY found.id DESC LIMIT {most:d}"
    )


def matching(index, query, configurations, *, in_title=False, blocks=()):
    """(condition, score, parameters): which rows of `index` a query means, and how well, the best highest.

    `blocks`: those that alone are looked in, if any.
    """
    parameters = {}

    def phrases(term):
        """Either spelling in either language, as a tsquery."""
        ways = []
        for spelling in term.spellings:
            # Words of the index have letters and digits alone: nothing in them can end the quotation.
            text = " <-> ".join(f"'{word}'" for word in spelling) + (":*" if term.is_prefix else "")
            for configuration in configurations:
                name = f"word{len(parameters)}"
                parameters[name] = text
                ways.append(f"to_tsquery('{configuration}', %({name})s)")
        return f"({' || '.join(ways)})"

    wanted = (" || " if query.any else " && ").join(phrases(term) for term in query.wanted)
    everywhere = " && ".join([f"({wanted})", *(f"!!{phrases(term)}" for term in query.excluded)])
    inside = " || ".join(f"$${BLOCK_MARK}{block:d}$$::tsquery" for block in blocks)
    inside = f" && ({inside})" if inside else ""
    conditions = [f"{index}.document @@ (SELECT {everywhere}{inside})"]
    if in_title:
        # A title's words are the document's, too.
        conditions = [f"{index}.title @@ (SELECT ({wanted}){inside})", *(conditions if query.excluded else ())]
    return " AND ".join(conditions), f"ts_rank({index}.document, (SELECT {everywhere}), 1)", parameters


def similar_words(cursor, word, variants):
    """The words of the index that are `variants`, and some that share pieces with `word`."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{WORDS}_pieces"])
    alike = ""
    if cursor.fetchone()[0]:
        alike = (
            f" UNION (SELECT word FROM {WORDS} WHERE word %% %(word)s "
            f"ORDER BY similarity(word, %(word)s) DESC LIMIT {SIMILAR})"
        )
    sql = f"SELECT word FROM {WORDS} WHERE word = ANY(%(variants)s){alike}"
    cursor.execute(sql, {"word": word, "variants": variants})
    return [similar for (similar,) in cursor.fetchall()]


def _configuration(name):
    return OTHER if name == OTHER else f"words_{name}"


_WORD_TYPES = "asciiword, word, hword, hword_asciipart, hword_part, asciihword"
_CASES = " ".join(f"WHEN '{code}' THEN '{_configuration(name)}'" for code, name in sorted(NAMES.items()))
# The words of a text that the list of words takes: letters alone, and so many.
_WORDS_OF = (
    "(SELECT DISTINCT word FROM unnest(string_to_array({text}, ' ')) AS words(word) "
    f"WHERE length(word) BETWEEN {SHORTEST} AND {LONGEST} AND word !~ '[0-9]')"
)
_STILL_THERE = " OR ".join(
    f"EXISTS (SELECT 1 FROM {index} WHERE document @@ plainto_tsquery(stems, words.word))"
    for index in (POSTS.index, COMMENTS.index)
)
_LANGUAGE = "{row}.language"
_SCHEMA = f"""
DO $$
DECLARE language text;
BEGIN
    FOR language IN SELECT cfgname FROM pg_ts_config
        WHERE cfgnamespace = 'pg_catalog'::regnamespace AND cfgname <> '{OTHER}'
        AND cfgname NOT IN (SELECT substr(cfgname, 7) FROM pg_ts_config WHERE cfgname LIKE 'words_%')
    LOOP
        EXECUTE format('CREATE TEXT SEARCH DICTIONARY %I (TEMPLATE = snowball, Language = %I)',
            'stem_' || language, language);
        EXECUTE format('CREATE TEXT SEARCH CONFIGURATION %I (COPY = pg_catalog.simple)', 'words_' || language);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION %I ALTER MAPPING FOR {_WORD_TYPES} WITH %I',
            'words_' || language, 'stem_' || language);
    END LOOP;
END $$;

DROP TABLE IF EXISTS {POSTS.index}, {COMMENTS.index}, {WORDS};
CREATE TABLE {POSTS.index} (id bigint PRIMARY KEY, config regconfig NOT NULL, title tsvector NOT NULL,
    document tsvector NOT NULL);
CREATE INDEX {POSTS.index}_config ON {POSTS.index} ((config::oid));
CREATE INDEX {POSTS.index}_title ON {POSTS.index} USING gin (title) WITH (fastupdate = off);
CREATE INDEX {POSTS.index}_document ON {POSTS.index} USING gin (document) WITH (fastupdate = off);
CREATE TABLE {COMMENTS.index} (id bigint PRIMARY KEY, document tsvector NOT NULL);
CREATE INDEX {COMMENTS.index}_document ON {COMMENTS.index} USING gin (document) WITH (fastupdate = off);
CREATE TABLE {WORDS} (word text NOT NULL);
CREATE INDEX {WORDS}_word ON {WORDS} (word);

-- A language that this server has no endings for is one without.
CREATE OR REPLACE FUNCTION search_configuration(language text) RETURNS regconfig LANGUAGE sql STABLE AS $$
    SELECT COALESCE((SELECT oid::regconfig FROM pg_ts_config WHERE pg_ts_config_is_visible(oid) AND cfgname =
        CASE split_part(lower(COALESCE(NULLIF(language, ''), '{settings.LANGUAGE_CODE}')), '-', 1) {_CASES} END
    ), '{OTHER}'::regconfig)
$$;

CREATE OR REPLACE FUNCTION search_block(id bigint) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT array_to_tsvector(ARRAY['{BLOCK_MARK}' || id / {BLOCK}])
$$;

-- No constraint makes a word the only one of its kind: two that write it at once would wait for each other.
CREATE OR REPLACE FUNCTION search_learn(texts text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO {WORDS} (word) SELECT word FROM {_WORDS_OF.format(text="texts")} AS new
    WHERE NOT EXISTS (SELECT 1 FROM {WORDS} AS old WHERE old.word = new.word)
$$;

-- What is erased is not to be read in the list of words. Whoever else is deleting a word may do it.
CREATE OR REPLACE FUNCTION search_forget(before text, after text, stems regconfig) RETURNS void LANGUAGE sql AS $$
    DELETE FROM {WORDS} WHERE ctid = ANY(ARRAY(
        SELECT words.ctid FROM {WORDS} AS words
        WHERE word IN (SELECT unnest(string_to_array(before, ' ')) EXCEPT SELECT unnest(string_to_array(after, ' ')))
        AND NOT ({_STILL_THERE}) FOR UPDATE SKIP LOCKED))
$$;

CREATE OR REPLACE FUNCTION {POSTS.index}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stems regconfig;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {POSTS.index};
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.status, OLD.search_title, OLD.search_text, {_LANGUAGE.format(row="OLD")})
        IS NOT DISTINCT FROM (NEW.status, NEW.search_title, NEW.search_text, {_LANGUAGE.format(row="NEW")})
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {POSTS.index} WHERE id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        stems := search_configuration({_LANGUAGE.format(row="NEW")});
        IF NEW.status = '{POSTS.status}' THEN
            INSERT INTO {POSTS.index} VALUES (NEW.id, stems,
                to_tsvector(stems, NEW.search_title) || search_block(NEW.id),
                setweight(to_tsvector(stems, NEW.search_title), 'A') || to_tsvector(stems, NEW.search_text)
                || search_block(NEW.id));
            PERFORM search_learn(NEW.search_title || ' ' || NEW.search_text);
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM search_forget(OLD.search_title || ' ' || OLD.search_text, '',
            search_configuration({_LANGUAGE.format(row="OLD")}));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM search_forget(OLD.search_title || ' ' || OLD.search_text,
            NEW.search_title || ' ' || NEW.search_text, stems);
        IF {_LANGUAGE.format(row="OLD")} IS DISTINCT FROM {_LANGUAGE.format(row="NEW")} THEN
            UPDATE {COMMENTS.index} AS entry SET document = to_tsvector(stems, search_text) || search_block(entry.id)
            FROM {COMMENTS.table} AS comment WHERE comment.id = entry.id AND comment.post_id = NEW.id;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {COMMENTS.index}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stems regconfig;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {COMMENTS.index};
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.status, OLD.search_text, OLD.post_id)
        IS NOT DISTINCT FROM (NEW.status, NEW.search_text, NEW.post_id)
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {COMMENTS.index} WHERE id = OLD.id;
        stems := COALESCE((SELECT search_configuration({_LANGUAGE.format(row="post")})
            FROM {POSTS.table} AS post WHERE id = OLD.post_id), '{OTHER}');
    END IF;
    IF TG_OP <> 'DELETE' THEN
        stems := COALESCE((SELECT search_configuration({_LANGUAGE.format(row="post")})
            FROM {POSTS.table} AS post WHERE id = NEW.post_id), '{OTHER}');
        IF NEW.status = '{COMMENTS.status}' THEN
            INSERT INTO {COMMENTS.index} VALUES (NEW.id, to_tsvector(stems, NEW.search_text) || search_block(NEW.id));
            PERFORM search_learn(NEW.search_text);
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM search_forget(OLD.search_text, '', stems);
    ELSIF TG_OP = 'UPDATE' AND OLD.search_text <> NEW.search_text THEN
        PERFORM search_forget(OLD.search_text, NEW.search_text, stems);
    END IF;
    RETURN NULL;
END $$;
"""
for _source in SOURCES:
    _SCHEMA += f"""
DROP TRIGGER IF EXISTS {_source.index}_follow ON {_source.table};
CREATE TRIGGER {_source.index}_follow AFTER INSERT OR UPDATE OR DELETE ON {_source.table}
    FOR EACH ROW EXECUTE FUNCTION {_source.index}_follow();
DROP TRIGGER IF EXISTS {_source.index}_empty ON {_source.table};
CREATE TRIGGER {_source.index}_empty AFTER TRUNCATE ON {_source.table}
    FOR EACH STATEMENT EXECUTE FUNCTION {_source.index}_follow();
"""
_FILL = f"""
INSERT INTO {POSTS.index}
    SELECT id, config, to_tsvector(config, search_title) || search_block(id),
        setweight(to_tsvector(config, search_title), 'A') || to_tsvector(config, search_text) || search_block(id)
    FROM (SELECT *, search_configuration({_LANGUAGE.format(row="posts_post")}) AS config FROM {POSTS.table}
        WHERE status = '{POSTS.status}') AS posts_post;
INSERT INTO {COMMENTS.index}
    SELECT comment.id, to_tsvector(search_configuration({_LANGUAGE.format(row="post")}), comment.search_text)
        || search_block(comment.id)
    FROM {COMMENTS.table} AS comment JOIN {POSTS.table} AS post ON post.id = comment.post_id
    WHERE comment.status = '{COMMENTS.status}';
INSERT INTO {WORDS}
    SELECT DISTINCT word FROM (
        SELECT search_title || ' ' || search_text AS texts FROM {POSTS.table} WHERE status = '{POSTS.status}'
        UNION ALL SELECT search_text FROM {COMMENTS.table} WHERE status = '{COMMENTS.status}'
    ) AS rows, unnest(string_to_array(texts, ' ')) AS words(word)
    WHERE length(word) BETWEEN {SHORTEST} AND {LONGEST} AND word !~ '[0-9]';
"""
