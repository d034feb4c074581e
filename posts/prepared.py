"""Statements that Django puts together once for each connection, instead of once for each request.

To put one together takes Django 0.3 to 1 ms, ten times what it takes to ask it (docs/performance.md). The SQL stays
Django's own, and with it models, migrations, routers and both databases.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, QuerySet
from django.db.models.query import ValuesListIterable

MOST = 100  # that a connection keeps, those asked for last, some 6 KB each: twice what most blogs need
LONGEST = 100  # values of a tuple: with more of them it is Django that is cheap
# All that there are: tests/test_prepared.py runs each of them both ways.
ALL: "list[Prepared]" = []

# Values to put a statement together with: each is unlike all others, and is found again among its parameters.
_SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda number: 1_900_000_000 + number,
    str: lambda number: f"a text, {number}",
    datetime: lambda number: datetime(9000, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
}
_TIME: DateTimeField[Any, Any] = DateTimeField()


class Place(NamedTuple):
    """Where a value stands among the parameters."""

    at: int
    name: str
    within: int | None  # its place in the tuple, if that is what it is
    convert: Callable[[Any], Any]


class Statement(NamedTuple):
    sql: str
    parameters: list[Any]
    places: list[Place]
    converters: list[tuple[int, Any]]  # (place of a column, what Django makes of its values)


class Prepared:
    """`make(**values)`, a queryset that ends with `values_list()`, of which only the values differ from call to call.

    Called with these values it returns what the queryset has, a list of tuples. A value is a whole number, a text or a
    time, or a tuple of them, which makes a statement of its own for each length up to `LONGEST`; so does each `bool`
    and `range`, for what stands in the SQL itself. Anything else is refused, None included; and so is a `make` that
    asks for something by itself that is another each time, such as the present, or makes a pattern of a text.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self.make = make
        self._any: QuerySet[Any, Any] | None = None  # knows which database is asked
        ALL.append(self)

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        if any(isinstance(value, tuple) and len(value) > LONGEST for value in values.values()):
            return list(self.make(**values))
        if self._any is None:
            self._any = self.make(**_samples(values, count()))
        connection = connections[self._any.db]
        kept = vars(connection).setdefault("prepared_statements", OrderedDict())
        key = self, tuple((name, _shape(value)) for name, value in values.items())
        if key in kept:
            kept.move_to_end(key)
        else:
            kept[key] = self._put_together(connection, values)
            if len(kept) > MOST:
                kept.popitem(last=False)
        return _ask(kept[key], connection, values) if kept[key] else []

    def _put_together(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> Statement | None:
        """None where Django sees that there can be no rows. Done twice: what is another then is a value, or a fault."""
        samples = _samples(values, count())
        try:
            compiler, sql, parameters = _compile(self.make(**samples), connection)
            _compiler, same_sql, others = _compile(self.make(**_samples(values, count(1000))), connection)
        except EmptyResultSet:
            return None
        different = [index for index, parameter in enumerate(parameters) if parameter != others[index]]
        places = [_find(index, parameters[index], samples, connection) for index in different]
        if sql != same_sql or {place[1:3] for place in places} != {place for place, _sample in _each(samples)}:
            raise ValueError(f"A value of this statement is not among its parameters: {sql}")
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        return Statement(sql, list(parameters), places, list(converters.items()))


def _ask(statement: Statement, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    parameters = statement.parameters.copy()
    for index, name, within, convert in statement.places:
        parameters[index] = convert(values[name] if within is None else values[name][within])
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, parameters)
        rows = cursor.fetchall()
    return [_converted(row, statement.converters, connection) for row in rows] if statement.converters else rows


def _converted(row: tuple[Any, ...], converters: list[tuple[int, Any]], connection: Any) -> tuple[Any, ...]:
    values = list(row)
    for place, (functions, expression) in converters:
        for function in functions:
            values[place] = function(values[place], expression, connection)
    return tuple(values)


def _compile(queryset: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> Any:
    """(its compiler, SQL, parameters)"""
    if queryset._iterable_class is not ValuesListIterable:
        raise TypeError("Only a queryset that ends with values_list() can be prepared.")
    compiler = queryset.query.get_compiler(connection=connection)
    return compiler, *compiler.as_sql()


def _shape(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_shape, value))
    return value if isinstance(value, bool | range) else _kind(value)


def _kind(value: Any) -> type:
    for kind in _SAMPLES:
        if isinstance(value, kind):
            return kind
    raise TypeError(f"{value!r} can be no value of a prepared statement.")


def _samples(values: dict[str, Any], numbers: "count[int]") -> dict[str, Any]:
    """Samples of the same shape."""

    def sample(value: Any) -> Any:
        if isinstance(value, bool | range):
            return value
        return _SAMPLES[_kind(value)](next(numbers))

    return {
        name: tuple(map(sample, value)) if isinstance(value, tuple) else sample(value) for name, value in values.items()
    }


def _each(samples: dict[str, Any]) -> Iterator[tuple[tuple[str, int | None], Any]]:
    """((name, place within), sample) of all that are to be found."""
    for name, sample in samples.items():
        if isinstance(sample, tuple):
            yield from (((name, within), part) for within, part in enumerate(sample))
        elif not isinstance(sample, bool | range):
            yield (name, None), sample


def _find(index: int, parameter: Any, samples: dict[str, Any], connection: BaseDatabaseWrapper) -> Place:
    """Which sample a parameter was, and what was made of it."""
    for place, sample in _each(samples):
        convert = _conversion(sample, connection)
        if parameter == convert(sample):
            return Place(index, *place, convert)
    raise ValueError(f"{parameter!r} is no value that this statement was given.")


def _conversion(sample: Any, connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """What Django makes of such a value for this database."""
    if isinstance(sample, datetime):
        return lambda time: _TIME.get_db_prep_value(time, connection)
    return lambda value: value
