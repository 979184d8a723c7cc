"""A wave comes again: a week before its day it is made, once, and waits for somebody to approve it."""

from datetime import UTC, date, datetime

import pytest

from feedback import programme, waves
from feedback.models import Survey, Wave, WaveMember, WaveSeries, WaveTurn
from feedback.models.wave import WaveState
from loop import sweeping
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(f"{text} 12:00").replace(tzinfo=UTC)


@pytest.fixture
def base(db):
    account = factories.account(country="SE")
    return [factories.contact(account=account) for _each in range(6)]


@pytest.fixture
def first(base):
    wave = waves.draft(
        survey=factories.survey(), share="1/2", strata=["segment", "size"], at_least=1, per_hour=7, seed=5,
        starts_on=date(2026, 11, 30), now=NOW,
    )  # fmt: skip
    waves.plan(wave, now=NOW)
    return Wave.objects.get(pk=wave.pk)


def repeat(wave, every="monthly", **more):
    return waves.repeat(wave, every=every, by="ada@loop.example", now=NOW, **more)


def turns():
    return list(WaveTurn.objects.order_by("on").values_list("on", "skipped"))


def approve_all():
    for wave in Wave.objects.filter(state=WaveState.PLANNED):
        waves.approve(wave, by="ada@loop.example", now=NOW)


class TestTheNextOne:
    def test_is_made_a_week_before_its_day_and_waits_for_approval(self, first):
        repeat(first)
        assert waves.repeat_due(now=at("2026-12-22")) == 0
        assert waves.repeat_due(now=at("2026-12-23")) == 1
        made = Wave.objects.latest("pk")
        assert (made.state, made.starts_on, made.turn.on) == (WaveState.PLANNED, date(2026, 12, 30), made.starts_on)
        assert WaveMember.objects.filter(wave=made).count() == 6

    def test_asks_by_the_same_rules_with_a_seed_of_its_own(self, first):
        repeat(first)
        waves.repeat_due(now=at("2026-12-23"))
        made = Wave.objects.latest("pk")
        alike = ("survey", "method", "share", "strata", "at_least", "filters", "channel", "per_hour", "open_days")
        assert [getattr(made, name) for name in alike] == [getattr(first, name) for name in alike]
        assert made.seed != first.seed

    def test_is_made_once_however_often_it_is_swept(self, first):
        repeat(first)
        approve_all()
        assert [waves.repeat_due(now=at("2026-12-23")) for _time in range(3)] == [1, 0, 0]
        sweeping.run("repeat_waves", now=at("2026-12-29"))
        assert Wave.objects.count() == 2

    def test_is_made_once_where_another_sweep_was_faster(self, first, caplog):
        """As two processes that both found it due."""
        series = repeat(first)
        WaveTurn.objects.create(series=series, on=series.next_on, made_at=NOW)
        assert waves.repeat_due(now=at("2026-12-23")) == 0
        assert Wave.objects.count() == 1
        assert "could not be made" not in caplog.text  # being second is no failure

    def test_leaves_out_months(self, first):
        repeat(first, left_out=[12, 2])
        approve_all()
        for day in ("2027-01-25", "2027-02-26", "2027-03-25"):
            waves.repeat_due(now=at(day))
            approve_all()
        assert turns() == [(date(2026, 11, 30), ""), (date(2027, 1, 30), ""), (date(2027, 3, 30), "")]

    def test_leaves_out_the_months_the_programme_is_closed_in(self, first):
        programme.change_rules(after_answer_days=0, after_silence_days=0, between_mails_days=0, closed_months=[12, 1])
        assert repeat(first).next_on == date(2027, 2, 28)  # that month has no thirtieth

    @pytest.mark.parametrize(("every", "day"), [("quarterly", date(2027, 2, 28)), ("yearly", date(2027, 11, 30))])
    def test_comes_in_a_quarter_or_a_year(self, first, every, day):
        assert repeat(first, every).next_on == day

    def test_keeps_the_day_of_the_month_after_a_short_one(self, first):
        repeat(first, "quarterly")
        approve_all()
        waves.repeat_due(now=at("2027-02-25"))
        assert WaveSeries.objects.get().next_on == date(2027, 5, 30)

    def test_is_not_made_any_more_once_stopped(self, first):
        series = repeat(first)
        assert waves.stop(series, by="lena@loop.example", now=NOW)
        assert not waves.stop(series, by="otto@loop.example", now=NOW)
        assert waves.repeat_due(now=at("2026-12-23")) == 0
        assert WaveSeries.objects.get().stopped_by == "lena@loop.example"

    def test_approves_itself_only_where_somebody_said_so(self, first):
        repeat(first, approves_itself=True)
        waves.repeat_due(now=at("2026-12-23"))
        made = Wave.objects.latest("pk")
        assert (made.state, made.approved_by) == (WaveState.SENDING, "by itself, as ada@loop.example wished")

    def test_approves_itself_but_for_the_first(self, first):
        repeat(first, approves_itself=True)
        waves.repeat_due(now=NOW)
        assert Wave.objects.get().state == WaveState.PLANNED


class TestATurnThatIsSkipped:
    def test_says_that_nobody_approved_it(self, first):
        repeat(first)
        approve_all()
        waves.repeat_due(now=at("2026-12-23"))
        waves.repeat_due(now=at("2027-01-23"))
        assert turns() == [(date(2026, 11, 30), ""), (date(2026, 12, 30), "not_approved"), (date(2027, 1, 30), "")]
        assert Wave.objects.count() == 2
        assert WaveTurn.objects.get(skipped="not_approved").why_skipped == "skipped: nobody approved it"

    def test_says_that_it_was_thrown_away_and_is_not_made_again(self, first):
        repeat(first)
        waves.repeat_due(now=at("2026-12-23"))
        waves.discard(Wave.objects.latest("pk"))
        assert waves.repeat_due(now=at("2026-12-23")) == 0
        assert WaveTurn.objects.latest("on").skipped == "thrown_away"

    def test_says_that_nothing_ran(self, first):
        repeat(first)
        approve_all()
        assert waves.repeat_due(now=at("2027-03-01")) == 1
        assert turns()[1:] == [
            (date(2026, 12, 30), "missed"), (date(2027, 1, 30), "missed"), (date(2027, 2, 28), "")
        ]  # fmt: skip

    def test_says_why_it_could_not_be_made_and_the_next_is_tried(self, first):
        repeat(first)
        Survey.objects.update(is_active=False)
        assert waves.repeat_due(now=at("2026-12-23")) == 0
        turn = WaveTurn.objects.latest("on")
        assert (turn.skipped, "not in use" in turn.note) == ("refused", True)
        assert WaveSeries.objects.get().next_on == date(2027, 1, 30)

    def test_does_not_keep_other_series_from_going_on(self, first, monkeypatch, caplog):
        repeat(first)
        other = waves.draft(survey=factories.survey(), share="1/2", seed=6, starts_on=date(2026, 11, 30), now=NOW)
        repeat(other)
        plan, seen = waves.repeating.plan, []

        def break_once(wave, **clock):
            seen.append(wave)
            return plan(wave, **clock) if len(seen) > 1 else 1 / 0

        monkeypatch.setattr(waves.repeating, "plan", break_once)
        waves.repeat_due(now=at("2026-12-23"))
        assert "could not be made" in caplog.text
        assert Wave.objects.filter(starts_on=date(2026, 12, 30), state=WaveState.PLANNED).count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"every": "daily"}, "every"), ({"left_out": [13]}, "left_out"), ({"left_out": range(1, 13)}, "left_out")],
)
def test_that_makes_no_sense_is_refused(first, facts, field):
    with pytest.raises(waves.WaveRefused) as refusal:
        repeat(first, **facts)
    assert refusal.value.field == field


def test_repeats_only_once(first):
    repeat(first)
    with pytest.raises(waves.WaveRefused, match="already"):
        repeat(first)
