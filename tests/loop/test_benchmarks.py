"""Values of others: with a source, or not at all."""

from dataclasses import replace
from decimal import Decimal

import pytest

from loop import benchmarks
from loop.access import NotAllowed
from loop.benchmarks import BenchmarkFacts
from loop.changes import ChangeRefused
from loop.models import Benchmark
from tests.factories import NOW

FACTS = BenchmarkFacts("Nordic software", Decimal("38.5"), "Example Research, page 12", 2025)

pytestmark = pytest.mark.django_db


def test_administrators_add_and_change_them_and_nobody_else(people):
    made = benchmarks.save(FACTS, actor=people.admin, now=NOW)
    benchmarks.save(replace(FACTS, is_active=False), benchmark=made, actor=people.admin, now=NOW)
    assert Benchmark.objects.get().is_active is False
    for person in (people.agent, people.lead, people.leader):
        with pytest.raises(NotAllowed):
            benchmarks.save(FACTS, actor=person, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": "  "}, "source"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"value": Decimal(101)}, "value"),
        ({"value": Decimal(-101)}, "value"),
        ({"year": 2002}, "year"),
        ({"year": 2027}, "year"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, field):
    with pytest.raises(ChangeRefused) as refused:
        benchmarks.save(replace(FACTS, **change), actor=None, now=NOW)
    assert refused.value.field == field
    assert not Benchmark.objects.exists()
