"""What is another system told of one event? Ids and facts in the shapes of the API, put together when it leaves.

No words of a customer, no names, no addresses: who may read those asks the API. `case` and `response` are as they are
now, since a repeat may leave days later; `version` says which of two is newer.
"""

import json
from typing import Any

from feedback.models import Response
from loop.api.fields import Instant
from loop.api.serializers.cases import CaseState
from loop.models import Case, CaseEvent
from notifications.models import WebhookDelivery

#: Of the facts of a timeline's line, those that hold nobody's words.
FACTS = (
    "channel", "reached", "outcome", "level", "count", "resolution", "root_cause", "verdict", "before", "after",
    "callback", "starts_at", "why", "in_time",
)  # fmt: skip
#: Of what the API says of a case, what is in somebody's words.
IN_WORDS = ("owner_reason", "opened_by_word", "next_try_reason")

NEEDED = (
    "endpoint", "event__actor", "event__case__response__survey", "event__case__contact", "event__case__account",
    "event__case__owner", "event__case__team", "event__case__root_cause", "response__survey",
    "response__contact__account", "response__case",
)  # fmt: skip


def body(delivery: WebhookDelivery) -> str:
    """The JSON of one delivery, as it is signed and sent."""
    said = {"type": delivery.type, "timestamp": instant(delivery.happened_at), "data": _data(delivery)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def instant(at: Any) -> str:
    """A time as the API writes it: ISO 8601 in UTC."""
    return str(Instant().to_representation(at))


def _data(delivery: WebhookDelivery) -> dict[str, Any]:
    if delivery.event is not None:
        return {"event": _event(delivery.event), "case": _case(delivery.event.case)}
    if delivery.response is not None:
        return {"response": _response(delivery.response)}
    return {"message": "This is a test. Nothing has happened."}


def _event(event: CaseEvent) -> dict[str, Any]:
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": instant(event.at),
        "actor": event.actor.email if event.actor is not None else None,
        **{name: event.data[name] for name in FACTS if name in event.data},
    }


def _case(case: Case) -> dict[str, Any]:
    state = {name: value for name, value in CaseState(case).data.items() if name not in IN_WORDS}
    return {
        **state,
        "survey": case.response.survey.key,
        "response": case.response_id,
        "score": case.response.score,
        "category": case.response.category,
        "contact": case.contact.external_id if case.contact is not None else None,
        "account": case.account.external_id if case.account is not None else None,
    }


def _response(response: Response) -> dict[str, Any]:
    contact = response.contact
    account = contact.account if contact is not None else None
    case = getattr(response, "case", None)
    return {
        "id": response.pk,
        "survey": response.survey.key,
        "score": response.score,
        "category": response.category,
        "responded_at": instant(response.responded_at),
        "received_at": instant(response.received_at),
        "corrected_at": instant(response.revised_at) if response.revised_at else None,
        "retracted_at": instant(response.retracted_at) if response.retracted_at else None,
        "contact": contact.external_id if contact is not None else None,
        "account": account.external_id if account is not None else None,
        "source": response.source,
        "external_id": response.external_id or None,
        "case": case.pk if case is not None else None,
    }
