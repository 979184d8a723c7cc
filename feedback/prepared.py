"""How is a query that is asked all the time put together only once?

Django takes several times longer to put a query together than the database takes to answer it, and an answer that comes
in asks a dozen of them. A prepared query keeps its statement and how its rows become objects; asked again, only the
values differ. What it gives is what the query itself gives: fresh rows, read in the transaction of the moment.

Not for queries that lock, take lists, or compare with None: those are put together anew each time.
"""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

ModelT = TypeVar("ModelT", bound=Model)
Value = int | str | date

#: By type, a value nobody asks for; the place in which it stands in a statement is the place of what is asked for.
_STAND_INS: dict[type, Callable[[int], Value]] = {
    int: lambda place: 2_147_000_000 + place,
    str: lambda place: f"in place {place}",
    date: lambda place: date(9000, 1, 1 + place),
}


class _Kept(NamedTuple):
    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: dict[int, str]  # of the parameters that are asked with, by the name of their value


class Prepared(Generic[ModelT]):
    """A query that is put together when it is first asked.

    Args:
        build: gives the query for values by name.
        types: of these values: int, str or date.
    """

    def __init__(self, build: Callable[..., QuerySet[ModelT]], **types: type) -> None:
        self._build = build
        self._types = types
        self._kept: dict[str, _Kept] = {}  # by database

    def all(self, **values: Value) -> list[ModelT]:
        """The rows for these values, one for each of the types.

        Raises:
            TypeError: a value is missing, or of another type.
        """
        self._check(values)
        kept = self._kept.get(connection.vendor) or self._put_together()
        params = [
            _like(param, values[kept.places[place]]) if place in kept.places else param
            for place, param in enumerate(kept.params)
        ]
        compiler = copy(kept.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (kept.sql, tuple(params))
        asked = kept.queryset.all()
        asked.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        return list(asked)

    def first(self, **values: Value) -> ModelT | None:
        """The first row, of a query that gives one at most."""
        found = self.all(**values)
        return found[0] if found else None

    def _check(self, values: dict[str, Value]) -> None:
        if values.keys() != self._types.keys():
            raise TypeError(f"asked with {sorted(values)} instead of {sorted(self._types)}")
        for name, value in values.items():
            if not isinstance(value, self._types[name]):
                raise TypeError(f"{name} is {value!r} and no {self._types[name].__name__}")

    def _put_together(self) -> _Kept:
        stand_ins = {name: _STAND_INS[kind](place) for place, (name, kind) in enumerate(self._types.items())}
        queryset = self._build(**stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        known = {_like(None, value): name for name, value in stand_ins.items()}
        places = {place: known[param] for place, param in enumerate(params) if _is_among(param, known)}
        if missing := stand_ins.keys() - set(places.values()):
            raise RuntimeError(f"the query does not ask with {sorted(missing)}")
        kept = self._kept[connection.vendor] = _Kept(queryset, compiler, sql, tuple(params), places)
        return kept


def _is_among(param: Any, known: dict[Any, str]) -> bool:
    return isinstance(param, int | str | date) and param in known


def _like(param: Any, value: Value) -> Any:
    """The value as the database takes it, and as the parameter in whose place it stands is written."""
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return type(param)(value) if isinstance(value, int) and isinstance(param, int) else value
