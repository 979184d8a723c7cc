"""How alike are the answers of the same people, in both of two periods and within each?

One query: a person's answers in the one are counted with each of theirs in the other, and with their others in it.
"""

from django.db.models import Count, F, Q, QuerySet, Sum

from feedback.models import Response
from feedback.models.response import Category
from feedback.nps import Shared

PERIODS = ("earlier", "later")


def shared(responses: QuerySet[Response], earlier: Q, later: Q) -> Shared:
    """What two periods have in common, and what is repeated in them.

    Args:
        responses: the answers of both.
        earlier, later: which of them lie in which; those of nobody we know are in no pair.
    """
    promoter, detractor = Q(category=Category.PROMOTER), Q(category=Category.DETRACTOR)
    counted: dict[str, Count] = {}
    for name, lies in zip(PERIODS, (earlier, later), strict=True):
        counted[f"n_{name}"] = Count("pk", filter=lies)
        counted[f"promoters_{name}"] = Count("pk", filter=lies & promoter)
        counted[f"detractors_{name}"] = Count("pk", filter=lies & detractor)
    people = responses.filter(contact__isnull=False).order_by().values("contact").annotate(**counted)
    codes = {name: F(f"promoters_{name}") - F(f"detractors_{name}") for name in PERIODS}
    sums = {
        "pairs": Sum(F("n_earlier") * F("n_later")),
        "products": Sum(codes["earlier"] * codes["later"]),
        "of_earlier": Sum(codes["earlier"] * F("n_later")),
        "of_later": Sum(F("n_earlier") * codes["later"]),
    }
    for name in PERIODS:
        n, coded = F(f"n_{name}"), F(f"promoters_{name}") + F(f"detractors_{name}")
        sums[f"answers_{name}"], sums[f"codes_{name}"] = Sum(n), Sum(codes[name])
        # Of a person who answered once the square is the code's own, and nothing is left of the pairs.
        sums[f"of_codes_{name}"] = Sum(codes[name] * codes[name] - coded)
        sums[f"of_both_{name}"] = Sum(codes[name] * n - codes[name])
        sums[f"of_numbers_{name}"] = Sum(n * n - n)
    found = {name: value or 0 for name, value in people.aggregate(**sums).items()}
    pairs = found["pairs"]
    covariance = found["products"] / pairs - (found["of_earlier"] / pairs) * (found["of_later"] / pairs) if pairs else 0
    return Shared(pairs, covariance, _within(found, "later"), _within(found, "earlier"))


def _within(found: dict[str, int], name: str) -> float:
    """Sum of (a - mean)(b - mean) over all pairs of different answers of one person, each pair both ways."""
    if not found[f"answers_{name}"]:
        return 0.0
    mean = found[f"codes_{name}"] / found[f"answers_{name}"]
    of_codes, of_both, of_numbers = (found[f"{what}_{name}"] for what in ("of_codes", "of_both", "of_numbers"))
    return float(of_codes - 2 * mean * of_both + mean**2 * of_numbers)
