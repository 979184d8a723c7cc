"""Which values of others stand beside our NPS, and where do they come from? Set by administrators."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from loop import access, setup_history, setup_versions
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import Benchmark, User

NAME_LIMIT, SOURCE_LIMIT = 100, 300  # characters
FIRST_YEAR = 2003  # of the article that proposed the NPS


@dataclass(frozen=True)
class BenchmarkFacts:
    """What was published: the value in points, by whom, in which year."""

    name: str
    value: Decimal
    source: str
    year: int
    is_active: bool = True


@transaction.atomic
def save(
    facts: BenchmarkFacts,
    *,
    actor: User | None,
    now: datetime,
    benchmark: Benchmark | None = None,
    seen: int | None = None,
) -> Benchmark:
    """Add a value, or change `benchmark`; `actor` None is a machine whose key may.

    Raises:
        NotAllowed: it is not for this person to say.
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    if actor is not None and not access.may_manage(actor):
        raise NotAllowed(f"{actor} may not set benchmarks.")
    found = Benchmark() if benchmark is None else Benchmark.objects.select_for_update().get(pk=benchmark.pk)
    if found.pk:
        setup_versions.require_seen(found, seen)
    _check(facts, now)
    for name, value in asdict(facts).items():
        setattr(found, name, value)
    setup_history.save(found, actor=actor, now=now)
    return found


def _check(facts: BenchmarkFacts, now: datetime) -> None:
    if not facts.name.strip():
        raise ChangeRefused("name", _("Name it."))
    if not facts.source.strip():
        raise ChangeRefused("source", _("Say where the value comes from: without a source it says nothing."))
    for field, limit in (("name", NAME_LIMIT), ("source", SOURCE_LIMIT)):
        if len(getattr(facts, field)) > limit:
            raise ChangeRefused(field, _("At most %(limit)d characters are allowed.") % {"limit": limit})
    if not -100 <= facts.value <= 100:
        raise ChangeRefused("value", _("An NPS lies between -100 and 100."))
    if not FIRST_YEAR <= facts.year <= now.year:
        told = {"first": FIRST_YEAR, "last": now.year}
        raise ChangeRefused("year", _("A year from %(first)d to %(last)d, please.") % told)
