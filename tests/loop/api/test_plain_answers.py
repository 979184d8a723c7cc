"""What is read without the serializer is what the serializer would have read."""

from random import Random

import pytest
from rest_framework.exceptions import ValidationError

from loop.api import plain_answers
from loop.api.serializers.responses import AnswerBody

PLAIN = {"contact": "c1", "score": 3, "comment": "Twice wrong.", "source": "crm", "external_id": "a1"}
ODD = [
    None, True, False, 0, 1, 10, 11, -1, 3.0, 3.5, "3", "", " ", "a", " a ", "a  b", "a\nb", "a\u00a0b", "a\x00b",
    "\ud800", "x" * 50, "x" * 51, "x" * 101, "x" * 201, " " * 300, "y" * 10_001, "\u200b", [], {}, {"email": "a@b.se"},
    "2026-11-21T08:30:00Z", "2026-11-21T08:30:00", "1969-01-01T00:00:00Z", "2026-11-21", "relational", "åäö", "'", "=1",
]  # fmt: skip
NAMES = [
    "survey", "contact", "score", "comment", "responded_at", "source", "external_id", "wants_callback",
    "wants_someone_else", "phone", "unknown",
]  # fmt: skip


def by_serializer(item):
    try:
        return dict(AnswerBody().run_validation(item))
    except ValidationError:
        return None


def agrees(item) -> bool:
    read = plain_answers.read(item)
    return read is None or read == by_serializer(item)


class TestAPlainAnswer:
    def test_is_read_without_the_serializer(self):
        assert plain_answers.read(PLAIN) == by_serializer(PLAIN)
        told = {**PLAIN, "contact": None, "responded_at": "2026-11-21T08:30:00+01:00", "wants_callback": True}
        assert plain_answers.read(told) == by_serializer(told) is not None

    @pytest.mark.parametrize("name", NAMES)
    def test_is_read_alike_whatever_one_value_is(self, name):
        for value in ODD:
            assert agrees({**PLAIN, name: value}), value
        assert agrees({key: value for key, value in PLAIN.items() if key != name})

    def test_is_read_alike_whatever_all_values_are(self):
        chance = Random(8)
        for _ in range(2_000):
            chosen = chance.sample(NAMES, chance.randrange(len(NAMES)))
            assert agrees({**PLAIN, **{name: chance.choice(ODD) for name in chosen}})

    @pytest.mark.parametrize("item", [None, [], "x", 3, {}])
    def test_is_an_object(self, item):
        assert plain_answers.read(item) is None
