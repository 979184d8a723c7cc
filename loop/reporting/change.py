"""How did the same customers answer before and after? All who answered twice, whatever they answered first.

Of each the last answer on the days of the filters and the one before it, to the same kind of survey on the same scale;
recovery surveys only where they were asked for. It is a change, and says nothing about what caused it: to look only at
those who were unhappy first would find one in any company.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from feedback.models import Response
from feedback.models.response import Category
from loop.models import User
from loop.reporting.filters import ReportFilters
from loop.reporting.paired import BeforeAfter
from loop.reporting.scope import responses_of

CATEGORIES = (Category.DETRACTOR, Category.PASSIVE, Category.PROMOTER)


@dataclass(frozen=True)
class ChangeReport:
    filters: ReportFilters
    pairs: BeforeAfter

    def as_dict(self) -> dict[str, object]:
        return {"filters": self.filters.as_dict(), **self.pairs.as_dict()}


def change_report(reader: User | None, filters: ReportFilters, now: datetime) -> ChangeReport:
    """The customers `reader` may see. Each answer is looked at: of a million answers it takes seconds."""
    given = responses_of(reader, filters).filter(contact__isnull=False)
    alike = given.filter(
        contact=OuterRef("contact"),
        survey__kind=OuterRef("survey__kind"),
        survey__scale_min=OuterRef("survey__scale_min"),
    )
    before: QuerySet[Response] = alike.filter(responded_at__lt=OuterRef("responded_at")).order_by(
        "-responded_at", "-pk"
    )
    last = given.exclude(Exists(alike.filter(responded_at__gt=OuterRef("responded_at"))))
    pairs = last.annotate(before=Subquery(before.values("category")[:1])).filter(before__isnull=False)
    counted = pairs.order_by().values_list("before", "category").annotate(n=Count("pk"))
    found = {(first, second): n for first, second, n in counted}
    table = tuple(tuple(found.get((first, second), 0) for second in CATEGORIES) for first in CATEGORIES)
    return ChangeReport(filters, BeforeAfter(table))
