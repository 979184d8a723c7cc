"""How does each account stand: who looks after it, its latest score, how many open cases there are?"""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from feedback.models import Account, Response
from loop.models.case_query import OPEN_STATES, CaseQuerySet


def with_figures(accounts: QuerySet[Account], cases: CaseQuerySet) -> QuerySet[Account]:
    """Each account with its owner, its latest score and how many of `cases`, those the reader sees, are open there."""
    answers = Response.objects.counted().filter(contact__account=OuterRef("pk")).order_by("-responded_at", "-pk")
    open_here = (
        cases.filter(account=OuterRef("pk"), state__in=OPEN_STATES)
        .order_by()
        .values("account")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return accounts.select_related("ownership__user").annotate(
        open_cases=Coalesce(Subquery(open_here), 0),
        latest_score=Subquery(answers.values("score")[:1]),
        latest_category=Subquery(answers.values("category")[:1]),
        latest_at=Subquery(answers.values("responded_at")[:1]),
        value_or_nothing=Coalesce("annual_value", 0, output_field=Account._meta.get_field("annual_value")),
    )
