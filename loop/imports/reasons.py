"""How many rows have which fault, and where are the first of them? Counted as rows go by; no value of a row is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from feedback.importing.rows import Problem
from loop.imports.kinds import Told, reason_of, shown

MOST = 50  # reasons that are told apart
LINES_NAMED = 5

ERROR, REMARK = "error", "remark"


class Reasons:
    """Counts of faults by kind, column and reason, which can be stored and gone on with."""

    def __init__(self, stored: Iterable[dict[str, Any]] = ()) -> None:
        self._found = {(one["kind"], one["column"], one["reason"]): dict(one) for one in stored}

    def add(self, told: Told) -> None:
        for kind, problems in ((ERROR, told.errors), (REMARK, told.remarks)):
            for problem in problems:
                self._add(kind, problem)

    def _add(self, kind: str, problem: Problem) -> None:
        key = (kind, shown(problem.column), shown(reason_of(problem), 300))
        if key not in self._found and len(self._found) >= MOST:
            key = (kind, "", "")
        one = self._found.setdefault(key, {"kind": kind, "column": key[1], "reason": key[2], "count": 0, "lines": []})
        one["count"] += 1
        if len(one["lines"]) < LINES_NAMED:
            one["lines"].append(problem.line)

    def stored(self) -> list[dict[str, Any]]:
        """As JSON values, the most frequent first."""
        return sorted(self._found.values(), key=lambda one: (one["kind"], -one["count"]))
