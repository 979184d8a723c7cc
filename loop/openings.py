"""What is stored when a case opens: the case with its due times and its owner, the customer's page, and two lines.

Cases that open at once mostly differ in who answered and little else. What those with the same owner, score and policy
have in common, the working time among it, is found out once for all of them.
"""

from collections.abc import Hashable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid4

from feedback.models import Response
from feedback.moulds import Mould
from loop import assignment, customer_pages, deadlines, ownership, routing
from loop.assignment import Choice
from loop.circumstances import Circumstances
from loop.models import Case, CaseEvent, CustomerPage, SlaPolicy
from loop.models.event import EventKind
from loop.routing import Facts


class Opening(NamedTuple):
    """A case that is about to be opened, with all that is stored together with it."""

    case: Case
    page: CustomerPage | None
    events: list[CaseEvent]


class Alike(NamedTuple):
    """What the openings of one kind are made from."""

    case: Mould[Case]
    page: Mould[CustomerPage]
    opened: Mould[CaseEvent]
    assigned: Mould[CaseEvent]
    told: dict[str, Any]  # by the line that says it was opened


@cache
def its_case() -> Any:
    """The relation by which an answer knows its case. Django looks for it long, and there are thousands of answers."""
    return Response._meta.get_field("case")


def opening_of(response: Response, *, now: datetime, word: str, around: Circumstances) -> Opening:
    """Whose the case of a response is, and due when: all that `triage.open_case` stores, not stored yet.

    What is stored is in the language of the project, which the caller has made the active one.

    Args:
        around: gives what has to be looked up; it may refuse what has to be written meanwhile, such as a turn.
    """
    facts = routing.facts_of(response)
    choice = assignment.choose(response, now=now, around=around, facts=facts)
    policy = deadlines.choose(facts, policies=around.policies())
    opened_at = max(response.revised_at or response.received_at, response.received_at)
    alike = around.alike(
        _kind(policy, facts.score, opened_at, choice), lambda: _alike(policy, facts, opened_at, choice, now)
    )
    case = _case(response, facts, choice, word, alike)
    page = _page(case, alike) if case.contact_id is not None else None
    told = alike.told
    if word:
        told = {**told, "rule": "words", "word": word, "survey": response.survey.key}
    assigned = ownership.told(choice.owner, choice.team, choice.reason)
    if choice.instead_of is not None:
        assigned["instead_of"] = choice.instead_of.pk
    events = [
        alike.opened.cast({"data": told, "key": f"opened:{response.pk}"}, {"case": case}),
        alike.assigned.cast({"data": assigned}, {"case": case}),
    ]
    return Opening(case, page, events)


def _kind(policy: SlaPolicy, score: int, opened_at: datetime, choice: Choice) -> Hashable:
    whose = (choice.owner, choice.team, choice.covers, choice.instead_of)
    return policy.id, score, opened_at, *[one.id if one is not None else None for one in whose]


def _alike(policy: SlaPolicy, facts: Facts, opened_at: datetime, choice: Choice, now: datetime) -> Alike:
    case = Case(opened_at=opened_at)
    deadlines.begin(case, facts, team=choice.team, policies=[policy])
    case.owner, case.team, case.instead_of = choice.owner, choice.team, choice.instead_of
    case.covers = choice.covers if choice.owner else None
    told = {
        "score": facts.score,
        "contact_due_at": case.contact_due_at.isoformat(),
        "resolve_due_at": case.resolve_due_at.isoformat(),
        "policy": policy.name,
        "calendar": deadlines.calendar_of(case).name,
    }
    return Alike(
        Mould(case),
        Mould(customer_pages.new_page(case, now=now)),
        Mould(CaseEvent(kind=EventKind.OPENED, at=now)),
        Mould(CaseEvent(kind=EventKind.ASSIGNED, at=now)),
        told,
    )


def _case(response: Response, facts: Facts, choice: Choice, word: str, alike: Alike) -> Case:
    contact, account = facts.contact, facts.account
    case = alike.case.cast(
        {
            "response_id": response.pk,
            "contact_id": contact.pk if contact is not None else None,
            "account_id": account.pk if account is not None else None,
            "opened_by_word": word[:100],
            "owner_reason": choice.reason[:300],
            "wants_someone_else": response.wants_someone_else,
        },
        {"response": response, "contact": contact, "account": account},
    )
    its_case().set_cached_value(response, case)
    return case


def _page(case: Case, alike: Alike) -> CustomerPage:
    public_id = uuid4()
    fields = {"public_id": public_id, "token_hash": customer_pages.hash_of(public_id)}
    return alike.page.cast(fields, {"case": case})
