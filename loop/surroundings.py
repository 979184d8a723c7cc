"""What stands around a case for whoever acts on it: its guide and call form, working hours, the cases beside it.

Read once for a page, each part only when something asks for it. `with_words` reads the guide, the policy and the
calendar along with the case, in its one query.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.db.models import JSONField, OuterRef, Subquery
from django.utils import translation

from loop import access, calls, deadlines, guides, promises, sla
from loop.models import Case, Hold, Promise, RootCause, User
from loop.models.case_query import CaseQuerySet

BESIDE_SHOWN = 10


def with_words(cases: CaseQuerySet) -> CaseQuerySet:
    """These cases, each with the guide, the policy and the calendar that hold for it."""
    guide = guides.holding(OuterRef("response__survey"), OuterRef("response__category"))
    return cases.select_related("policy__calendar", "calendar").annotate(
        guide_texts=Subquery(guide.values("texts")[:1], output_field=JSONField()),
        guide_questions=Subquery(guide.values("questions")[:1], output_field=JSONField()),
    )


@dataclass(frozen=True)
class Surroundings:
    """Around a case that was read by `with_words`, as `user` sees it at `now`."""

    user: User
    case: Case
    now: datetime

    @property
    def _read(self) -> Any:
        """The case with what `with_words` read beside it, which its class does not declare."""
        return cast("Any", self.case)

    @cached_property
    def guide(self) -> tuple[str, list[str]]:
        """The language and lines of the conversation guide: in the customer's language, else in the reader's."""
        spoken = guides.spoken(self.case, translation.get_language() or "")
        return guides.lines(self._read.guide_texts or {}, *spoken)

    @property
    def questions(self) -> list[dict[str, Any]]:
        return self._read.guide_questions or []

    @property
    def needs_reason(self) -> bool:
        """Whether it was passed over and nobody has said why; for a case that was read for its page."""
        return bool(self._read.needs_reason)

    @cached_property
    def hours(self) -> sla.Hours:
        return deadlines.hours_of(self.case)

    @cached_property
    def suggested_tries(self) -> list[datetime]:
        return calls.suggested_tries(self.now, self.hours)

    @cached_property
    def usual_due(self) -> datetime | None:
        return promises.usual_due(self.now, self.hours)

    def tried(self, at: list[datetime]) -> calls.Tried:
        """How far attempts at these instants go towards counting as not reached."""
        return calls.tried(
            at, needed=deadlines.policy_of(self.case).attempts_before_unreached, hours=self.hours, now=self.now
        )

    @cached_property
    def beside(self) -> list[Case]:
        """Other open cases of the account that the reader sees: one call may do for all of them."""
        if self.case.account_id is None:
            return []
        beside = access.visible_cases(self.user).open().filter(account=self.case.account_id).exclude(pk=self.case.pk)
        return list(beside.for_display().order_by("contact_due_at", "pk")[:BESIDE_SHOWN])

    @property
    def actionable(self) -> list[Case]:
        """Those of them on which the reader may log a call."""
        needed = access.STEPS["attempt"]
        return [case for case in self.beside if access.standing_in_sight(self.user, case) & needed]

    @cached_property
    def promises(self) -> list[Promise]:
        """What the customer still waits for, by what is due first."""
        if self.case.promise_due_at is None:
            return []
        return list(self.case.promises.unkept().select_related("promised_by").order_by("due_at", "pk"))

    @cached_property
    def holds(self) -> list[Hold]:
        """When the customer asked us to wait; a case that was never held keeps no end of it."""
        return list(self.case.holds.order_by("pk")) if self.case.resumed_at is not None else []

    @cached_property
    def root_causes(self) -> list[RootCause]:
        return list(RootCause.objects.filter(is_active=True).order_by("pk"))
