"""Every step a person or the clock takes on a case.

One function a step, used by the page, the API, the mail link and the command alike; those about calls, holds and
promises live in modules of their own and are named here as well. Each has the shape of `loop.locking.step`: it takes
the row lock, checks who asks, lets the FSM decide, saves with the version raised and adds a line to the timeline, all
in one transaction. No mail, no HTTP, no clock: `actor` (None: Loop itself) and `now` are arguments.

Every function raises:
    Case.DoesNotExist: there is no such case.
    NotAllowed: the actor may not take this step (from `loop.access`).
    StaleVersion: the case was changed after the version the actor saw; nothing was done.
    StepNotAllowed: the state the case is in forbids the step.
    StepRefused: something the step needs is missing or wrong; names the field.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.models import Invitation
from loop import access, callbacks, deadlines, holds, ownership, promises, recovery, timeline
from loop.calls import attempt, days_with_attempts, plan_next
from loop.holds import hold, resume
from loop.locking import TEXT_LIMIT, StaleVersion, StepNotAllowed, StepRefused, cleaned, step, told
from loop.models import Case, CaseEvent, Resolution, RootCause, Team, User
from loop.models.event import EventKind
from loop.promises import keep_promise, move_promise, promise, withdraw_promise

__all__ = [
    "TEXT_LIMIT",
    "Receiver",
    "StaleVersion",
    "StepNotAllowed",
    "StepRefused",
    "ask_for_someone_else",
    "assign",
    "attempt",
    "close_unreached",
    "days_with_attempts",
    "escalate",
    "hand_to_lead",
    "hold",
    "keep_promise",
    "move_promise",
    "note",
    "plan_next",
    "promise",
    "reopen",
    "resolve",
    "resume",
    "take",
    "undo_reopening",
    "withdraw",
    "withdraw_promise",
]

# Who is told of an escalation.
LEAD, LEADERSHIP = "lead", "leadership"


@dataclass(frozen=True)
class Receiver:
    """Who gets a case, and instead of whom."""

    owner: User | None
    team: Team | None
    instead_of: User | None = None


def assign(
    *,
    case_id: int,
    owner: User | None,
    team: Team | None = None,
    reason: str,
    note: str = "",
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Hand the case to `owner`, or with None to the queue of `team`. The reason is stored and shown.

    Args:
        note: words to whoever gets it, told by mail and on the timeline.
    """
    reason = cleaned("reason", reason, needed=_("Say why this person gets the case."))
    note = cleaned("note", note)
    if owner is None and team is None:
        raise StepRefused("owner", _("Name a person or a team."))
    with step("assign", case_id, actor, version) as case:
        if owner is not None and not owner.is_active:
            raise StepRefused("owner", _("%(name)s cannot sign in any more.") % {"name": owner.display_name})
        if owner is not None and not access.may_own(owner):
            raise StepRefused("owner", _("%(name)s only reads cases and takes no step.") % {"name": owner.display_name})
        _hand_over(case, owner, team, reason, actor, now, via, note=note)
    return case


def take(*, case_id: int, actor: User, version: int | None = None, now: datetime, via: str = "") -> Case:
    """Somebody claims a case that waits in their queue. The faster one gets it."""
    with step("take", case_id, actor, version) as case:
        if case.owner is not None:
            message = _("%(name)s has already taken this case.") % {"name": case.owner.display_name}
            raise StepNotAllowed(message, case)
        with translation.override(settings.LANGUAGE_CODE):  # stored, so in the language of the project
            reason = _("Taken from the queue by %(name)s") % {"name": actor.display_name}
        _hand_over(case, actor, None, reason, actor, now, via)
    return case


def _hand_over(
    case: Case,
    owner: User | None,
    team: Team | None,
    reason: str,
    actor: User | None,
    now: datetime,
    via: str,
    *,
    to_lead: bool = False,
    instead_of: User | None = None,
    note: str = "",
) -> None:
    if owner is not None and team is None:
        team = ownership.team_of(owner, preferred=case.team_id)
    more: dict[str, Any] = {"note": note} if note else {}
    if to_lead:
        case.instead_of = instead_of or case.instead_of
        more["instead_of"] = instead_of.pk if instead_of is not None else None
    case.assign(owner=owner, team=team, reason=reason[:300])
    data = told({**ownership.told(owner, team, reason), **more}, via)
    timeline.record(case, EventKind.ASSIGNED, actor=actor, now=now, data=data)
    callbacks.follow(case, actor=actor, now=now)


def hand_on_promised(*, case_id: int, owner: User, reason: str, actor: User | None, now: datetime) -> Case:
    """Somebody else keeps what is still promised on a closed case; whoever has the case answers for it."""
    with step("assign", case_id, actor, None) as case:
        if case.is_open or case.promise_due_at is None:
            raise StepNotAllowed(_("Nothing is promised on this case, or it is open."), case)
        if not access.may_own(owner):
            raise StepRefused("owner", _("%(name)s takes no steps on cases.") % {"name": owner.display_name})
        case.owner, case.team = owner, ownership.team_of(owner, preferred=case.team_id)
        case.owner_reason = reason[:300]
        data = ownership.told(owner, case.team, reason)
        timeline.record(case, EventKind.ASSIGNED, actor=actor, now=now, data=data)
    return case


def hand_to_lead(*, case_id: int, receiver: Receiver, reason: str, now: datetime) -> Case:
    """The lead takes the first look instead of whoever has the case. Loop's own step; `loop.conflicts` says when."""
    with step("assign", case_id, None, None) as case:
        taken_from = receiver.instead_of
        _hand_over(case, receiver.owner, receiver.team, reason, None, now, "", to_lead=True, instead_of=taken_from)
    return case


def ask_for_someone_else(
    *,
    case_id: int,
    receiver: Receiver | None,
    reason: str,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Note that the customer wants somebody else, and hand the case to `receiver`; None: it stays where it is."""
    with step("someone_else", case_id, actor, version) as case:
        if case.wants_someone_else or not case.is_open:
            raise StepNotAllowed(_("This is noted already, or the case is closed."), case)
        case.wants_someone_else = True
        if receiver is not None:
            taken_from = receiver.instead_of
            _hand_over(
                case, receiver.owner, receiver.team, reason, actor, now, via, to_lead=True, instead_of=taken_from
            )
        else:
            timeline.record(case, EventKind.NOTE, actor=actor, now=now, data=told({"text": reason}, via))
    return case


def resolve(
    *,
    case_id: int,
    root_cause: RootCause,
    summary: str,
    promises_reason: str = "",
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Close a contacted case as solved, with its root cause and what was done, and plan to ask the customer again.

    Args:
        promises_reason: needed while the customer still waits for something that was promised.
    """
    summary = cleaned("summary", summary, needed=_("Say what was done."))
    promises_reason = cleaned("promises_reason", promises_reason)
    if not root_cause.is_active:
        raise StepRefused("root_cause", _("“%(name)s” is no longer in use.") % {"name": root_cause.name})
    with step("resolve", case_id, actor, version) as case:
        case.resolve(root_cause=root_cause, summary=summary, now=now)
        holds.close(case, now=now)
        data = {"root_cause": root_cause.key, "root_cause_name": root_cause.name, "summary": summary}
        data |= promises.close_with(case, promises_reason, field="promises_reason", now=now)
        timeline.record(case, EventKind.RESOLVED, actor=actor, now=now, data=told(data, via))
        callbacks.follow(case, actor=actor, now=now)
        recovery.plan(case, now=now)
    return case


def close_unreached(
    *, case_id: int, reason: str = "", actor: User | None, version: int | None = None, now: datetime, via: str = ""
) -> Case:
    """Close a case whose customer could not be reached. It never counts as resolved in reports."""
    reason = cleaned("reason", reason)
    with step("close_unreached", case_id, actor, version) as case:
        case.close_unreached(now=now)
        needed = deadlines.policy_of(case).attempts_before_unreached
        made = days_with_attempts(case)
        if made < needed:
            raise StepRefused(
                "reason",
                _("Attempts on %(needed)d different days are needed before a customer counts as not reached; "
                  "so far there are %(made)d.") % {"needed": needed, "made": made},
            )  # fmt: skip
        data = {"reason": reason, "days": made, **promises.close_with(case, reason, field="reason", now=now)}
        timeline.record(case, EventKind.NOT_REACHED, actor=actor, now=now, data=told(data, via))
        callbacks.follow(case, actor=actor, now=now)
        recovery.plan(case, now=now)
    return case


def withdraw(
    *, case_id: int, reason: str, actor: User | None, version: int | None = None, now: datetime, via: str = ""
) -> Case:
    """Close a case that should not be followed up: score corrected, a test, a duplicate, left the company."""
    reason = cleaned("reason", reason, needed=_("Say why the case is withdrawn."))
    with step("withdraw", case_id, actor, version) as case:
        case.withdraw(now=now)
        holds.close(case, now=now)
        data = {"reason": reason, **promises.close_with(case, reason, field="reason", now=now, take_back=True)}
        timeline.record(case, EventKind.WITHDRAWN, actor=actor, now=now, data=told(data, via))
        callbacks.follow(case, actor=actor, now=now)
    return case


def reopen(
    *, case_id: int, reason: str, actor: User | None, version: int | None = None, now: datetime, via: str = ""
) -> Case:
    """Open a resolved case again: contacted if the customer was reached before, else new. First times are kept."""
    reason = cleaned("reason", reason, needed=_("Say why the case is reopened."))
    with step("reopen", case_id, actor, version) as case:
        recovery.call_off(case, now=now)
        if case.contacted_at is None:
            case.reopen_new(now=now)
            deadlines.set_due_times(case, score=case.response.score, clock_start=now)
        else:
            case.reopen_contacted(now=now)
            deadlines.extend_resolution(case, now=now)
            deadlines.plan_reminders(case, start=now)
        timeline.record(
            case,
            EventKind.REOPENED,
            actor=actor,
            now=now,
            data=told({"reason": reason, "count": case.reopened_count}, via),
        )
    return case


def undo_reopening(*, case_id: int, asked_by: Invitation | None, now: datetime) -> Case:
    """Close a case as it was closed before Loop reopened it for an answer that turned out to be none. Loop's own step.

    Args:
        asked_by: the recovery survey that is still waiting for its answer.
    """
    with step("reopen", case_id, None, None) as case:
        closings = (EventKind.RESOLVED, EventKind.NOT_REACHED)
        before = case.events.filter(kind__in=closings, at__lte=case.reopened_at or now).order_by("-at", "-pk").first()
        if before is None:
            raise StepNotAllowed(_("This case was never closed before."), case)
        if before.kind == EventKind.RESOLVED and case.root_cause is not None:
            case.resolve(root_cause=case.root_cause, summary=case.summary, now=now)
            holds.close(case, now=now)
        else:
            case.close_unreached(now=now)
        case.promises_reason = before.data.get("promises_reason", "")
        if case.promise_due_at is not None and not case.promises_reason:
            with translation.override(settings.LANGUAGE_CODE):
                case.promises_reason = _("Closed again as it was closed before.")
        case.closed_at, case.recovery_invitation = before.at, asked_by
        case.reopened_count -= 1
        if case.resolution == Resolution.SOLVED:
            case.customer_confirmed_at = _confirmed_at(case, before, now)
        timeline.record(case, before.kind, actor=None, now=now, data=before.data)
        callbacks.follow(case, actor=None, now=now)
    return case


def _confirmed_at(case: Case, closing: CaseEvent, now: datetime) -> datetime | None:
    """When the customer said of this closing, before the case was opened again, that it is solved."""
    said = case.events.filter(kind=EventKind.CUSTOMER_CONFIRMED, pk__gt=closing.pk)
    return said.filter(at__lte=case.reopened_at or now).order_by("pk").values_list("at", flat=True).first()


def escalate(
    *,
    case_id: int,
    reason: str,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
    key: str | None = None,
    breached_at: datetime | None = None,
    to: str = LEAD,
) -> Case:
    """Raise the case one level: its lead is told, or leadership. A level, not a state.

    Args:
        key, breached_at: name an escalation made by the clock, and say which due time had passed.
        to: LEAD or LEADERSHIP.
    """
    reason = cleaned("reason", reason, needed=_("Say why the case is escalated."))
    with step("escalate", case_id, actor, version) as case:
        case.escalate()
        data: dict[str, Any] = {"level": case.escalation_level, "reason": reason}
        if to == LEADERSHIP:
            case.leadership_at, data["to"] = None, to
        if breached_at is not None:
            data["planned_at"] = breached_at.isoformat()
        timeline.record(case, EventKind.ESCALATED, actor=actor, now=now, data=told(data, via), key=key)
    return case


def note(
    *, case_id: int, text: str, actor: User | None, version: int | None = None, now: datetime, via: str = ""
) -> Case:
    """Add words to the timeline, in any state."""
    text = cleaned("note", text, needed=_("The note is empty."))
    with step("note", case_id, actor, version) as case:
        case.note()
        timeline.record(case, EventKind.NOTE, actor=actor, now=now, data=told({"text": text}, via))
    return case
