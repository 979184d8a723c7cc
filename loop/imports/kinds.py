"""What do files of answers and files of customers have in common, once they are understood?

Both are read record by record, stored some rows at a time, and counted; what is recognised in them is recognised by the
functions of the commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.importing.columns import IGNORE, Said
from feedback.importing.crm_vocabulary import CUSTOMER_NAMES
from feedback.importing.customer_rows import CustomerFile, CustomerRow
from feedback.importing.dates import Order
from feedback.importing.headers import Column
from feedback.importing.own_customers import read_any_customers
from feedback.importing.records import Record
from feedback.importing.rows import Answer, AnswerFile, Blank, Problem
from feedback.importing.table import Table
from feedback.importing.vocabulary import FIELDS
from feedback.importing.written import Written
from feedback.models import Response
from loop.accounts_import import CustomersRun, Stored
from loop.models import FileImport, ImportKind
from loop.responses_import import AnswersRun, FollowUp, open_answers

_ZERO = {"read": 0, "accepted": 0, "duplicate": 0, "rejected": 0, "blank": 0}
_OF_CUSTOMERS = ("accounts_created", "contacts_created", "owners_set", "opted_out")

NEW, KNOWN, UNUSABLE, EMPTY = "imported", "here already", "not usable", "blank"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one row, in words for the result file and for the preview."""

    outcome: str
    errors: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


def fields_of(kind: str) -> tuple[str, ...]:
    """What a column of such a file may be, by the names of `--map`."""
    return FIELDS if kind == ImportKind.ANSWERS else tuple(CUSTOMER_NAMES)


def said_in(choices: Mapping[str, Any]) -> Said:
    """What a person decided about the columns; empty where that was left to us.

    Whoever corrects one column has seen all of them, so nothing else is guessed. Files that are fetched regularly are
    told by the names of columns instead: those hold where one more column comes in before them.
    """
    if named := choices.get("named"):
        return {column: field for field, column in named.items()}
    chosen = {number: field for field, number in choices.get("columns", {}).items()}
    return {number: chosen.get(number, IGNORE) for number in range(1, choices["of_columns"] + 1)} if chosen else {}


def written_in(choices: Mapping[str, Any]) -> Written:
    """What a person decided about how the file is written."""
    return Written(choices.get("encoding", ""), choices.get("delimiter", ""))


class Reading:
    """A file that is understood, and the import of it: one object for each time it is gone through."""

    def __init__(self, one: FileImport, file: BinaryIO, *, dry_run: bool, now: datetime) -> None:
        said = said_in(one.choices)
        self.file: AnswerFile | CustomerFile
        self.run: AnswersRun | CustomersRun
        if one.survey is not None:
            zone, order = one.choices.get("zone"), one.choices.get("dates")
            self.file = open_answers(
                file,
                survey=one.survey,
                said=said,
                zone=ZoneInfo(zone) if zone else None,
                order=Order(order) if order else None,
                written=written_in(one.choices),
                now=now,
            )
            follow_up = FollowUp(one.choices.get("follow_up", FollowUp.AS_NEW))
            self.run = AnswersRun(self.file, one.survey, follow_up=follow_up, dry_run=dry_run, now=now)
        else:
            self.file = read_any_customers(file, said=said, written=written_in(one.choices))
            self.run = CustomersRun(self.file, one.filename, dry_run, now)

    @property
    def table(self) -> Table:
        return self.file.table

    @property
    def columns(self) -> Mapping[str, Column]:
        return self.file.columns

    @property
    def warnings(self) -> list[str]:
        """What is to be looked at in the file as a whole; complete once all of it was read."""
        return self.file.warnings if isinstance(self.file, AnswerFile) else list(self.table.warnings)

    def pairs(self) -> Iterator[tuple[Record, Any]]:
        """Each record with the row it is read as."""
        return self.file.read()

    def take(self, rows: list[Any]) -> list[Told]:
        """Store rows in the caller's transaction; what became of each."""
        return [_told(outcome) for outcome in self.run.take(rows)]

    def changes(self) -> list[dict[str, Any]]:
        """What a dry run would change about the first customers, as JSON values; of answers nothing."""
        if isinstance(self.run, AnswersRun):
            return []
        return [
            {
                "line": one.line,
                "kind": one.kind,
                "name": shown(one.name),
                "outcome": one.outcome,
                "fields": [[name, shown(was), shown(then)] for name, (was, then) in one.fields.items()],
            }
            for one in self.run.changes.found()
        ]

    def counts(self, base: Mapping[str, int]) -> dict[str, int]:
        """What became of all rows so far.

        Args:
            base: of an earlier run that was interrupted. Answers go on where it ended, so all of it is added;
                customers are gone through anew, so only what is new there no more is.
        """
        if isinstance(self.run, AnswersRun):
            done = self.run.result
            names = (*_ZERO, "cases_opened")
            found = {name: base.get(name, 0) + getattr(done, name) for name in names}
            for name in ("detractor", "passive", "promoter"):
                found[name] = base.get(name, 0) + getattr(done.nps, name)
            return found
        told = self.run.finish()
        found = {name: getattr(told, name, 0) for name in _ZERO}
        found |= {name: base.get(name, 0) + getattr(told, name) for name in _OF_CUSTOMERS}
        for name in ("accounts", "contacts"):
            seen = getattr(told, f"{name}_created") + getattr(told, f"{name}_updated")
            found[f"{name}_updated"] = max(0, seen - found[f"{name}_created"])
        return found


def _told(outcome: object) -> Told:
    match outcome:
        case Response():
            return Told(NEW)
        case Answer():
            return Told(KNOWN)
        case Stored():
            return Told(NEW, remarks=(*outcome.row.remarks, *outcome.remarks))
        case Problem():
            return Told(UNUSABLE, errors=(outcome,))
        case Blank():
            return Told(EMPTY)
    raise TypeError(f"No words for {type(outcome).__name__}.")


def outcome_words(outcome: str) -> str:
    """An outcome in the reader's language."""
    return {
        NEW: _("imported"),
        KNOWN: _("here already"),
        UNUSABLE: _("not usable"),
        EMPTY: _("blank"),
    }[outcome]


def cells_of(row: Any, names: list[str], zone: ZoneInfo | None) -> list[str]:
    """What a row is read as, one text for each of these fields."""
    values: dict[str, Any] = {}
    if isinstance(row, Answer):
        person = row.respondent
        values = {name: getattr(row, name, "") for name in names}
        for name, of_person in (
            ("email", "email"), ("name", "name"), ("contact", "external_id"), ("account", "account"),
            ("account_id", "account_id"), ("first_name", "name"), ("last_name", ""),
        ):  # fmt: skip
            values[name] = getattr(person, of_person, "") if person is not None and of_person else ""
        if row.external_id.startswith("row:"):
            values["external_id"] = ""
    elif isinstance(row, CustomerRow):
        values = {name: getattr(row, name, "") for name in names}
        values |= {"first_name": row.contact_name, "last_name": "", "stop": ""}
    return [_text(values.get(name), zone) for name in names]


def shown(text: str, longest: int = 100) -> str:
    """A piece of a file as it is kept in the database or put on a page: on one line, not endless, no odd characters."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: longest + 1]).split())
    return plain if len(text) <= longest else f"{plain[: longest - 1]}…"


def _text(value: Any, zone: ZoneInfo | None) -> str:
    match value:
        case None | "" | False:
            return ""
        case True:
            return _("yes")
        case datetime():
            return timezone.localtime(value, zone).strftime("%Y-%m-%d %H:%M")
    return shown(str(value), 120)


def reason_of(problem: Problem) -> str:
    """What is wrong, without the value it is wrong with: many rows are wrong alike, and a value may name somebody."""
    value = problem.value.strip()
    if not value:
        return problem.message
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", problem.message, count=1)
