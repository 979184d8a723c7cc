"""How old is what waits, how much reminding does it take, and are promises kept?"""

import pytest

from loop import case_packs, promises, reminders
from loop.models import Case
from loop.reporting.loop_details import LoopDetails, loop_details
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db


def details(now) -> LoopDetails:
    cases = case_packs.all_cases()
    return loop_details(Case.objects.all(), cases, cases.where(cases.is_open), now)


def test_the_backlog_by_age_adds_up_to_what_is_open(people):
    for days in (0, 3, 20, 20, 50):
        factories.case(owner=people.agent, now=later(days=-days))
    factories.resolved_case(owner=people.agent, now=later(days=-50))
    ages = details(later(hours=1)).ages
    assert [age.open.count for age in ages] == [1, 1, 2, 1]
    assert {age.open.n for age in ages} == {5}
    assert [age.overdue for age in ages] == [0, 1, 2, 1]  # what opened three days ago was to be called within two


def test_reminders_are_counted_and_who_took_none(people):
    factories.case(owner=people.agent)
    factories.resolved_case(owner=people.agent)
    for day in range(1, 5):
        reminders.remind_due(now=later(days=day))
    found = details(later(days=5))
    assert (found.unreminded.count, found.unreminded.n) == (1, 2)
    assert found.reminders >= 2
    assert found.reminders_a_case == found.reminders / 2


def test_promises_kept_in_time_late_and_not(people):
    in_time, late, open_still, not_due, back = (factories.promised_case(owner=people.agent) for _ in range(5))
    for case, days in ((in_time, 1), (late, 3)):
        promises.keep_promise(
            case_id=case.pk, promise_id=case.promises.get().pk, actor=people.agent, now=later(days=days)
        )
    promises.withdraw_promise(
        case_id=back.pk, promise_id=back.promises.get().pk, reason="Not needed.", actor=people.agent, now=later(days=1)
    )
    not_due.promises.update(due_at=later(days=90))
    assert open_still.promises.get().is_unkept
    found = details(later(days=10))
    assert (found.promises_kept.count, found.promises_kept.n, found.promises_kept_late) == (1, 3, 1)


def test_no_cases_are_no_figures(db):
    found = details(later(days=1))
    assert (found.reminders_a_case, found.promises_kept.share) == (None, None)
