"""How does a file get in while nobody waits for it, so that it may be stopped or killed at any moment?

Each chunk commits its rows, the position and the counts together; what belongs to the result file is written before and
holds with that commit. Answers go on at the position. Customers are gone through anew, since what a row says may hold
for those below it: storing the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.importing.records import Record
from loop import csv_lines, rows_at_once
from loop.imports import claims, files, steps
from loop.imports.claims import Clock
from loop.imports.kinds import Reading, Told, outcome_words
from loop.imports.reasons import Reasons
from loop.models import FileImport, ImportState

_IN_ONE_GO = timedelta(minutes=20)  # no chunk is committed on the way, so the claim is not prolonged

Pair = tuple[Record, Any]


def run(one: FileImport, *, clock: Clock) -> bool:
    """Import a claimed file, from where it is to its end. Returns whether it came to its end.

    Raises:
        FileNotFoundError: the file is gone.
        UnusableFile: it cannot be read as it could before.
    """
    with claims.words_for(one.uploaded_by), files.upload_of(one).open("rb") as file:
        reading = Reading(one, file, dry_run=False, now=clock())
        import_it = _whole if one.choices.get("all_or_nothing") else _by_chunks
        return import_it(one, reading, clock)


def fail(one: FileImport, reason: str, *, now: datetime) -> None:
    """Give it up, unless it is somebody else's by now. What is in stays, and what became of those rows."""
    with transaction.atomic():
        held = claims.held(one)
        if held is not None:
            _end(held, ImportState.FAILED, reason, now=now)


def _by_chunks(one: FileImport, reading: Reading, clock: Clock) -> bool:
    base = one.counts
    goes_on = one.survey is not None
    if not goes_on:
        one.position, one.result_size = 0, 0
    reasons = Reasons(base.get("reasons", ()) if goes_on else ())
    for pairs in rows_at_once.chunks(islice(reading.pairs(), one.position, None)):
        with transaction.atomic():
            held = claims.held(one)
            if held is None:
                return False
            held.position, held.result_size = one.position, one.result_size
            told = _take(held, reading, pairs, reasons)
            held.counts = {**reading.counts(base), "reasons": reasons.stored()}
            held.result_size = files.append(held, "".join(_lines(held, reading, pairs, told)))
            held.position += len(pairs)
            held.claimed_until, held.tries = claims.until(clock), 0
            held.save(update_fields=["position", "counts", "result_size", "claimed_until", "tries"])
        one.position, one.result_size = held.position, held.result_size
    with transaction.atomic():
        held = claims.held(one)
        if held is None:
            return False
        held.counts["warnings"] = reading.warnings
        _end(held, ImportState.DONE, now=clock())
    return True


def _whole(one: FileImport, reading: Reading, clock: Clock) -> bool:
    """All of it in one transaction, or nothing where a row cannot be stored."""
    one.position, one.result_size = 0, 0
    mine = FileImport.objects.filter(pk=one.pk, runner=one.runner)
    if not mine.update(claimed_until=clock() + _IN_ONE_GO):
        return False
    reasons, lines = Reasons(), list[str]()
    with transaction.atomic():
        for pairs in rows_at_once.chunks(reading.pairs()):
            told = _take(one, reading, pairs, reasons)
            lines += _lines(one, reading, pairs, told)
            one.position += len(pairs)
        refused = reading.counts({})["rejected"]
        held = None if refused else claims.held(one)
        if held is None:
            transaction.set_rollback(True)
        else:
            held.position, held.result_size = one.position, 0
            held.counts = {**reading.counts({}), "reasons": reasons.stored(), "warnings": reading.warnings}
            held.result_size = files.append(held, "".join(lines))
            _end(held, ImportState.DONE, now=clock())
    if refused:
        told_why = {"n": refused}
        fail(
            one, _("Nothing was imported: all or nothing, and %(n)d rows could not be stored.") % told_why, now=clock()
        )
    return held is not None


def _take(one: FileImport, reading: Reading, pairs: Iterable[Pair], reasons: Reasons) -> list[Told]:
    told = reading.take([row for _record, row in pairs])
    for each in told:
        reasons.add(each)
    return told


def _lines(one: FileImport, reading: Reading, pairs: list[Pair], told: list[Told]) -> list[str]:
    """These rows for the result file: what became of each, then what stood in it."""
    delimiter = csv_lines.delimiter(translation.get_language())
    head = [_("Line"), _("Outcome"), _("What is wrong"), *(column.name for column in reading.table.columns)]
    rows = [
        [
            record.line,
            outcome_words(each.outcome),
            " ".join(str(problem.message) for problem in (*each.errors, *each.remarks)),
            *(record.cells or [record.excerpt]),
        ]
        for (record, _row), each in zip(pairs, told, strict=True)
    ]
    return list(csv_lines.pieces(head, rows, delimiter) if one.position == 0 else csv_lines.more(rows, delimiter))


def _end(held: FileImport, state: ImportState, reason: str = "", *, now: datetime) -> None:
    """The file has served; its result stays, unless somebody was erased whom it may name."""
    gone = ("", files.SEEN, files.RESULT) if held.leaves_nothing else ("", files.SEEN)
    if held.leaves_nothing:
        held.files_gone_at = now
    steps.move(held, state, actor=None, now=now, reason=reason)
    transaction.on_commit(lambda: files.discard(held.stored_as, gone))
