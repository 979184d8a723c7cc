"""How are thousands of rows made that are alike in most of their fields, or read that little is asked of?

Django makes the first one, with all its defaults and relations; the others are made like it. That saves what
`Model.__init__` does for every field of every row, which is most of the time an import took. No signal is sent of it,
and nothing is checked: that is up to whoever fills the mould.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

ModelT = TypeVar("ModelT", bound=Model)


class Mould(Generic[ModelT]):
    """Makes new rows like a first one, which is not stored. What they share is never changed in place."""

    def __init__(self, first: ModelT) -> None:
        self._model = type(first)
        self._fields = {name: value for name, value in vars(first).items() if name != "_state"}
        self._related = dict(first._state.fields_cache)

    def cast(self, fields: Mapping[str, Any], related: Mapping[str, Model | None]) -> ModelT:
        """A new row.

        Args:
            fields: the values that differ, by the names of columns (`contact_id`, not `contact`).
            related: the rows that differ, by the names of the fields.
        """
        one = self._model.__new__(self._model)
        state = ModelState()
        state.fields_cache = {**self._related, **related}
        one.__dict__ = {**self._fields, **fields, "_state": state}
        return one


def read(rows: QuerySet[ModelT], *columns: str) -> Iterator[ModelT]:
    """Read these rows with these columns alone, the number first; another one is looked up where it is asked for."""
    model, alias = rows.model, rows.db
    for values in rows.values_list(*columns):
        one = model.__new__(model)
        state = ModelState()
        state.adding, state.db, state.fields_cache = False, alias, {}
        one.__dict__ = dict(zip(columns, values, strict=True), _state=state)
        yield one
