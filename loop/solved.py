"""Does the customer say that it is solved?

Once for each time a case is solved they are asked, by a mail with two buttons that each open a page with one. What they
press there takes effect when nothing has contradicted it for a minute: a machine that sends every form it finds presses
both, and then nothing is done and a person decides. Where the page saw nobody press, in a browser without scripts or
in a machine's, it asks once more with both answers side by side, the other one first: a person says the same again, and
what sends the first form it finds contradicts itself. Not solved within two weeks opens the case again.
"""

import logging
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.suspects import TOO_SOON, Evidence
from loop import timeline, workflow
from loop.models import Case, CustomerPage, Outcome, Resolution, Said, State, Verdict
from loop.models.event import EventKind

logger = logging.getLogger(__name__)


class Heard(Enum):
    """What became of what a customer said."""

    KEPT = auto()
    ASK_AGAIN = auto()  # nothing is kept: the page has to ask once more
    UNCLEAR = auto()  # perhaps a machine said it: nothing is done, and a person decides


WAIT = timedelta(minutes=1)
REOPENED_WITHIN = timedelta(days=14)


def may_be_said(page: CustomerPage) -> bool:
    """Whether the customer can say now whether it is solved: not once a better score has said so."""
    case = page.case
    if case.state != State.RESOLVED or case.resolution not in (Resolution.SOLVED, Resolution.NOT_REACHED):
        return False
    outcome: Outcome | None = getattr(case, "outcome", None)
    return outcome is None or outcome.verdict != Verdict.RECOVERED


@transaction.atomic
def say(
    page: CustomerPage, said: str, *, first: str = "", is_hidden: bool = False, evidence: Evidence, now: datetime
) -> Heard:
    """Keep what the customer says until a minute has passed. What only machines do is noted for a person to decide.

    Args:
        first: what was said before the page asked once more; "" when it has not.
        is_hidden: it came by the link, or filled the field, that no person sees.
        evidence: what the page's script saw of a person.

    Returns:
        What became of it. With nothing to be said any more it is as if it had been kept.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=page.case_id)
    page = CustomerPage.objects.get(pk=page.pk)
    page.case = case
    if said not in Said.values or not may_be_said(page):
        return Heard.KEPT
    latest = case.events.filter(kind=EventKind.CUSTOMER_UNCLEAR, at__gte=now - WAIT).exists()
    contradicted = page.said not in ("", said) or first not in ("", said)
    too_soon = case.closed_at is not None and now - case.closed_at < TOO_SOON and not evidence.of_a_person
    if is_hidden or contradicted or too_soon or latest:
        _keep(page, "", None)
        if not latest:
            timeline.record(case, EventKind.CUSTOMER_UNCLEAR, actor=None, now=now)
        return Heard.UNCLEAR
    if not first and not evidence.of_a_person:
        return Heard.ASK_AGAIN
    if page.said != said:
        _keep(page, said, now)
    return Heard.KEPT


def _keep(page: CustomerPage, said: str, at: datetime | None) -> None:
    page.said, page.said_at = said, at
    page.save(update_fields=["said", "said_at", "answered_at"])


def take_effect(*, now: datetime) -> int:
    """Do what follows from all that was said a minute ago. Returns of how many cases."""
    waiting = CustomerPage.objects.exclude(said="").filter(said_at__lte=now - WAIT)
    done = 0
    for page_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        try:
            done += _take_effect(page_id, now)
        except Exception:  # what one customer said must not hold up the others
            logger.exception("what was said on customer page %s could not take effect", page_id)
    return done


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def _take_effect(page_id: int, now: datetime) -> bool:
    found = CustomerPage.objects.get(pk=page_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=found.case_id)
    page = CustomerPage.objects.select_related("case").get(pk=page_id)
    said, page.answered_at = page.said, now
    if not said:
        return False
    can = may_be_said(page)
    _keep(page, "", None)
    if not can:
        return False
    if said == Said.SOLVED:
        _confirm(case, now)
        return True
    timeline.record(case, EventKind.CUSTOMER_NOT_SOLVED, actor=None, now=now, data={"in_time": _in_time(case, now)})
    if _in_time(case, now):
        workflow.reopen(case_id=case.pk, reason=_("The customer says it is not solved."), actor=None, now=now)
    return True


def _in_time(case: Case, now: datetime) -> bool:
    return case.closed_at is not None and now <= case.closed_at + REOPENED_WITHIN


def _confirm(case: Case, now: datetime) -> None:
    """The first confirmation of a closing stands; one that was closed unreached has no solution of ours to confirm."""
    if case.customer_confirmed_at is not None:
        return
    if case.resolution == Resolution.SOLVED:
        case.customer_confirmed_at = now
        case.version += 1
        case.save(update_fields=["customer_confirmed_at", "version"])
    timeline.record(case, EventKind.CUSTOMER_CONFIRMED, actor=None, now=now)
