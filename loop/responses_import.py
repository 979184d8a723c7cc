"""How does a file of answers get into Loop, so that nothing is lost, doubled or half done?

Good rows are committed chunk by chunk through `feedback.many_responses.record_many`, so an import that was interrupted
is simply run again: what is there already is a duplicate then. Where a chunk cannot be stored together its halves are
tried, and theirs, down to the one row that is at fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import ContactRefused
from feedback.importing.columns import Said
from feedback.importing.customers import Customers
from feedback.importing.dates import Order
from feedback.importing.own_answers import OwnAnswerFile, read_any_answers
from feedback.importing.rows import Answer, AnswerFile, Blank, Problem
from feedback.importing.written import AS_RECOGNISED, Written
from feedback.many_responses import Told, named, record_many
from feedback.models import Response, Survey
from feedback.nps import Category, Nps
from feedback.responses import Recorded, ResponseRefused, check
from loop import rows_at_once
from loop.models import Case, CaseEvent
from loop.nameless_answers import Nameless
from loop.openings import its_case


class FollowUp(StrEnum):
    """What follows from the answers of a file."""

    AS_NEW = "new"  # as if they came in now
    QUIETLY = "quiet"  # low scores open cases that nobody is told of; they stand in the inbox and are reminded of
    NEVER = "none"  # they count in figures, and that is all


Key = tuple[str, str]  # the source of an answer, and what it calls it
Row = Answer | Blank | Problem
Outcome = Response | Row


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
    said: Said | None = None,
    zone: ZoneInfo | None = None,
    order: Order | None = None,
    written: Written = AS_RECOGNISED,
    follow_up: FollowUp = FollowUp.AS_NEW,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    now: datetime,
) -> ResponsesImport:
    """Import the answers of a file into a survey.

    Args:
        file: binary and seekable, CSV or XLSX.
        said: what a person decided about the columns; see `feedback.importing.columns`.
        zone: of times that are written without an offset; the project's, unless given.
        order: of day and month, where a person decided about it.
        written: the file's encoding and delimiter, where a person decided about them.
        follow_up: what follows from the answers.
        dry_run: count what would happen, cases included, and write nothing.
        all_or_nothing: write nothing when any row is rejected; otherwise good rows go in and bad ones are reported.
        now: the present instant, aware.

    Raises:
        UnusableFile: the file as a whole cannot be imported.
    """
    answers = open_answers(file, survey=survey, said=said, zone=zone, order=order, written=written, now=now)
    run = AnswersRun(answers, survey, follow_up=follow_up, dry_run=dry_run, now=now)
    if all_or_nothing:
        run.write_all_or_nothing()
    else:
        run.write_good_rows()
    return run.finish()


def open_answers(
    file: BinaryIO,
    *,
    survey: Survey,
    said: Said | None = None,
    zone: ZoneInfo | None = None,
    order: Order | None = None,
    written: Written = AS_RECOGNISED,
    now: datetime,
) -> AnswerFile:
    """Understand a file of answers to this survey; the arguments are those of `import_responses`.

    Raises:
        UnusableFile: the file as a whole cannot be imported.
    """
    here = zone or ZoneInfo(settings.TIME_ZONE)
    return read_any_answers(file, scale=survey.scale, said=said or {}, zone=here, order=order, written=written, now=now)


def _cases_of(stored: Iterable[Response]) -> int:
    """How many of these answers have a case: it is known of each for which one was put together."""
    field = its_case()
    opened = [one.pk for one in stored if field.is_cached(one)]
    return Case.objects.filter(response__among=opened).count()


class AnswersRun:
    """One import under way: some rows at a time, each time in a transaction of the caller."""

    def __init__(
        self, answers: AnswerFile, survey: Survey, *, follow_up: FollowUp, dry_run: bool, now: datetime
    ) -> None:
        self.answers, self.survey, self.dry_run, self.now = answers, survey, dry_run, now
        self.follow_up = follow_up
        is_ours = isinstance(answers, OwnAnswerFile)
        self.customers = Customers(now, is_exact=is_ours, of_answers=True)
        self.surveys = {one.key: one for one in Survey.objects.all()} if is_ours else {"": survey}
        self.sources = {key: f"import:{one.key}" for key, one in self.surveys.items()}
        self.nameless = Nameless()
        self.told: dict[Key, tuple[int, str]] = {}
        self.result = ResponsesImport(
            scale=survey.scale,
            encoding=answers.table.encoding.name,
            delimiter=answers.table.delimiter,
            mapping=answers.mapping,
            dry_run=dry_run,
        )

    def write_good_rows(self) -> None:
        for rows in rows_at_once.chunks(self.answers.rows()):
            with transaction.atomic():
                self.take(rows)
                if self.dry_run:
                    transaction.set_rollback(True)

    def write_all_or_nothing(self) -> None:
        """Look for faults before the database is touched, then write in one transaction."""
        if not any(isinstance(row, Problem) for row in self.answers.rows()):
            with transaction.atomic():
                for rows in rows_at_once.chunks(self.answers.rows()):
                    self.take(rows)
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

    def take(self, rows: list[Row]) -> list[Outcome]:
        """Store these rows, count what became of each, and return it in their order."""
        told, asked = list[Outcome](), self.survey.pk
        for outcomes in rows_at_once.by_halves(rows, self._store, self._fault):
            stored = [outcome for outcome in outcomes if isinstance(outcome, Response)]
            self.result.read += len(stored)
            self.result.accepted += len(stored)
            # No two scales in one figure.
            counts = Counter(one.category for one in stored if one.survey_id == asked)
            self.result.nps += Nps(**{name.value: counts[name] for name in Category})
            self.result.cases_opened += _cases_of(stored)
            for outcome in outcomes:
                if not isinstance(outcome, Response):
                    self._count(outcome)
            told += outcomes
        return told

    def _store(self, rows: list[Row]) -> list[Outcome]:
        """What became of each: the response where it is new, the answer itself where we had it, or what is wrong."""
        answers = [(place, self._key(row), row) for place, row in enumerate(rows) if isinstance(row, Answer)]
        keys = [key for _place, key, _row in answers if key[1]]
        self.nameless.look_up((row for _place, key, row in answers if not key[1]), self.sources)
        told_again: Counter[int] = Counter()
        said = self._here_already(keys)
        if self.told:
            said |= {key: self.told[key] for key in keys if key in self.told}
        self.customers.begin()
        self.customers.look_up(row.respondent for _place, key, row in answers if row.respondent and key not in said)
        outcomes: list[Outcome] = [*rows]
        new: list[tuple[int, Answer, Told]] = []
        for place, key, row in answers:
            if not key[1] and self.nameless.told(row, self.sources, told_again):
                continue
            decided = self._decided(key, row, said)
            if isinstance(decided, Told):
                new.append((place, row, decided))
            else:
                outcomes[place] = decided
        self.customers.store()
        of_the_past = self.follow_up == FollowUp.NEVER
        fresh = [told for _place, _answer, told in new]
        recorded = record_many(fresh, now=self.now, of_the_past=of_the_past, are_new=True)
        if self.follow_up == FollowUp.QUIETLY:
            self._tell_nobody(recorded)
        for (place, answer, _told), one in zip(new, recorded, strict=True):
            outcomes[place] = self._final(answer, one)
        if self.dry_run:  # what is written of it will be gone, but the file has said it
            self.told |= {key: said[key] for key in keys if key in said}
        else:
            self.customers.keep()
        self.nameless.take(told_again)
        return outcomes

    def _tell_nobody(self, recorded: list[Recorded | ResponseRefused]) -> None:
        """Note that what these answers opened was announced: that is what keeps anybody from being told."""
        new = [one.response.pk for one in recorded if isinstance(one, Recorded) and one.created]
        events = CaseEvent.objects.filter(case__response__among=new, announced_at=None)
        events.update(announced_at=self.now)

    @staticmethod
    def _here_already(keys: Iterable[Key]) -> dict[Key, tuple[int, str]]:
        """Return score and comment of those of these answers that we have, so that a file that comes again is quick.

        One that comes in meanwhile is still found by `record_many`.
        """
        found = named(keys).values_list("source", "external_id", "score", "comment")
        return {(source, external_id): (score, comment) for source, external_id, score, comment in found}

    def _key(self, answer: Answer) -> Key:
        return answer.source or self.sources.get(answer.survey, ""), answer.external_id

    def _count(self, row: Row) -> None:
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

    def _decided(self, key: Key, row: Answer, said: dict[Key, tuple[int, str]]) -> Told | Row:
        """What is to be stored of an answer, which is added to those that were `said`, or why nothing is."""
        source, external_id = key
        if external_id and key in said:
            return self._repetition(row, *said[key])
        survey = self.surveys.get(row.survey)
        if survey is None:
            return self._problem(row, "survey", _("There is no such survey here; set it up first."))
        try:
            is_late = bool(row.more.get("is_late"))
            check(survey, row.score, row.comment, external_id, row.responded_at, self.now, is_late=is_late)
            contact = self.customers.contact(row.respondent) if row.respondent else None
        except (ContactRefused, ResponseRefused) as refused:
            return self._problem(row, refused.field, refused.message)
        said[key] = row.score, row.comment
        told = Told(
            survey=survey,
            contact=contact,
            score=row.score,
            comment=row.comment,
            wants_callback=row.wants_callback,
            phone=row.phone,
            language=row.language,
            responded_at=row.responded_at,
            source=source,
            external_id=external_id,
        )
        return told._replace(**row.more) if row.more else told

    def _final(self, row: Answer, recorded: Recorded | ResponseRefused) -> Outcome:
        if isinstance(recorded, ResponseRefused):
            return self._problem(row, recorded.field, recorded.message)
        stored = recorded.response
        return stored if recorded.created else self._repetition(row, stored.score, stored.comment)

    def _fault(self, row: Row) -> Outcome:
        return Problem(row.line, "", "", rows_at_once.our_fault())

    def _repetition(self, answer: Answer, score: int, comment: str) -> Answer | Problem:
        """Return an answer that says what we have under its id, or a problem where it says something else."""
        if score != answer.score or (comment and answer.comment and comment != answer.comment):
            message = _("The answer “%s” is here already, with another score or comment.") % answer.external_id
            return self._problem(answer, "external_id", message)
        return answer

    def _problem(self, answer: Answer, name: str, message: str) -> Problem:
        column = self.answers.columns.get(name)
        values = {
            "survey": answer.survey,
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
