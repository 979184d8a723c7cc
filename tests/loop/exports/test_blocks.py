"""Many rows are read block by block: all of them, in order, while whoever reads asks the database other things."""

import pytest
from django.db import connection, transaction

from feedback.models import Response
from loop.exports import blocks
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scores(monkeypatch):
    """Five answers, which are read two at a time."""
    monkeypatch.setattr(blocks, "AT_ONCE", 2)
    for score in (9, 3, 7, 10, 0):
        factories.response(score)
    return Response.objects.order_by("-pk").values_list("score", "source")


def test_all_rows_come_in_their_order_while_others_are_read(scores):
    found = []
    for several in blocks.blocks(scores):
        assert Response.objects.count() == 5
        found.append([score for score, _source in several])
    assert found == [[0, 10], [7, 3], [9]]


def test_whoever_has_seen_enough_leaves_nothing_behind(scores):
    with transaction.atomic():
        rest = blocks.blocks(scores)
        assert next(rest)[0][0] == 0
        rest.close()
        assert Response.objects.count() == 5
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%%'")
                assert cursor.fetchone() == (0,)


def test_of_nothing_there_is_no_block(scores):
    assert [*blocks.blocks(scores.filter(score=5))] == []
