"""Which events of a case are worth telling, beside their kind? Small named conditions for `kinds`."""

from loop import callbacks, triage, workflow
from loop.models import CaseEvent, Verdict, Wanted


def by_slip(event: CaseEvent) -> bool:
    """A case that Loop withdrew because the customer corrected a slip at once."""
    return bool(event.data.get("via") == triage.SLIP)


def after_the_two_weeks(event: CaseEvent) -> bool:
    """What comes in time is told by the case it opens again."""
    return not event.data.get("in_time")


def nobody_called(event: CaseEvent) -> bool:
    """A customer who did not answer is known to whoever called."""
    return bool(event.data.get("why") == callbacks.NOBODY_CALLED)


def asks_about_data(event: CaseEvent) -> bool:
    """The customer asks; what we answer is for them, and an erasure for nobody."""
    return event.data.get("what") in Wanted.values


def answered_about_data(event: CaseEvent) -> bool:
    return event.data.get("what") in (f"{Wanted.COPY}_given", f"{Wanted.COPY}_declined", f"{Wanted.ERASURE}_declined")


def always(event: CaseEvent) -> bool:
    return True


def went_to_lead(event: CaseEvent) -> bool:
    """Somebody other than the usual contact takes the first look."""
    return event.data.get("instead_of") is not None


def to_leadership(event: CaseEvent) -> bool:
    """The second rung of the ladder: overdue for so long that leadership is told."""
    return bool(event.data.get("to") == workflow.LEADERSHIP)


def to_the_lead(event: CaseEvent) -> bool:
    return not to_leadership(event)


def customer_answered(event: CaseEvent) -> bool:
    """An outcome worth telling: silence is in the reports, and a worse score is told by the case it reopens."""
    return event.data.get("verdict") not in (Verdict.NO_ANSWER, Verdict.WORSENED)


def somebody_wrote(event: CaseEvent) -> bool:
    """A mail from a person: of a machine's the case keeps a line, and nobody is told."""
    return not event.data.get("automatic")
