"""What is still promised when a case is closed stays in sight, and finds a home when its keeper leaves."""

import pytest

from loop import board, huddle, leaving, promises
from loop.leaving import Home, StillHolds
from loop.models import Case
from loop.workflow import StepNotAllowed, hand_on_promised
from notifications import audience
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

LATER = later(days=3)


@pytest.fixture
def case(people) -> Case:
    """Closed, and a new invoice is to follow in two days."""
    contacted = factories.contacted_case(owner=people.agent)
    closed = factories.resolve(factories.promised(contacted, "A new invoice", days=2), now=later(hours=2))
    assert not closed.is_open
    return closed


def test_its_lead_sees_it_on_the_board_and_in_the_huddle(people, case):
    scope = board.Scope(people.lead, [people.north], LATER)
    assert [each.what for each in board.promised(scope)] == ["A new invoice"]
    assert "promised" in [part.key for part in huddle.parts(scope)]


def test_nobody_leaves_it_behind(people, case):
    ownership = case.account.ownership
    ownership.user = people.colleague
    ownership.save()
    with pytest.raises(StillHolds, match="1 promises of closed cases"):
        leaving.leave(people.agent, actor=people.admin, now=LATER)


def test_it_goes_to_whoever_takes_the_customer(people, case):
    went = leaving.hand_over_and_leave(people.agent, to=Home(people.colleague), actor=people.admin, now=LATER)
    assert went == {"promises": 1, "accounts": 1}
    after = stories.as_it_is_now(case)
    assert (after.owner, after.state, after.version) == (people.colleague, case.state, case.version + 1)
    assert audience.responsible(after, LATER) == [people.colleague]
    made = after.promises.get()
    promises.keep_promise(case_id=case.pk, promise_id=made.pk, actor=people.colleague, now=LATER)
    assert stories.as_it_is_now(case).promise_due_at is None


def test_a_closed_case_of_which_nothing_is_promised_stays_whose_it_was(people):
    done = factories.resolved_case(owner=people.agent)
    leaving.hand_over(people.agent, to=Home(people.colleague), actor=people.admin, now=LATER)
    assert stories.as_it_is_now(done).owner == people.agent
    with pytest.raises(StepNotAllowed):
        hand_on_promised(case_id=done.pk, owner=people.colleague, reason="x", actor=None, now=NOW)
