"""Who is told that a file does not come in any more, when, and does it end when it comes in again?"""

import os

import pytest

from feedback.editing import Edit
from loop.imports import steps
from loop.models import FilePull
from loop.pulls import following, setting_up, troubles
from notifications import delivery, file_pulls
from notifications.models import Message, MessageState
from tests import factories
from tests.loop.pulls.conftest import ask, fetch, pull_of

pytestmark = pytest.mark.django_db

UNKNOWN = "a;b\n1;2\n"  # no column of it is known


def tell(now):
    """What the sweep does; returns how many messages are new."""
    return file_pulls.announce_troubles(now=now)


def failing(pull, crm, times):
    """Fetch it so often in vain."""
    crm.status = 500
    for minute in range(times):
        ask(pull, factories.later(minutes=minute))
    return FilePull.objects.get(pk=pull.pk)


def told(user):
    return Message.objects.filter(kind="pull_troubled", user=user)


class TestAFileThatCannotBeFetched:
    def test_is_tried_again_before_anybody_is_told(self, people, crm):
        failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN - 1)
        assert (troubles.now_troubled(), tell(factories.NOW)) == ([], 0)

    def test_is_told_to_administrators_once(self, people, crm):
        pull = failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN)
        assert [tell(factories.NOW), tell(factories.NOW)] == [1, 0]
        delivery.deliver_due(now=factories.later(minutes=1))
        message = told(people.admin).get()
        assert message.subject == "Nothing comes in from “SuperOffice”"
        assert "it failed several times in a row" in message.body
        assert "HTTP 500" in message.body
        assert f"/setup/pulls/{pull.pk}/" in message.body
        assert not Message.objects.filter(kind="pull_troubled").exclude(user=people.admin).exists()

    def test_goes_on_failing_without_another_word(self, people, crm):
        pull = failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN)
        tell(factories.NOW)
        ask(pull, factories.later(days=1))
        assert tell(factories.later(days=1)) == 0

    def test_that_came_in_meanwhile_is_not_told(self, people, crm):
        pull = failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN)
        tell(factories.NOW)
        crm.status = 200
        ask(pull, factories.later(minutes=30))
        delivery.deliver_due(now=factories.later(minutes=31))
        assert told(people.admin).get().state == MessageState.CANCELLED

    def test_that_fails_again_after_it_came_in_is_told_again(self, people, crm):
        pull = failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN)
        tell(factories.NOW)
        crm.status = 200
        ask(pull, factories.later(minutes=30))
        crm.status = 500
        for hour in range(1, troubles.TOO_OFTEN + 1):
            ask(pull, factories.later(hours=hour))
        assert tell(factories.later(hours=6)) == 1

    def test_is_nobody_s_trouble_while_it_is_paused(self, people, crm):
        pull = failing(pull_of(people.admin, where=crm.url), crm, troubles.TOO_OFTEN)
        setting_up.switch(pull, on=False, actor=people.admin, edit=Edit(people.admin.email, factories.NOW))
        assert troubles.now_troubled() == []


class TestAFileThatWaitsForAWord:
    def test_is_told_at_once(self, people, crm):
        crm.body = UNKNOWN.encode()
        run = ask(pull_of(people.admin, where=crm.url), factories.NOW)
        assert run.outcome == "waits"
        assert tell(factories.NOW) == 1
        delivery.deliver_due(now=factories.later(minutes=1))
        assert "a file waits for your word" in told(people.admin).get().body
        assert run.problem in told(people.admin).get().body

    def test_is_told_once_while_newer_ones_take_its_place(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        for day in range(3):
            crm.body = f"a;b\n{day};2\n".encode()
            ask(pull, factories.later(days=day))
            tell(factories.later(days=day))
        assert told(people.admin).count() == 1

    def test_is_told_also_where_a_later_one_of_its_pattern_comes_in(self, people, drop):
        for number, text in enumerate((UNKNOWN, "score;comment\n9;Good\n"), start=1):
            path = drop / f"answers-{number}.csv"
            path.write_text(text)
            os.utime(path, (factories.later(hours=number - 5).timestamp(),) * 2)
        pull = pull_of(people.admin, "folder", "answers-*.csv")
        for minute in range(3):
            fetch(factories.later(minutes=minute))
        assert list(pull.runs.order_by("pk").values_list("outcome", flat=True)) == ["waits", "imported"]
        assert [tell(factories.later(minutes=5)), tell(factories.later(minutes=10))] == [1, 0]

    def test_that_a_key_gave_up_is_over_and_does_not_come_again(self, people, crm):
        crm.body = UNKNOWN.encode()
        pull = pull_of(people.admin, where=crm.url)
        run = ask(pull, factories.NOW)
        steps.discard(run.file_import, actor=None, now=factories.later(minutes=1), via="the CRM")
        following.follow(now=factories.later(minutes=2))
        run.refresh_from_db()
        assert run.outcome == "given up"
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        assert FilePull.objects.get(pk=pull.pk).failures == 0


class TestSeveralAtOnce:
    def test_are_told_in_one_mail(self, people, crm):
        pulls = [pull_of(people.admin, where=crm.url, name=name) for name in ("Accounts", "Answers", "Owners")]
        for pull in pulls:
            failing(pull, crm, troubles.TOO_OFTEN)
        tell(factories.NOW)
        delivery.deliver_due(now=factories.later(minutes=1))
        (mail,) = told(people.admin).filter(state=MessageState.SENT)
        assert all(name in mail.body for name in ("Accounts", "Answers", "Owners"))
        assert set(told(people.admin).exclude(pk=mail.pk).values_list("state", flat=True)) == {MessageState.CANCELLED}
