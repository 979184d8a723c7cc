"""What does not arrive is tried again for three days; what a receiver answers decides; a slow one holds nobody up."""

import time

import pytest

from loop.models import Role
from notifications import sealing
from notifications.models import DeliveryState, Message, WebhookDelivery, WebhookEndpoint
from notifications.webhooks import endpoints, outgoing, posting, sending
from tests import factories
from tests.notifications import webhook_receiver

pytestmark = pytest.mark.django_db


class TestTheAnswer:
    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    def test_of_success_ends_it(self, warehouse, send, status):
        warehouse.receiver.status = status
        warehouse.test()

        assert send() == 1
        done = warehouse.delivery()
        assert (done.state, done.attempts, done.status, done.trouble) == ("sent", 1, status, "")
        assert done.took_ms is not None

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
    def test_of_failure_lets_it_wait(self, warehouse, send, status):
        warehouse.receiver.status = status
        warehouse.test()

        assert send() == 0
        waits = warehouse.delivery()
        assert (waits.state, waits.attempts, waits.status) == ("pending", 1, status)
        assert 5 <= (waits.send_after - factories.NOW).total_seconds() <= 7

    def test_that_redirects_is_not_followed(self, warehouse, send):
        with webhook_receiver.running() as elsewhere:
            warehouse.receiver.status, warehouse.receiver.location = 307, elsewhere.url
            warehouse.test()
            send()

        assert (len(warehouse.receiver.told), elsewhere.told) == (1, [])

    def test_that_it_is_gone_switches_it_off_and_tells_administrators(self, people, warehouse, send):
        warehouse.receiver.status = 410
        warehouse.test()
        send()

        assert warehouse.endpoint.why_off == "gone"
        assert [message.user for message in Message.objects.filter(kind="webhook_off")] == [people.admin]
        warehouse.test()
        assert send(factories.later(days=1)) == 0
        assert len(warehouse.receiver.told) == 1

    def test_is_not_kept_or_shown(self, warehouse, send):
        warehouse.receiver.status, warehouse.receiver.body = 500, b"root:x:0:0"
        warehouse.test()
        send()

        assert "root" not in str(WebhookDelivery.objects.values().get())

    def test_that_never_ends_is_not_read_to_its_end(self, warehouse, send):
        warehouse.receiver.status, warehouse.receiver.body = 200, b"x" * 5_000_000
        warehouse.test()

        assert send() == 1


class TestWhatDoesNotArrive:
    def test_is_tried_again_at_the_times_of_the_specification(self, warehouse, send):
        warehouse.receiver.status = 500
        warehouse.test()
        now, waits = factories.NOW, []
        for _attempt in range(20):
            send(now)
            row = warehouse.delivery()
            if row.state != DeliveryState.PENDING:
                break
            waits.append((row.send_after - now).total_seconds())
            now = row.send_after

        hours = [2, 5, 10, 14, 20, 24]
        for wait, planned in zip(waits, [5, 300, 1800, *(each * 3600 for each in hours)], strict=True):
            assert planned <= wait <= planned * 1.1 + 2
        assert (row.state, row.attempts) == ("dead", 10)

    def test_for_five_days_switches_it_off(self, people, warehouse, send):
        warehouse.receiver.status = 500
        warehouse.test()
        send()
        assert warehouse.endpoint.failing_since is not None
        warehouse.test(factories.later(days=4))
        send(factories.later(days=4))
        assert warehouse.endpoint.is_on
        warehouse.test(factories.later(days=5, hours=1))
        send(factories.later(days=5, hours=1))

        assert warehouse.endpoint.why_off == "failing"
        assert Message.objects.filter(kind="webhook_off", user=people.admin).count() == 1

    def test_is_forgotten_when_something_arrives(self, warehouse, send):
        warehouse.receiver.status = 500
        warehouse.test()
        send()
        warehouse.receiver.status = 200
        send(factories.later(minutes=1))

        assert warehouse.endpoint.failing_since is None

    def test_carries_the_same_id_every_time(self, warehouse, send):
        warehouse.receiver.status = 500
        warehouse.test()
        send()
        warehouse.receiver.status = 200
        send(factories.later(minutes=1))
        outgoing.replay(WebhookDelivery.objects.all(), now=factories.later(days=1))
        send(factories.later(days=1))

        assert len(warehouse.receiver.told) == 3
        assert {told["id"] for told in warehouse.receiver.told} == {warehouse.delivery().webhook_id}

    def test_because_its_sender_died_is_taken_back(self, warehouse, send):
        warehouse.test()
        assert outgoing.claim_next(resting=(), now=factories.NOW, at=factories.NOW) is not None
        assert send() == 0
        assert outgoing.release_stuck(now=factories.later(seconds=30)) == 0
        assert outgoing.release_stuck(now=factories.later(minutes=2)) == 1

        assert send(factories.later(minutes=3)) == 1
        assert warehouse.delivery().attempts == 2


class TestASlowReceiver:
    @pytest.fixture(autouse=True)
    def hurry(self, monkeypatch):
        monkeypatch.setattr(posting, "SECONDS", 0.5)

    def test_that_trickles_is_given_up_at_the_deadline(self, warehouse, send):
        warehouse.receiver.slowly = 0.1
        warehouse.test()
        started = time.monotonic()

        assert send() == 0
        assert time.monotonic() - started < 3
        assert warehouse.delivery().trouble.startswith("no answer")

    def test_rests_until_the_next_run_while_the_others_are_told(self, warehouse, send, settings):
        warehouse.receiver.slowly = 0.1
        for _number in range(5):
            warehouse.test()
        with webhook_receiver.running() as quick:
            settings.WEBHOOK_HOSTS_INSIDE |= {quick.host}
            other, _secret = endpoints.create(
                url=quick.url, name="Quick", types=["case.opened"], actor=None, now=factories.NOW
            )
            outgoing.tell_test(other, now=factories.NOW)

            assert send() == 1
            assert len(quick.told) == 1
        assert WebhookDelivery.objects.filter(endpoint=warehouse.endpoint_id, attempts=0).count() == 4

    def test_is_waited_for_by_one_run_of_a_process(self, warehouse):
        warehouse.test()
        with sending._running:
            assert sending.deliver_due(now=factories.NOW) == 0
        assert sending.deliver_due(now=factories.NOW) == 1


class TestTheSecret:
    def test_before_signs_for_a_week_beside_the_new_one(self, warehouse, send):
        warehouse.receiver.secrets.append(endpoints.renew_secret(warehouse.endpoint, now=factories.NOW))
        warehouse.test()
        send()
        assert warehouse.receiver.forged == 0

        warehouse.test(factories.later(days=8))
        send(factories.later(days=8))
        assert warehouse.receiver.forged == 1  # the old one fits no more

    def test_does_not_lie_in_the_database(self, warehouse):
        secret = warehouse.receiver.secrets[0]
        assert secret not in str(WebhookEndpoint.objects.values().get())
        assert secret.startswith("whsec_")

    def test_outlives_a_change_of_the_installations_key(self, warehouse, send, settings):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
        warehouse.test()
        assert send() == 1
        assert warehouse.receiver.forged == 0

    def test_that_no_key_opens_is_said_and_not_guessed(self, warehouse, send, settings):
        settings.SECRET_KEY = "another" * 10
        warehouse.test()

        assert send() == 0
        assert "SECRET_KEY" in warehouse.delivery().trouble
        assert warehouse.receiver.told == []
        with pytest.raises(sealing.SealBroken):
            endpoints.secrets_of(warehouse.endpoint, now=factories.NOW)


def test_old_deliveries_are_deleted_after_a_month(warehouse, send):
    warehouse.test()
    send()
    assert outgoing.delete_old(now=factories.later(days=29)) == 0
    assert outgoing.delete_old(now=factories.later(days=31)) == 1


def test_a_sweep_with_a_turned_clock_signs_by_the_real_one(warehouse, send):
    """Receivers refuse a signature that is five minutes old, so its time is that of the attempt."""
    warehouse.test(factories.later(days=-300))
    assert send(factories.later(days=-300)) == 1
    assert warehouse.receiver.forged == 0


def test_an_agent_is_not_told_that_one_has_stopped(people, warehouse, send):
    warehouse.receiver.status = 410
    warehouse.test()
    send()
    assert not Message.objects.filter(kind="webhook_off").exclude(user__role=Role.ADMIN).exists()
