"""How alike are the answers of the people who answered in both of two periods?

One query: a person's answers in the one are counted with each of theirs in the other.
"""

from django.db.models import Count, F, Q, QuerySet, Sum

from feedback.models import Response
from feedback.models.response import Category
from feedback.nps import NOBODY_SHARED, Shared


def shared(responses: QuerySet[Response], earlier: Q, later: Q) -> Shared:
    """What two periods have in common.

    Args:
        responses: the answers of both.
        earlier, later: which of them lie in which; those of nobody we know are in no pair.
    """
    promoter, detractor = Q(category=Category.PROMOTER), Q(category=Category.DETRACTOR)
    people = (
        responses.filter(contact__isnull=False)
        .order_by()
        .values("contact")
        .annotate(
            n_earlier=Count("pk", filter=earlier),
            n_later=Count("pk", filter=later),
            codes_earlier=Count("pk", filter=earlier & promoter) - Count("pk", filter=earlier & detractor),
            codes_later=Count("pk", filter=later & promoter) - Count("pk", filter=later & detractor),
        )
        .filter(n_earlier__gt=0, n_later__gt=0)
    )
    found = people.aggregate(
        pairs=Sum(F("n_earlier") * F("n_later")),
        products=Sum(F("codes_earlier") * F("codes_later")),
        of_earlier=Sum(F("codes_earlier") * F("n_later")),
        of_later=Sum(F("n_earlier") * F("codes_later")),
    )
    pairs = found["pairs"]
    if not pairs:
        return NOBODY_SHARED
    return Shared(pairs, found["products"] / pairs - (found["of_earlier"] / pairs) * (found["of_later"] / pairs))
