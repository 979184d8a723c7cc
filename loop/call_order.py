"""Who was called before somebody whose call was due earlier, and why? Asked so that a comparison can be believed.

Whoever chooses whom to call chooses those who would have been happier anyway, without meaning to. A reason that stands
in the data (what an account is worth, its score, a call it asked for, that nobody was there) can be held equal when
both are compared; any other cannot, and then Loop gives no verdict.
"""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loop import timeline
from loop.locking import StepRefused, cleaned, step
from loop.models import Case, CaseEvent, ContactAttempt, StudyCase, StudyTurn, User
from loop.models.case_query import CaseQuerySet
from loop.models.event import EventKind


class Why(models.TextChoices):
    """Why others were called first."""

    WORTH = "worth", gettext_lazy("They are worth more")
    SCORE = "score", gettext_lazy("They were unhappier")
    CALLBACK = "callback", gettext_lazy("They had asked for a call")
    NOBODY_HERE = "nobody_here", gettext_lazy("Nobody was here to call")
    OTHER = "other", gettext_lazy("Something else")


NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # until when a case waits that nobody has touched

#: Reasons that stand in the data, or have nothing to do with the customer.
HELD_EQUAL = (Why.WORTH, Why.SCORE, Why.CALLBACK, Why.NOBODY_HERE)


def passed_over(cases: CaseQuerySet) -> CaseQuerySet:
    """Those of `cases` that were neither called nor tried when their owner called another one that was due later.

    Both were open. One that waited because the lot said so was passed over by nobody.
    """
    first_try = ContactAttempt.objects.filter(case=OuterRef("pk")).order_by("at").values("at")[:1]
    by_lot = StudyCase.objects.filter(case=OuterRef("pk"), turn=StudyTurn.LATER)
    # Until when it was neither tried nor contacted nor closed; whoever was called in between was called instead.
    never = Value(NEVER, output_field=models.DateTimeField())
    left_until = Coalesce("first_try_at", "contacted_at", "closed_at", never)
    # The first of them, by an index that holds them in this order: asked whether there is any, PostgreSQL believes to
    # find one at once and looks through all cases where there is none.
    called_instead = Case.objects.filter(
        owner=OuterRef("owner"),
        contact_due_at__gt=OuterRef("contact_due_at"),
        contacted_at__gt=OuterRef("opened_at"),
    ).order_by("contacted_at")
    waited = cases.annotate(
        first_try_at=Subquery(first_try), called_instead_at=Subquery(called_instead.values("contacted_at")[:1])
    )
    return waited.filter(called_instead_at__lt=left_until).exclude(Exists(by_lot))


def reason() -> Subquery:
    """For a query of cases: the latest reason that is written down, "" without."""
    told = CaseEvent.objects.filter(case=OuterRef("pk"), kind=EventKind.PASSED_OVER).order_by("-pk")
    return Subquery(told.annotate(why=KT("data__why")).values("why")[:1], output_field=models.CharField())


def say_why(*, case_id: int, why: str, text: str = "", actor: User | None, now: datetime) -> Case:
    """Write down why others were called before this customer.

    Args:
        why: one of `Why`; with OTHER, `text` says what.

    Raises:
        StepRefused: the reason is none of them, or says nothing.
        NotAllowed: whoever may write a note on the case may.
    """
    if why not in Why.values:
        raise StepRefused("why", _("Choose a reason."))
    text = cleaned("text", text, needed=_("Say what it was.") if why == Why.OTHER else "")
    with step("note", case_id, actor, None) as case:
        case.note()
        data = {"why": why, "text": text}
        timeline.record(case, EventKind.PASSED_OVER, actor=actor, now=now, data=data)
    return case


def needs_reason() -> Exists:
    """For a query of cases: whether one was passed over and nobody has said why."""
    said = CaseEvent.objects.filter(case=OuterRef("pk"), kind=EventKind.PASSED_OVER)
    one = Case.objects.filter(pk=OuterRef("pk"), owner__isnull=False).exclude(Exists(said))
    return Exists(passed_over(one))
