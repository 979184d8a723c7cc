"""How is a row found that is one of thousands asked for? `external_id__among=ids`.

`__in` puts a placeholder for each of them into the statement: putting that together and taking it apart again takes
longer than the database does to answer. Here all of them are one parameter, and the statement is always the same.

For whole numbers and text, given as any collection; nothing is checked or converted.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Field, ForeignObject, Func, Lookup


@Field.register_lookup
@ForeignObject.register_lookup  # relations do not take over the lookups of other fields
class Among(Lookup):
    """A column that holds one of many values."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Collection[int] | Collection[str]) -> None:
        super().__init__(lhs, frozenset(rhs))  # of a list Django looks at each value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            wanted = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608  the column is Django's
            return wanted, (*params, json.dumps(list(self.rhs)))
        kind = "text" if any(isinstance(one, str) for one in self.rhs) else "bigint"
        return f"{column} = ANY(%s::{kind}[])", (*params, _array(self.rhs))


class PairsAmong(Func):
    """Two columns of text that together hold one of many pairs: `filter(PairsAmong("source", "external_id", pairs))`.

    Each pair is looked for by itself. To ask for either half among all would find every first half with every second.
    """

    output_field = BooleanField()

    def __init__(self, first: str, second: str, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(first, second)
        self.pairs = frozenset(pairs)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        if not self.pairs:
            raise EmptyResultSet
        (first, _none), (second, _none) = (compiler.compile(one) for one in self.get_source_expressions())
        pairs = list(self.pairs)
        if connection.vendor == "sqlite":
            asked = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
            return f"({first}, {second}) IN ({asked})", (json.dumps(pairs),)
        asked = "SELECT * FROM unnest(%s::text[], %s::text[])"
        halves = tuple(_array(half) for half in zip(*pairs, strict=True))
        return f"({first}, {second}) IN ({asked})", halves


def _array(values: Iterable[int] | Iterable[str]) -> str:
    """These as PostgreSQL writes an array: the driver would ask of each what it is."""
    texts = [str(one) for one in values]
    together = "".join(texts)
    if "\\" in together or '"' in together:  # seldom
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}'
