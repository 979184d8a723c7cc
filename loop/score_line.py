"""How have one person's scores gone? A small line, the latest score last."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.nps import HIGHEST_SCORE, Category
from loop.svg import as_length, line, picture

COLOURS = {
    Category.DETRACTOR: "var(--detractor)",
    Category.PASSIVE: "var(--passive)",
    Category.PROMOTER: "var(--promoter)",
}

LINE_WIDTH, LINE_HEIGHT = 260, 84  # of a person's scores
MOST_SCORES = 12


class Answer(Protocol):
    """What of a response is drawn."""

    score: int
    category: str
    responded_at: datetime


def score_line(answers: Iterable[Answer], *, name: str) -> SafeString:
    """One person's scores from the oldest to the latest, at most `MOST_SCORES`; "" without any.

    Args:
        answers: in the order of time.
        name: an id that nothing else on the page has.
    """
    shown = list(answers)[-MOST_SCORES:]
    if not shown:
        return SafeString("")
    room = LINE_WIDTH - 28
    places = [
        (
            14 + (room * position / (len(shown) - 1) if len(shown) > 1 else room / 2),
            22 + 40 * (HIGHEST_SCORE - answer.score) / HIGHEST_SCORE,
        )
        for position, answer in enumerate(shown)
    ]
    scores = [
        format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}"><title>{}</title></circle>'
            '<text x="{}" y="{}" text-anchor="middle">{}</text>',
            *(
                as_length(x),
                as_length(y),
                6 if answer is shown[-1] else 5,
                COLOURS[Category(answer.category)],
                _score_told(answer),
            ),
            *(as_length(x), as_length(y - 11 if _is_peak(shown, position) else y + 20), answer.score),
        )
        for position, (answer, (x, y)) in enumerate(zip(shown, places, strict=True))
    ]
    return picture(
        name=name,
        size=(LINE_WIDTH, LINE_HEIGHT),
        title=_("Scores: %(scores)s") % {"scores": ", ".join(str(answer.score) for answer in shown)},
        description="; ".join(_score_told(answer) for answer in shown),
        parts=[*([line(places, "var(--ink-3)", 2)] if len(shown) > 1 else []), *scores],
    )


def _is_peak(answers: Sequence[Answer], position: int) -> bool:
    """Whether the line comes to the mark from below, so that above it the number is clear of the line."""
    beside = [answers[other].score for other in (position - 1, position + 1) if 0 <= other < len(answers)]
    return sum(beside) < answers[position].score * len(beside)


def _score_told(answer: Answer) -> str:
    day = date_format(localtime(answer.responded_at), pgettext("date format: day, year", "j M Y"))
    return _("%(score)d on %(day)s") % {"score": answer.score, "day": day}
