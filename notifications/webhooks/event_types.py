"""Of what can other systems be told? The types of events, and which line of a timeline is which.

The names are part of the product's outside: they are added to and never renamed.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.models import CaseEvent
from loop.models.event import EventKind

RECORDED = "response.recorded"
CORRECTED = "response.corrected"
RETRACTED = "response.retracted"
TEST = "webhook.test"  # by the button of an endpoint's page, whatever it listens to

#: Each type with what it tells people, in the order of the form.
TYPES: dict[str, str | Promise] = {
    RECORDED: _("An answer came in"),
    CORRECTED: _("A customer has corrected an answer"),
    RETRACTED: _("An answer was taken back: a machine gave it"),
    "case.opened": _("A case was opened"),
    "case.assigned": _("A case has a new owner"),
    "case.attempted": _("A try to reach the customer failed"),
    "case.contacted": _("The customer was reached"),
    "case.escalated": _("A case was escalated"),
    "case.overdue": _("A case is overdue"),
    "case.resolved": _("A case was resolved"),
    "case.not_reached": _("A case was closed: the customer could not be reached"),
    "case.withdrawn": _("A case was withdrawn"),
    "case.reopened": _("A case was reopened"),
    "case.confirmed": _("The customer says it is solved"),
    "case.not_solved": _("The customer says it is not solved"),
    "callback.booked": _("A call was agreed"),
    "callback.moved": _("A call was moved"),
    "callback.cancelled": _("A call was called off"),
    "callback.held": _("A call was held"),
    "callback.missed": _("A call was missed"),
    "outcome.given": _("A customer answered again, or stayed silent"),
}

_OF_KIND = {
    EventKind.OPENED: "case.opened",
    EventKind.ASSIGNED: "case.assigned",
    EventKind.ESCALATED: "case.escalated",
    EventKind.REMINDER_OVERDUE: "case.overdue",
    EventKind.RESOLVED: "case.resolved",
    EventKind.NOT_REACHED: "case.not_reached",
    EventKind.WITHDRAWN: "case.withdrawn",
    EventKind.REOPENED: "case.reopened",
    EventKind.CUSTOMER_CONFIRMED: "case.confirmed",
    EventKind.CUSTOMER_NOT_SOLVED: "case.not_solved",
    EventKind.CALLBACK_BOOKED: "callback.booked",
    EventKind.CALLBACK_MOVED: "callback.moved",
    EventKind.CALLBACK_CANCELLED: "callback.cancelled",
    EventKind.CALLBACK_HELD: "callback.held",
    EventKind.CALLBACK_MISSED: "callback.missed",
    EventKind.OUTCOME: "outcome.given",
}


def of(event: CaseEvent) -> str:
    """The type of a line of a timeline; empty where other systems are not told of it."""
    if event.kind == EventKind.ATTEMPT:
        return "case.contacted" if event.data.get("reached") else "case.attempted"
    return _OF_KIND.get(EventKind(event.kind), "")
