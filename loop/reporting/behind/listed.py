"""In which order are the rows behind a figure listed, and which of them have a case their reader may see?"""

from collections.abc import Mapping, Sequence
from typing import Any

from feedback.models import Response
from loop import access
from loop.models import Case, User
from loop.reporting.behind.asked import About

#: By what they are listed, the latest first; contacts have no time and go by their number.
MOMENTS: Mapping[About, str] = {
    About.CASE: "opened_at",
    About.ANSWER: "responded_at",
    About.QUESTION: "sent_at",
    About.PROMISE: "due_at",
}
SHOWN_WITH: Mapping[About, tuple[str, ...]] = {
    About.CASE: ("response", "contact", "account", "owner"),
    About.ANSWER: ("contact__account", "survey"),
    About.QUESTION: ("contact__account", "survey", "response"),
    About.PROMISE: ("case__contact", "case__account", "promised_by"),
    About.CONTACT: ("account",),
}


def case_numbers(reader: User | None, shown: Sequence[Any], about: About) -> dict[int, int]:
    """By the number of the row, that of its case, as far as the reader sees it; None is a machine that may read."""
    seen = Case.objects.all() if reader is None else access.visible_cases(reader)
    if about in (About.ANSWER, About.QUESTION):
        answers = [row if isinstance(row, Response) else getattr(row, "response", None) for row in shown]
        known = dict(seen.filter(response__in=[one.pk for one in answers if one]).values_list("response", "pk"))
        pairs = zip(shown, answers, strict=True)
        return {row.pk: known[answer.pk] for row, answer in pairs if answer and answer.pk in known}
    if about == About.PROMISE:
        known = dict(seen.filter(pk__in=[row.case_id for row in shown]).values_list("pk", "pk"))
        return {row.pk: row.case_id for row in shown if row.case_id in known}
    return {row.pk: row.pk for row in shown} if about == About.CASE else {}
