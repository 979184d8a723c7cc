"""Does calling make a difference? Who is called first is drawn by lot, inside the time every customer is promised.

Half of the customers are called in the first half of the time to their first contact, the others in its last quarter;
halfway both are asked. Whoever answers before the last quarter counts, in the group they were drawn into, whatever
happened to them (intention to treat). Accounts are drawn, not people: colleagues talk. How many answers it takes and on
which day it is decided is fixed beforehand; before that day there is no verdict.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from feedback import contacts, invitations
from feedback.models import Response, Survey
from feedback.models.survey import SurveyKind
from loop import access, deadlines, timeline
from loop.changes import ChangeRefused
from loop.models import Case, CaseEvent, State, Study, StudyCase, StudyTurn, User
from loop.models.event import EventKind
from loop.reporting.power import answers_needed
from loop.working_time import add_working_time, working_time

LONGEST = timedelta(days=3 * 365)
SHORTEST_WAIT = timedelta(hours=1)  # of working time in which an answer can come, or a case is not drawn
REASON_LIMIT = 300  # characters


def start(
    *,
    survey: Survey,
    decides_at: datetime,
    expected_share: float,
    smallest_effect: float,
    exempt_up_to: int | None,
    exempt_value: Decimal | None,
    actor: User | None,
    now: datetime,
) -> Study:
    """Start drawing who is called first, of the cases that open from now on.

    Args:
        survey: a recovery survey in use, whose words do not say that anybody has called.
        decides_at: when it is decided; no later look changes that.
        expected_share, smallest_effect: what is thought to recover without a call, and the rise that should show.
        exempt_up_to: scores up to this are not in it.
        exempt_value: nor are customers who are worth as much a year, in whichever currency.

    Raises:
        NotAllowed: only administrators may.
        ChangeRefused: something is wrong with it, or one is running.
    """
    _require_manager(actor)
    if survey.kind != SurveyKind.RECOVERY or not survey.is_active:
        raise ChangeRefused("survey", _("Choose a recovery survey that is in use."))
    if not now < decides_at <= now + LONGEST:
        raise ChangeRefused("decides_at", _("The day lies ahead, and at most three years."))
    if not 0 < expected_share < 1:
        raise ChangeRefused("expected_share", _("Between 1 and 99 percent."))
    if not 0 < smallest_effect <= 1 - expected_share:
        raise ChangeRefused("smallest_effect", _("With what recovers by itself it may come to 100 percent at most."))
    close_finished(now=now)
    study = Study(
        survey=survey,
        seed=secrets.token_hex(16),
        starts_at=now,
        decides_at=decides_at,
        expected_share=expected_share,
        smallest_effect=smallest_effect,
        answers_planned=ceil(answers_needed(expected_share, expected_share + smallest_effect)),
        exempt_up_to=exempt_up_to,
        exempt_value=exempt_value,
        started_by=actor,
    )
    try:
        with transaction.atomic():
            study.save(force_insert=True)
    except IntegrityError:
        raise ChangeRefused("", _("A study is running. There is one at a time, or none could be decided.")) from None
    return study


@transaction.atomic
def stop(study_id: int, *, reason: str, actor: User | None, now: datetime) -> Study:
    """End a study before its day. It has no verdict then, and never will: whoever may stop on a good day always wins.

    Raises:
        NotAllowed: only administrators may.
        ChangeRefused: no reason is given, or it has ended.
    """
    _require_manager(actor)
    study = Study.objects.select_for_update(of=("self",)).get(pk=study_id)
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise ChangeRefused("reason", _("Say why, in at most %(limit)d characters.") % {"limit": REASON_LIMIT})
    if study.stopped_at is not None or study.decides_at <= now:
        raise ChangeRefused("", _("This study has ended."))
    study.is_running, study.stopped_at, study.stopped_by, study.stop_reason = False, now, actor, reason
    study.save(update_fields=["is_running", "stopped_at", "stopped_by", "stop_reason"])
    waiting = StudyCase.objects.filter(study=study, invitation__sent_at=None).select_related("invitation")
    for drawn in waiting:
        invitations.cancel(drawn.invitation, reason="study stopped", now=now)
    return study


def close_finished(*, now: datetime) -> int:
    """Draw no more cases into studies whose day has come. Returns how many."""
    return Study.objects.filter(is_running=True, decides_at__lte=now).update(is_running=False)


def running(now: datetime) -> Study | None:
    """The study that cases are drawn into now."""
    return Study.objects.filter(is_running=True, decides_at__gt=now).select_related("survey").first()


def draw(cases: Sequence[Case], *, now: datetime) -> int:
    """Draw the order of cases that have just opened and belong in the running study. Returns how many were drawn.

    Within the transaction that opens them. Who enters depends on nothing that is known only afterwards.
    """
    study = running(now) if cases else None
    if study is None:
        return 0
    new = [case for case in cases if belongs(case, study)]
    units = dict(StudyCase.objects.filter(study=study, unit__in=map(unit_of, new)).values_list("unit", "pk"))
    drawn: list[StudyCase] = []
    events: list[CaseEvent] = []
    for case in new:
        unit, times = unit_of(case), times_of(case)
        if unit in units or times is None or times[1] > study.decides_at:
            continue
        units[unit] = 0
        made = _drawn(study, case, unit, times, now)
        drawn.append(made)
        data = {"turn": made.turn, "call_from": made.call_from.isoformat() if made.call_from else None}
        events.append(CaseEvent(case=case, kind=EventKind.STUDY_DRAWN, at=now, data=data))
    StudyCase.objects.bulk_create(drawn)
    timeline.record_many(events)
    return len(drawn)


def _drawn(study: Study, case: Case, unit: str, times: tuple[datetime, datetime], now: datetime) -> StudyCase:
    asked_at, counts_until = times
    turn = turn_of(study.seed, unit)
    assert case.contact is not None  # noqa: S101  `belongs` has seen to it
    invitation = invitations.invite(survey=study.survey, contact=case.contact, due_at=asked_at, now=now)
    return StudyCase(
        study=study,
        case=case,
        unit=unit,
        turn=turn,
        call_from=counts_until if turn == StudyTurn.LATER else None,
        asked_at=asked_at,
        counts_until=counts_until,
        invitation=invitation,
    )


def turn_of(seed: str, unit: str) -> StudyTurn:
    """The group of an account, by lot: the first bit of a hash. The same whenever it is asked."""
    return StudyTurn.LATER if hashlib.sha256(f"{seed}:{unit}".encode()).digest()[0] & 128 else StudyTurn.FIRST


def unit_of(case: Case) -> str:
    """What is drawn: the account; the contact where it belongs to none."""
    return f"account:{case.account_id}" if case.account_id else f"contact:{case.contact_id}"


def belongs(case: Case, study: Study) -> bool:
    """Whether this new case is one to draw: a detractor we can ask by mail, who is not exempt.

    Nobody who asked for a call is made to wait for it.
    """
    response, value = case.response, case.account.annual_value if case.account else None
    return (
        case.state == State.NEW
        and case.contact is not None
        and response.is_detractor
        and not response.wants_callback
        and contacts.may_be_mailed(case.contact)
        and (study.exempt_up_to is None or response.score > study.exempt_up_to)
        and (study.exempt_value is None or value is None or value < study.exempt_value)
    )


def times_of(case: Case) -> tuple[datetime, datetime] | None:
    """When this case's customer is asked, and until when answers count: half and three quarters of the working time.

    None where there is too little of it. Both lie before the due time, which a study never moves.
    """
    hours = deadlines.hours_of(case)
    available = working_time(case.opened_at, case.contact_due_at, hours)
    if available / 4 < SHORTEST_WAIT:
        return None
    return tuple(add_working_time(case.opened_at, available * part, hours) for part in (0.5, 0.75))  # type: ignore[return-value]


def case_asked_about(response: Response) -> Case | None:
    """The case whose customer this answer was asked of in a study, which it so opens no second case for."""
    if response.invitation_id is None or response.survey.kind != SurveyKind.RECOVERY:
        return None
    drawn = StudyCase.objects.filter(invitation=response.invitation_id).select_related("case").first()
    return drawn.case if drawn is not None else None


def note_answer(case: Case, response: Response, *, now: datetime) -> None:
    """Put the answer on the timeline of its case, once for every score."""
    key = f"study_answered:{response.pk}:{response.revised_at.isoformat() if response.revised_at else ''}"
    if not CaseEvent.objects.filter(key=key[:100]).exists():
        data = {"score": response.score}
        timeline.record(case, EventKind.STUDY_ANSWERED, actor=None, now=now, data=data, key=key[:100])


def all_of_them() -> QuerySet[Study]:
    """The latest first."""
    return Study.objects.select_related("survey", "started_by", "stopped_by").order_by("-starts_at", "-pk")


def _require_manager(actor: User | None) -> None:
    if actor is not None and not access.may_manage(actor):
        raise access.NotAllowed(f"{actor} may not set up studies.")
