"""One call, several cases: how are the open cases of one account logged and resolved together?

All of it or nothing: every case's version is checked, and one that somebody else changed meanwhile, or that does not
allow the step, stops the whole. Each case gets an attempt and lines of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loop import workflow
from loop.locking import StepRefused
from loop.models import Case, RootCause, User

MOST_TOGETHER = 50  # other cases; an account with more open ones has another trouble than this call


@dataclass(frozen=True)
class Seen:
    """A case and the version of it that somebody saw; None: whichever it is by now."""

    case_id: int
    version: int | None


@dataclass(frozen=True)
class Planned:
    """The next try a call ends with."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Promised:
    """What was promised on a call."""

    what: str
    due_at: datetime


@dataclass(frozen=True)
class Solution:
    """How one of several cases was solved, where that differs from the others."""

    root_cause: RootCause
    summary: str


@transaction.atomic
def log_call(
    *,
    first: Seen,
    also: Sequence[Seen] = (),
    next_try: Planned | None = None,
    promised: Promised | None = None,
    actor: User | None,
    now: datetime,
    via: str = "",
    **attempt: Any,
) -> list[Case]:
    """Log one attempt for a case and for others of the same account; what comes of it belongs to the first.

    Args:
        attempt: what `workflow.attempt` takes; the answers of the call form stay with the first, whose form it was.

    Raises:
        StepRefused: another case is none of the same account, or what `workflow` says of the attempt, the next try
            (with the fields `next_try_at`, `next_try_reason`) or the promise (`promise_what`, `promise_due_at`).
    """
    _of_one_account(first, also)
    who: dict[str, Any] = {"actor": actor, "now": now, "via": via}
    for others in also:
        shared = {name: value for name, value in attempt.items() if name != "answers"}
        workflow.attempt(case_id=others.case_id, version=others.version, **shared, **who)
    workflow.attempt(case_id=first.case_id, version=first.version, **attempt, **who)
    if next_try is not None:
        with_fields = {"at": "next_try_at", "reason": "next_try_reason"}
        _named(with_fields, workflow.plan_next, case_id=first.case_id, at=next_try.at, reason=next_try.reason, **who)
    if promised is not None:
        with_fields = {"what": "promise_what", "due_at": "promise_due_at"}
        _named(with_fields, workflow.promise, case_id=first.case_id, what=promised.what, due_at=promised.due_at, **who)
    ids = [first.case_id, *(seen.case_id for seen in also)]
    return list(Case.objects.filter(pk__in=ids).order_by("pk"))


@transaction.atomic
def resolve(
    *,
    first: Seen,
    also: Sequence[Seen] = (),
    root_cause: RootCause,
    summary: str,
    differing: Mapping[int, Solution] | None = None,
    promises_reason: str = "",
    actor: User | None,
    now: datetime,
    via: str = "",
) -> list[Case]:
    """Resolve a case and others of the same account, in the same words or, where they differ, in words of their own."""
    _of_one_account(first, also)
    solved = []
    for seen in (first, *also):
        own = (differing or {}).get(seen.case_id) or Solution(root_cause, summary)
        solved.append(
            workflow.resolve(
                case_id=seen.case_id,
                version=seen.version,
                root_cause=own.root_cause,
                summary=own.summary,
                promises_reason=promises_reason,
                actor=actor,
                now=now,
                via=via,
            )
        )
    return solved


def _of_one_account(first: Seen, also: Sequence[Seen]) -> None:
    """Lock them all in one order, so that two people with the same cases do not wait for each other for ever."""
    ids = {first.case_id, *(seen.case_id for seen in also)}
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    accounts = dict(locked.values_list("pk", "account"))
    if also and (len(accounts) < len(ids) or len(set(accounts.values())) > 1 or None in accounts.values()):
        raise StepRefused("also", _("Only cases of the same account can be dealt with together."))


def _named(fields: Mapping[str, str], step: Any, **facts: Any) -> None:
    try:
        step(**facts)
    except StepRefused as refused:
        raise StepRefused(fields.get(refused.field, refused.field), refused.message) from None
