"""Which answers does a file hold that Loop gave out itself? As they were, with what they said before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from feedback.importing import own_files
from feedback.importing.cells import Wrong
from feedback.importing.columns import Said
from feedback.importing.dates import DateReading, Order, UnreadableDate
from feedback.importing.headers import Tool
from feedback.importing.records import Record
from feedback.importing.rows import Answer, AnswerFile, Blank, Problem, Respondent, understand
from feedback.importing.scores import NotAScore, parse_score
from feedback.importing.table import Table, open_table
from feedback.importing.written import AS_RECOGNISED, Written
from feedback.nps import HIGHEST_SCORE

ANY_SCALE = (0, HIGHEST_SCORE)  # each row says of which survey it is
BEFORE = {
    "score": int, "comment": str, "wants_callback": bool, "phone": str, "by_person": bool, "stood_from": str,
    "replaced_at": str,
}  # fmt: skip
_TIMES = ("stood_from", "replaced_at")


def read_any_answers(
    file: BinaryIO,
    *,
    scale: tuple[int, int],
    said: Said,
    zone: ZoneInfo,
    order: Order | None = None,
    written: Written = AS_RECOGNISED,
    now: datetime,
) -> AnswerFile:
    """Understand a file of answers, of ours or of anybody else; see `rows.read_answers`."""
    table = open_table(file, written)
    if table.tool is Tool.LOOP and not said and _names(table) == own_files.ANSWERS:
        columns = {column.name: column for column in table.columns}
        return OwnAnswerFile(table, columns, scale, zone, DateReading(None), list(table.warnings))
    return understand(table, scale=scale, said=said, zone=zone, order=order, now=now)


def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


class OwnAnswerFile(AnswerFile):
    """A file of answers that Loop gave out: an empty cell is empty, and every other is meant as it stands."""

    def _row(self, record: Record) -> Answer | Blank | Problem:
        if record.fault:
            return Problem(record.line, "", record.excerpt, record.fault)
        if len(record.cells) != len(own_files.ANSWERS):
            message = _("This row has %d columns, the header has %d.") % (len(record.cells), len(own_files.ANSWERS))
            return Problem(record.line, "", self._shown("".join(record.cells[:1])), message)
        cells = own_files.values(record.cells, own_files.ANSWERS)
        try:
            return _answer(record.line, cells)
        except Wrong as wrong:
            return Problem(record.line, wrong.name, self._shown(cells[wrong.name]), str(wrong))

    def _warn_about_the_whole(self) -> None:
        """Nothing was taken for granted."""


def _answer(line: int, cells: Mapping[str, str]) -> Answer | Blank:
    try:
        score = parse_score(cells["score"], ANY_SCALE)
    except NotAScore as error:
        raise Wrong("score", str(error)) from None
    if score is None:
        return Blank(line)
    return Answer(
        line=line,
        score=score,
        comment=cells["comment"],
        responded_at=_instant(cells, "responded_at"),
        source=cells["source"],
        external_id=cells["external_id"],
        respondent=_respondent(cells),
        phone=cells["phone"],
        language=cells["language"],
        wants_callback=cells["wants_callback"] == "1",
        survey=cells["survey"],
        more={
            "wants_someone_else": cells["wants_someone_else"] == "1",
            "respondent_name": cells["respondent_name"],
            "respondent_email": cells["respondent_email"],
            "by_person": cells["by_person"] == "1",
            "is_late": cells["is_late"] == "1",
            "revised_at": _instant(cells, "revised_at"),
            "history": _history(cells),
        },
    )


def _respondent(cells: Mapping[str, str]) -> Respondent | None:
    if not cells["email"] and not cells["contact"]:
        return None
    return Respondent(
        email=cells["email"],
        name=cells["name"],
        external_id=cells["contact"],
        account=cells["account"],
        account_id=cells["account_id"],
    )


def _instant(cells: Mapping[str, str], name: str) -> datetime | None:
    try:
        return own_files.instant(cells[name])
    except UnreadableDate as error:
        raise Wrong(name, str(error)) from None


def _history(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the answer said before it was corrected, oldest first, by the fields of `ResponseRevision`."""
    if not cells["revisions"]:
        return []
    try:
        told = [{name: one[name] for name in BEFORE} for one in json.loads(cells["revisions"])]
        if any(type(one[name]) is not kind for one in told for name, kind in BEFORE.items()):
            raise TypeError
        return [one | {name: own_files.instant(one[name]) for name in _TIMES} for one in told]
    except (ValueError, TypeError, KeyError):
        raise Wrong("revisions", _("Not what Loop writes here; somebody has changed the file.")) from None
