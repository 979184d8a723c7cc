"""How is a row found that is one of thousands asked for? `external_id__among=ids`.

`__in` puts a placeholder for each of them into the statement: putting that together and taking it apart again takes
longer than the database does to answer. Here all of them are one parameter, and the statement is always the same.

For whole numbers and text, given as any collection; nothing is checked or converted.
"""

import json
from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject, Lookup


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


def _array(values: frozenset[int] | frozenset[str]) -> str:
    """These as PostgreSQL writes an array: the driver would ask of each what it is."""
    texts = [str(one).replace("\\", "\\\\").replace('"', '\\"') for one in values]
    return '{"' + '","'.join(texts) + '"}'
