"""How does everything come into an empty Loop, all of it or nothing?

Every row keeps its number. The guards of the database stay in force: a case is born new and at once brought to where
it was, a step they allow.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from loop.models import Case, State
from loop.whole import FORMAT, MANIFEST, Refused, giving, values
from loop.whole.places import Taking
from loop.whole.tables import Whole, tables

AT_ONCE = 1_000
_BLOCK = 2**20

#: What a fresh Loop brings along, and the heartbeat of its background work: what comes in takes its place.
BROUGHT_ALONG = frozenset({
    "feedback.Survey", "feedback.SurveyWording", "loop.RootCause", "loop.ConversationGuide", "loop.SlaPolicy",
    "loop.WorkCalendar", "loop.MailTemplate", "loop.HistoricalRootCause", "loop.HistoricalConversationGuide",
    "loop.HistoricalSlaPolicy", "loop.HistoricalWorkCalendar", "loop.HistoricalMailTemplate", "loop.SweepRun",
})  # fmt: skip

#: How a case is born, whatever became of it; then it is brought there, and last to what is promised on it.
_BORN = {
    "state": State.NEW, "version": 0, "resolution": "", "contacted_at": None, "closed_at": None,
    "customer_confirmed_at": None, "held_until": None, "promise_due_at": None,
}  # fmt: skip
_BROUGHT = tuple(name for name in _BORN if name != "promise_due_at")


def take(path: Path) -> dict[str, int]:
    """Read everything `giving.give` wrote to `path` into this database. Returns the rows of each file.

    Raises:
        Refused: it is not whole, was changed, is of another version, or this Loop is not empty. Nothing is written.
    """
    place = Taking(path)
    manifest = _manifest(place)
    every = list(tables())
    _check(place, manifest, every)
    try:
        with transaction.atomic():
            _make_room(every)
            rows = {table.name: _read(place, table) for table in every}
            for table in every:
                if rows[table.name] != manifest["tables"][table.name]["rows"]:
                    raise Refused(f"{table.name} has {rows[table.name]} rows, the manifest says otherwise.")
            _set_sequences([table.model for table in every])
            connection.check_constraints()
    except Refused:
        raise
    except (DatabaseError, ValidationError, ValueError, TypeError, ArithmeticError) as error:
        # What no file that Loop wrote holds: a word where a number belongs, a number no column takes.
        why = " ".join(str(error).split())  # PostgreSQL says it on several lines
        raise Refused(f"The database refuses what the files hold: {why}".strip()) from error
    return rows


def _manifest(place: Taking) -> dict[str, Any]:
    with place.open(MANIFEST) as file:
        try:
            told = json.load(file)
            number = told["format"]
            files = {name: {key: about[key] for key in ("rows", "sha256")} for name, about in told["tables"].items()}
            applied = {app: list(names) for app, names in told["migrations"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Refused(f"{MANIFEST} is none that Loop wrote.") from error
    if number != FORMAT:
        raise Refused(f"The files are of format {number}; this Loop reads format {FORMAT}.")
    return {"tables": files, "migrations": applied}


def _check(place: Taking, manifest: dict[str, Any], every: Sequence[Whole]) -> None:
    here = giving.migrations()
    for app, names in here.items():
        there = manifest["migrations"].get(app, [])
        if there != names:
            odd = sorted(set(names) ^ set(there))
            raise Refused(
                f"The files come from another version of Loop: {app}.{odd[0] if odd else 'order'} differs. Bring both "
                "to the same version first."
            )
    known, told = {table.name for table in every}, set(manifest["tables"])
    if known != told:
        raise Refused(f"{sorted(known ^ told)[0]} stands on one side only: the export is not whole.")
    for name, about in sorted(manifest["tables"].items()):
        with place.open(name) as file:
            digest = hashlib.sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
        if digest.hexdigest() != about["sha256"]:
            raise Refused(f"{name} is not what was written: its SHA-256 differs from the manifest's.")


def _make_room(every: Sequence[Whole]) -> None:
    """Take out what a fresh Loop brought along. Raises Refused where there is more than that."""
    brought = [one.model for one in every if one.model._meta.label in BROUGHT_ALONG]
    for table in every:
        if table.model not in brought and table.model._base_manager.exists():
            raise Refused(f"This Loop is not empty: {table.model._meta.verbose_name_plural}. Take a fresh database.")
    for model in brought:  # whole tables, whose references to one another are looked at in the end
        model._base_manager.all()._raw_delete(connection.alias)


def _read(place: Taking, table: Whole) -> int:
    rows = 0
    with place.open(table.name) as file:
        lines: Iterator[bytes] = iter(file)
        while several := list(islice(lines, AT_ONCE)):
            told = [values.read(table, line) for line in several]
            if table.model is Case:
                _bear(told)
            else:
                table.model._base_manager.bulk_create([table.model(**row) for row in told])
            rows += len(told)
    return rows


def _bear(told: Sequence[dict[str, Any]]) -> None:
    Case._base_manager.bulk_create([Case(**{**row, **_BORN}) for row in told])
    _set(told, _BROUGHT)
    _set([row for row in told if row["promise_due_at"] is not None], ("promise_due_at",))


def _set(told: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    fields = [field for field in Case._meta.concrete_fields if field.name in names]
    setting = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    rows = [(*(field.get_db_prep_save(row[field.attname], connection) for field in fields), row["id"]) for row in told]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {Case._meta.db_table} SET {setting} WHERE id = %s", rows)  # noqa: S608  our names


def _set_sequences(models: Sequence[type[Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
