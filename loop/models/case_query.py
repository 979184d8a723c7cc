"""Which states and resolutions does a case have, and which lists of cases do pages and jobs ask for?"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .callback import Callback

if TYPE_CHECKING:
    from .case import Case  # noqa: F401


class State(models.TextChoices):
    NEW = "new", _("new")
    CONTACTED = "contacted", _("contacted")
    RESOLVED = "resolved", _("resolved")


class Resolution(models.TextChoices):
    SOLVED = "solved", _("solved")
    NOT_REACHED = "not_reached", _("not reached")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_STATES = (State.NEW, State.CONTACTED)
OPEN = Q(state__in=OPEN_STATES)  # as `CaseQuerySet.open` says it, so that its indexes serve those queries


#: Of what is joined to a case, all that templates/loop/inbox/_row.html reads.
SHOWN_IN_ROWS = (
    "response__score", "response__category", "response__comment", "response__wants_callback",
    "response__respondent_name", "response__survey__name", "account__name", "account__annual_value",
    "account__currency", "contact__name", "contact__email", "contact__external_id", "contact__erased_at",
    "owner__name", "owner__email", "outcome__verdict", "customer_page__wish", "drawn__call_from",
)  # fmt: skip


def _call_at() -> models.Subquery:
    """When a call is agreed for the case of an outer query."""
    calls = Callback.objects.booked().filter(case=models.OuterRef("pk")).values("starts_at")
    return models.Subquery(calls[:1])


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(OPEN)

    def overdue(self, now: datetime) -> "CaseQuerySet":
        """Open cases past the due time that counts in their state."""
        return self.open().filter(next_due_at__lt=now)

    def with_due_next_try(self, now: datetime) -> "CaseQuerySet":
        return self.open().filter(next_try_remind_at__lte=now)

    def promised(self) -> "CaseQuerySet":
        """Cases, closed ones too, whose customer still waits for something we promised."""
        return self.filter(promise_due_at__isnull=False)

    def with_due_reminder(self, now: datetime) -> "CaseQuerySet":
        return self.open().filter(remind_at__lte=now)

    def due_for_leadership(self, now: datetime) -> "CaseQuerySet":
        return self.open().filter(leadership_at__lte=now)

    def with_ended_hold(self, now: datetime) -> "CaseQuerySet":
        return self.open().filter(held_until__lte=now)

    def for_rows(self) -> "CaseQuerySet":
        """With what a row of a list shows, and no more of the customer, the answer and the owner; as `for_display`.

        The case itself is whole: a field that Django had to fetch later would switch off the protection of its state.
        """
        joined = "response__survey", "account", "contact", "owner", "outcome", "customer_page", "drawn"
        own = (field.attname for field in self.model._meta.concrete_fields)
        return self.select_related(*joined).only(*own, *SHOWN_IN_ROWS).annotate(call_at=_call_at())

    def for_display(self) -> "CaseQuerySet":
        """With all that a row or a page of a case shows, in one query; `call_at` is when a call is agreed."""
        return self.select_related(
            "response__survey", "account", "contact", "owner", "team", "root_cause", "outcome", "customer_page", "drawn"
        ).annotate(call_at=_call_at())
