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

    def for_display(self) -> "CaseQuerySet":
        """With all that a row or a page of a case shows, in one query; `call_at` is when a call is agreed."""
        calls = Callback.objects.booked().filter(case=models.OuterRef("pk")).values("starts_at")
        return self.select_related(
            "response__survey", "account", "contact", "owner", "team", "root_cause", "outcome", "customer_page", "drawn"
        ).annotate(call_at=models.Subquery(calls[:1]))
