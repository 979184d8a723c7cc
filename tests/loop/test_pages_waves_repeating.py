"""A wave that comes again, on the pages and in the mails of those who run the programme."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from feedback import waves
from feedback.models import Wave, WaveSeries, WaveTurn
from feedback.models.wave import WaveState
from loop import sweeping
from notifications import delivery, programme
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

A_WEEK_BEFORE = datetime(2026, 12, 23, 9, tzinfo=UTC)
FORM = {
    "method": "random", "share": "1/2", "at_least": "0", "starts_on": "2026-11-30", "per_hour": "500",
    "remind_after_days": "7", "open_days": "30", "seed": "7",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _thursday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def base(people):
    return [factories.contact(account=factories.account(owner=people.agent, country="SE")) for _each in range(4)]


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fill(user, **facts):
    return browser(user).post(reverse("wave-new"), {**FORM, "survey": factories.survey().pk, **facts}, follow=True)


def programme_page(user):
    return browser(user).get(reverse("programme")).text


@pytest.fixture
def monthly(people, base) -> WaveSeries:
    fill(people.admin, every="monthly", left_out=["2"])
    return WaveSeries.objects.get()


@pytest.fixture
def waiting(monthly) -> Wave:
    """The December one, a week before its day; the one before was approved."""
    waves.approve(Wave.objects.get(), by="ada@loop.example", now=NOW)
    sweeping.run("repeat_waves", now=A_WEEK_BEFORE)
    return Wave.objects.latest("pk")


class TestPlanning:
    def test_has_a_wave_come_again(self, people, monthly):
        assert (monthly.every, monthly.left_out, monthly.created_by) == ("monthly", [2], "ada@loop.example")
        assert monthly.turns.get().wave == Wave.objects.get()

    def test_has_a_wave_come_once_where_nothing_is_said(self, people, base):
        fill(people.admin)
        assert Wave.objects.count() == 1
        assert not WaveSeries.objects.exists()

    @pytest.mark.parametrize("preset", ["monthly", "quarterly", "yearly"])
    def test_starts_from_a_preset_that_comes_again_as_it_says(self, people, preset):
        page = browser(people.admin).get(reverse("wave-new"), {"preset": preset})
        assert page.context["again"]["every"].value() == preset

    @pytest.mark.parametrize("preset", ["monthly", "quarterly"])
    def test_starts_from_a_preset_that_hears_every_group(self, people, preset):
        form = browser(people.admin).get(reverse("wave-new"), {"preset": preset}).context["form"]
        assert (form["strata"].value(), form["at_least"].value()) == (["segment", "size"], 1)

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"remind_after_days": "40"}, "Ange ett tal från 0 till 29."),
            ({"share": ""}, "Ett slumpmässigt urval har antingen en andel eller ett antal."),
            ({"share": "much"}, "”much” är inte en andel som 1/11 eller 10 %."),
            ({"attributes": "account:a-b = x"}, "”a-b” kan inte vara namnet på ett attribut."),
        ],
    )
    def test_is_refused_in_the_language_of_whoever_plans(self, people, base, facts, said):
        people.admin.language = "sv"
        people.admin.save()
        page = fill(people.admin, **facts)
        assert page.status_code == 400
        assert said in page.text

    def test_that_makes_no_sense_leaves_no_wave_behind(self, people, base):
        page = fill(people.admin, every="monthly", left_out=[str(month) for month in range(1, 13)])
        assert page.status_code == 400
        assert "it would never come again" in page.text
        assert not Wave.objects.exists()

    def test_can_be_said_later_on_the_page_of_the_wave(self, people, base):
        fill(people.admin)
        address = reverse("wave-repeat", args=[Wave.objects.get().pk])
        assert browser(people.admin).post(address, {"every": ""}).status_code == 400
        assert "It comes again by itself" in browser(people.admin).post(address, {"every": "yearly"}, follow=True).text
        assert WaveSeries.objects.get().every == "yearly"
        assert browser(people.admin).post(address, {"every": "yearly"}).status_code == 400


class TestTheProgrammePage:
    def test_says_when_the_next_one_comes(self, people, monthly):
        page = " ".join(programme_page(people.leader).split())
        assert "The next one is for 30 Dec 2026: it is made on 23 Dec and waits to be approved." in page
        assert "Left out: February, July." in page

    def test_says_what_waits_and_what_was_skipped(self, people, waiting):
        assert f'href="/surveys/waves/{waiting.pk}/"' in programme_page(people.admin)
        sweeping.run("repeat_waves", now=datetime(2027, 1, 23, 9, tzinfo=UTC))
        assert "30 Dec 2026 – skipped: nobody approved it" in programme_page(people.admin)

    def test_lets_an_administrator_stop_it(self, people, monthly):
        assert "It need not come again" not in programme_page(people.leader)
        assert "It need not come again" in programme_page(people.admin)
        stopped = browser(people.admin).post(reverse("wave-repeat-stop", args=[monthly.pk]), follow=True)
        assert "It does not come again." in stopped.text
        assert WaveSeries.objects.get().stopped_by == "ada@loop.example"

    def test_comes_back_to_the_page_it_was_stopped_from(self, people, monthly, waiting):
        address = reverse("wave-repeat-stop", args=[monthly.pk])
        stopped = browser(people.admin).post(address, {"wave": str(waiting.pk)})
        assert stopped.url == reverse("wave", args=[waiting.pk])
        assert browser(people.admin).post(address).url == reverse("programme")


class TestThePageOfTheWave:
    def test_shows_its_turns(self, people, waiting):
        page = browser(people.leader).get(reverse("wave", args=[waiting.pk])).text
        assert "Every month." in page
        assert "30 Nov 2026" in page


class TestWhoeverRunsTheProgramme:
    def tell(self, at=A_WEEK_BEFORE):
        return programme.announce_waiting(now=at)

    def test_is_told_once_that_it_waits(self, people, waiting):
        assert [self.tell(), self.tell()] == [2, 0]
        delivery.deliver_due(now=A_WEEK_BEFORE)
        told = Message.objects.filter(kind="waves_wait", state=MessageState.SENT)
        assert {message.user for message in told} == {people.admin, people.leader}
        assert "1 person would be asked, from Wednesday 30 December" in told[0].body
        assert f"/surveys/waves/{waiting.pk}/" in told[0].body

    def test_is_not_told_of_the_first_which_somebody_planned(self, people, monthly):
        assert self.tell(NOW) == 0

    def test_is_not_told_of_what_approves_itself(self, people, monthly):
        WaveSeries.objects.update(approves_itself=True)
        sweeping.run("repeat_waves", now=A_WEEK_BEFORE)
        assert self.tell() == 0

    def test_is_not_told_of_what_was_approved_meanwhile(self, people, waiting):
        self.tell()
        waves.approve(waiting, by="ada@loop.example", now=A_WEEK_BEFORE)
        assert delivery.deliver_due(now=A_WEEK_BEFORE) == 0

    def test_is_told_that_the_one_before_was_skipped(self, people, waiting):
        late = datetime(2027, 1, 23, 9, tzinfo=UTC)
        sweeping.run("repeat_waves", now=late)
        self.tell(late)
        delivery.deliver_due(now=late)
        assert "Wednesday 30 December – skipped: nobody approved it" in Message.objects.latest("pk").body

    def test_can_throw_away_what_was_told_of(self, people, waiting):
        self.tell()
        waves.discard(waiting)
        assert WaveTurn.objects.get(on=date(2026, 12, 30)).skipped == "thrown_away"
        assert not Wave.objects.filter(state=WaveState.PLANNED).exists()
