"""Anna keeps a promise in the moment in which her lead takes it back: one of them does, and the other is told."""

import pytest

from loop import promises
from loop.models import Promise
from loop.workflow import StaleVersion, StepNotAllowed
from tests import factories, stories
from tests.concurrency.racing import at_once, failures
from tests.factories import later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(people):
    return factories.promised(factories.contacted_case(owner=people.agent), now=later(hours=1)).promises.get()


def keep(made, who, version=None):
    return promises.keep_promise(
        case_id=made.case_id, promise_id=made.pk, actor=who, version=version, now=later(hours=2)
    )


def take_back(made, who, version=None):
    return promises.withdraw_promise(
        case_id=made.case_id, promise_id=made.pk, reason="Sold out.", actor=who, version=version, now=later(hours=2)
    )


@pytest.mark.parametrize("says_version", [True, False])
def test_a_promise_ends_once(people, made, says_version):
    version = stories.as_it_is_now(made.case).version if says_version else None
    results = at_once(
        lambda: keep(made, people.agent, version),
        lambda: take_back(made, people.lead, version),
        lambda: keep(made, people.admin, version),
    )
    assert len(failures(results)) == 2
    assert {type(each) for each in failures(results)} == {StaleVersion if says_version else StepNotAllowed}
    lines = [kind for kind in stories.kinds(made.case) if kind in ("promise_kept", "promise_withdrawn")]
    ended = Promise.objects.get(pk=made.pk).ending
    assert lines == [{"kept": "promise_kept", "withdrawn": "promise_withdrawn"}[ended]]


def test_one_that_is_kept_while_it_is_moved_does_not_come_back(people, made):
    def move():
        return promises.move_promise(
            case_id=made.case_id, promise_id=made.pk, due_at=later(days=9), reason="She is away.",
            actor=people.lead, now=later(hours=2),
        )  # fmt: skip

    at_once(lambda: keep(made, people.agent), move)
    kept = Promise.objects.get(pk=made.pk)
    assert (kept.ending, kept.remind_at) == ("kept", None)
    assert stories.as_it_is_now(made.case).promise_due_at is None
