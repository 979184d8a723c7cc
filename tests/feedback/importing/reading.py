"""How do the tests of importing read a text as if it were a file?"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from feedback.importing.rows import Answer, AnswerFile, Problem, read_answers

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SETTINGS: dict[str, Any] = {"scale": (0, 10), "zone": ZoneInfo("Europe/Stockholm"), "now": NOW}


def understand(text: str | bytes, *, said: dict[str, str] | None = None, **settings: Any) -> AnswerFile:
    data = text.encode() if isinstance(text, str) else text
    return read_answers(io.BytesIO(data), said=said or {}, **{**SETTINGS, **settings})


def rows_of(text: str | bytes, **settings: Any) -> list:
    return list(understand(text, **settings).rows())


def answers_of(text: str | bytes, **settings: Any) -> list[Answer]:
    return [row for row in rows_of(text, **settings) if isinstance(row, Answer)]


def problems_of(text: str | bytes, **settings: Any) -> list[Problem]:
    return [row for row in rows_of(text, **settings) if isinstance(row, Problem)]
