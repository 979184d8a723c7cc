"""How does a file of answers get into Loop, row by row, so that nothing is lost, doubled or half done?

Good rows are committed a hundred at a time through `feedback.responses.record_response`, so an import that was
interrupted is simply run again: what is there already is a duplicate then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import ContactRefused
from feedback.importing.customers import Customers
from feedback.importing.rows import Answer, AnswerFile, Blank, Problem, read_answers
from feedback.models import Response, Survey
from feedback.nps import Category, Nps
from feedback.responses import ResponseRefused, record_response
from loop.models import Case

BATCH = 100  # answers in one transaction: the one writer SQLite has is held for about a second


@dataclass(slots=True)
class ResponsesImport:
    """What became of every row of a file: `accepted + duplicate + rejected + blank == read`."""

    scale: tuple[int, int]
    encoding: str
    delimiter: str | None
    mapping: dict[str, str]
    dry_run: bool
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    blank: int = 0
    cases_opened: int = 0
    nps: Nps = field(default_factory=Nps)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused: bool = False  # all or nothing was asked for, and a row was rejected

    def as_json(self) -> dict[str, Any]:
        """The report in the words of the contract; `categories` and `nps` are those of the accepted answers."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "blank": self.blank,
            "cases_opened": self.cases_opened,
            "categories": {name.value: getattr(self.nps, name.value) for name in Category},
            "nps": None if self.nps.nps is None else round(self.nps.nps, 4),
            "scale": list(self.scale),
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "mapping": self.mapping,
            "errors": [asdict(problem) for problem in self.errors],
            "warnings": self.warnings,
            "dry_run": self.dry_run,
        }


def import_responses(
    file: BinaryIO,
    *,
    survey: Survey,
    said: Mapping[str, str] | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    now: datetime,
) -> ResponsesImport:
    """Import the answers of a file into a survey.

    Args:
        file: binary and seekable, CSV or XLSX.
        said: what a person decided about the columns, name or number to field.
        dry_run: count what would happen, cases included, and write nothing.
        all_or_nothing: write nothing when any row is rejected; otherwise good rows go in and bad ones are reported.
        now: the present instant, aware.

    Raises:
        UnusableFile: the file as a whole cannot be imported.
    """
    answers = read_answers(file, scale=survey.scale, said=said or {}, zone=ZoneInfo(settings.TIME_ZONE), now=now)
    run = _Run(answers, survey, dry_run, now)
    if all_or_nothing:
        run.write_all_or_nothing()
    else:
        run.write_good_rows()
    return run.finish()


class _Run:
    """One import under way."""

    def __init__(self, answers: AnswerFile, survey: Survey, dry_run: bool, now: datetime) -> None:
        self.answers, self.survey, self.dry_run, self.now = answers, survey, dry_run, now
        self.customers = Customers(now)
        self.told: dict[tuple[str, str], tuple[int, str]] = {}
        self.result = ResponsesImport(
            scale=survey.scale,
            encoding=answers.table.encoding.name,
            delimiter=answers.table.delimiter,
            mapping=answers.mapping,
            dry_run=dry_run,
        )

    def write_good_rows(self) -> None:
        for batch in self._batches():
            with transaction.atomic():
                self._write(batch)
                if self.dry_run:
                    transaction.set_rollback(True)
            if self.dry_run:
                self.customers.forget()

    def write_all_or_nothing(self) -> None:
        """Look for faults before the database is touched, then write in one transaction."""
        if not any(isinstance(row, Problem) for row in self.answers.rows()):
            with transaction.atomic():
                for batch in self._batches():
                    self._write(batch)
                if self.dry_run or self.result.errors:
                    transaction.set_rollback(True)
        else:
            for row in self.answers.rows():
                self._count(row)
        if self.result.errors:
            self._take_all_back()

    def finish(self) -> ResponsesImport:
        self.result.errors.sort(key=lambda problem: problem.line)
        self.result.warnings = self.answers.warnings
        return self.result

    def _batches(self) -> Iterator[list[Answer | Blank | Problem]]:
        rows = self.answers.rows()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def _write(self, rows: list[Answer | Blank | Problem]) -> None:
        stored = []
        here = self._here_already([row for row in rows if isinstance(row, Answer)])
        for row in rows:
            outcome = self._store(row, here.get(self._key(row))) if isinstance(row, Answer) else row
            if isinstance(outcome, Response):
                stored.append(outcome)
            else:
                self._count(outcome)
        self.result.read += len(stored)
        self.result.accepted += len(stored)
        self.result.nps += Nps.of_scores((response.score for response in stored), self.survey.scale)
        self.result.cases_opened += Case.objects.filter(response__in=stored).count()

    def _here_already(self, answers: list[Answer]) -> dict[tuple[str, str], tuple[int, str]]:
        """Return score and comment of those of these answers that we have, so that a file that comes again is quick.

        One that comes in meanwhile is still found by `record_response`.
        """
        sources, ids = {self._key(answer)[0] for answer in answers}, [answer.external_id for answer in answers]
        had = Response.objects.filter(source__in=sources, external_id__in=ids)
        return {
            (source, external_id): (score, comment)
            for source, external_id, score, comment in had.values_list("source", "external_id", "score", "comment")
        }

    def _key(self, answer: Answer) -> tuple[str, str]:
        return answer.source or f"import:{self.survey.key}", answer.external_id

    def _count(self, row: Answer | Blank | Problem) -> None:
        """Count a row that was not stored anew."""
        self.result.read += 1
        match row:
            case Blank():
                self.result.blank += 1
            case Problem():
                self.result.rejected += 1
                self.result.errors.append(row)
            case Answer():
                self.result.duplicate += 1

    def _store(self, answer: Answer, had: tuple[int, str] | None) -> Response | Answer | Problem:
        """Return the response when it is new, the answer itself when we had it, or what is wrong with it."""
        if had is not None:
            return self._repetition(answer, *had)
        source, external_id = self._key(answer)
        try:
            with transaction.atomic():
                recorded = record_response(
                    survey=self.survey,
                    contact=self.customers.contact(answer.respondent) if answer.respondent else None,
                    score=answer.score,
                    comment=answer.comment,
                    wants_callback=answer.wants_callback,
                    phone=answer.phone,
                    language=answer.language,
                    responded_at=answer.responded_at,
                    source=source,
                    external_id=external_id,
                    now=self.now,
                )
        except (ContactRefused, ResponseRefused) as refused:
            self.customers.forget()  # a contact added for this row has gone again
            return self._problem(answer, refused.field, refused.message)
        stored = recorded.response
        earlier = self._earlier_in_file(answer)
        if recorded.created and earlier is None:
            return stored
        return self._repetition(answer, *(earlier or (stored.score, stored.comment)))

    def _repetition(self, answer: Answer, score: int, comment: str) -> Answer | Problem:
        """Return an answer that says what we have under its id, or a problem where it says something else."""
        if score != answer.score or (comment and answer.comment and comment != answer.comment):
            message = _("The answer “%s” is here already, with another score or comment.") % answer.external_id
            return self._problem(answer, "external_id", message)
        return answer

    def _earlier_in_file(self, answer: Answer) -> tuple[int, str] | None:
        """In a dry run, what this file said before under the same id: what was written of it is gone already."""
        if not self.dry_run:
            return None
        earlier = self.told.get(self._key(answer))
        self.told.setdefault(self._key(answer), (answer.score, answer.comment))
        return earlier

    def _problem(self, answer: Answer, name: str, message: str) -> Problem:
        column = self.answers.columns.get(name)
        values = {
            "score": answer.score,
            "comment": answer.comment[:80],
            "responded_at": answer.responded_at,
            "external_id": answer.external_id,
            "email": answer.respondent.email if answer.respondent else "",
            "account": answer.respondent.account if answer.respondent else "",
        }
        return Problem(answer.line, column.name if column else "", str(values.get(name) or ""), message)

    def _take_all_back(self) -> None:
        """Report that nothing was written: the faults are in `errors`, but every row that is no blank was rejected."""
        self.result.accepted = self.result.duplicate = self.result.cases_opened = 0
        self.result.rejected = self.result.read - self.result.blank
        self.result.nps = Nps()
        self.result.refused = True
