"""Which steps can this person take on this case now? The page shows these buttons and no others."""

from django_fsm import can_proceed

from loop import access
from loop.models import Case, State, User

# The FSM method under each step; `attempt` moves only when the customer was reached, so either one will do.
TRANSITIONS = {
    "assign": ("assign",),
    "take": ("assign",),
    "attempt": ("attempt",),
    "plan_next": ("plan_next",),
    "hold": ("hold",),
    "resume": ("resume",),
    "promise": ("promise",),
    "keep_promise": ("keep_promise",),
    "move_promise": ("move_promise",),
    "withdraw_promise": ("withdraw_promise",),
    "escalate": ("escalate",),
    "resolve": ("resolve",),
    "close_unreached": ("close_unreached",),
    "withdraw": ("withdraw",),
    "reopen": ("reopen_contacted", "reopen_new"),
    "note": ("note",),
    "someone_else": ("assign",),
}


# Steps on one promise of the case; they stand beside it.
ON_PROMISES = frozenset({"keep_promise", "move_promise", "withdraw_promise"})


def available(actor: User, case: Case) -> list[str]:
    """The steps both the state and the person's standing allow, in the order of the step table."""
    return _allowed(access.standing(actor, case), case)


def available_in_sight(actor: User, case: Case) -> list[str]:
    """`available` for a case that was read from what the person sees: without asking again whether they do."""
    return _allowed(access.standing_in_sight(actor, case), case)


def _allowed(standing: frozenset[str], case: Case) -> list[str]:
    return [
        step
        for step, methods in TRANSITIONS.items()
        if standing & access.STEPS[step]
        and any(can_proceed(getattr(case, method)) for method in methods)
        and not (step == "resume" and case.held_until is None)
        and not (step in ON_PROMISES and case.promise_due_at is None)
        and not (step == "take" and (case.owner_id is not None or case.state == State.RESOLVED))
        and not (step == "someone_else" and case.wants_someone_else)
    ]
