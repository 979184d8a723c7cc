"""Which figure does somebody want to see behind, and what is a list of what it is made of?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from loop.models import User
from loop.reporting.filters import ReportFilters

#: What tells one figure from others of its name, as it stands in an address.
OWN = ("row", "kind_of", "part", "score", "setting", "person")


class About(StrEnum):
    CASE = "case"
    ANSWER = "answer"
    QUESTION = "question"
    PROMISE = "promise"
    CONTACT = "contact"


class NoSuchFigure(LookupError):
    """Nothing is counted under that name, or not with these words."""


@dataclass(frozen=True)
class Asked:
    """Who asks, within which filters, and for which of the figures of one name.

    Attributes:
        reader: None is a machine that may read, which sees all.
        own: some of `OWN`. `row` is the key of a row, `kind_of` the kind of answers that must not be mixed, `part` a
            part of the customers, `score` and `setting` those compared, `person` whose cases.
    """

    reader: User | None
    filters: ReportFilters
    now: datetime
    own: Mapping[str, str]

    def number(self, name: str) -> int:
        """Raises NoSuchFigure where it is none."""
        text = self.own.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise NoSuchFigure(name)
        return int(text)


@dataclass(frozen=True)
class Behind:
    """The rows a figure counts, each once, as far as its reader may see them.

    Attributes:
        conditions: what is true of each of them, in words, beside the filters.
        unseen: how many more the figure counts that its reader may not see.
    """

    about: About
    conditions: tuple[str, ...]
    rows: QuerySet[Any]
    unseen: int = 0


Find = Callable[[Asked], Behind]
