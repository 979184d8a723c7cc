"""launch_wave: who is asked and who not, and the wave on its way, in one command."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from feedback import contacts, waves
from feedback.models import Contact, Invitation, Wave, WaveMember
from feedback.models.wave import WaveState
from feedback.waves import planning, scheduling
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def base():
    """Twenty-two contacts who may be asked and one who opted out."""
    account = factories.account()
    everybody = [factories.contact(account=account) for _each in range(23)]
    contacts.opt_out(everybody[0], now=NOW)
    return everybody


@pytest.fixture
def launch(capsys):
    def run(*arguments):
        call_command("launch_wave", *arguments, "--json")
        return json.loads(capsys.readouterr().out)

    return run


class TestLaunching:
    def test_a_share_asks_so_many_and_counts_why_the_others_are_not(self, base, launch):
        told = launch("relational", "--share", "1/11", "--seed", "5")
        assert (told["asked"], told["left_out"], told["seed"]) == (2, {"not_drawn": 20, "opted_out": 1}, 5)
        assert Invitation.objects.count() == 2

    def test_is_one_in_eleven_when_nothing_is_said(self, base, launch):
        assert launch("relational")["asked"] == 2

    def test_a_count_asks_exactly_so_many(self, base, launch):
        assert launch("relational", "--count", "7")["asked"] == 7

    def test_all_asks_whoever_may_be_asked(self, base, launch):
        told = launch("relational", "--all")
        assert (told["asked"], told["left_out"]) == (22, {"opted_out": 1})

    def test_a_preset_chooses_in_its_way(self, base, launch):
        Contact.objects.filter(pk=base[3].pk).update(is_decision_maker=True)
        assert launch("relational", "--preset", "decision_makers")["asked"] == 1

    def test_the_usual_way_hears_every_group_however_small(self, base, launch):
        small = [factories.contact(account=factories.account(segment="Steel", size=size)) for size in ("1-9", "10-49")]
        assert launch("relational")["asked"] == 2 + 2
        assert Invitation.objects.filter(contact__in=small).count() == 2

    def test_draws_from_groups_when_told(self, base, launch):
        lone = factories.contact(account=factories.account(country="IS"))
        assert launch("relational", "--share", "1/11", "--by", "country", "--at-least", "1")["asked"] == 2 + 1
        assert Invitation.objects.filter(contact=lone).exists()
        assert Wave.objects.get().strata == ["country"]

    def test_has_it_come_again_when_told(self, base, launch):
        launch("relational", "--repeat", "monthly")
        assert Wave.objects.get().turn.series.every == "monthly"

    def test_the_same_seed_asks_the_same(self, base, launch):
        launch("relational", "--share", "1/2", "--seed", "5")
        first = set(Invitation.objects.values_list("contact", flat=True))
        for table in (Invitation, WaveMember, Wave):
            table.objects.all().delete()
        launch("relational", "--share", "1/2", "--seed", "5")
        assert set(Invitation.objects.values_list("contact", flat=True)) == first

    def test_without_a_seed_takes_one_and_tells_it(self, base, launch):
        told = launch("relational", "--share", "1/2")
        assert Wave.objects.get().seed == told["seed"]

    def test_leaves_nothing_before_a_working_day_and_a_monday(self, base, launch):
        told = launch("relational", "--all")
        assert told["starts_on"] == "2026-11-21"
        assert min(Invitation.objects.values_list("due_at", flat=True)) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

    def test_a_second_wave_asks_nobody_twice(self, base, launch):
        launch("relational", "--share", "1/2")
        assert launch("product", "--all")["left_out"] == {"about_to_be_mailed": 11, "opted_out": 1}
        assert Invitation.objects.count() == 22

    def test_where_nobody_may_be_asked_sends_nothing(self, launch):
        told = launch("relational", "--all")
        assert (told["asked"], told["left_out"]) == (0, {})
        assert Wave.objects.get().state == WaveState.PLANNED

    def test_tells_people_in_words(self, base, capsys):
        call_command("launch_wave", "relational", "--share", "1/11", "--seed", "5")
        assert capsys.readouterr().out.splitlines() == [
            "2 are asked, from 2026-11-21 on.",
            "Left out:",
            "      20 not drawn",
            "       1 does not want surveys",
            "The same sample again: --seed 5",
        ]


class TestADryRun:
    def test_says_what_would_be_and_leaves_nothing_behind(self, base, launch):
        dry = launch("relational", "--share", "1/2", "--seed", "5", "--dry-run")
        assert not any(table.objects.exists() for table in (Wave, WaveMember, Invitation))
        wet = launch("relational", "--share", "1/2", "--seed", "5")
        assert dry == {name: wet[name] for name in ("asked", "left_out", "seed")}

    def test_says_so_in_words(self, base, capsys):
        call_command("launch_wave", "relational", "--all", "--dry-run")
        assert "nothing was written: 22 would be asked" in capsys.readouterr().out


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["nonsense"], "no survey “nonsense”. Surveys are: product, recovery, relational, transactional"),
            (["recovery"], "by a case"),
            (["relational", "--share", "2"], "share"),
            (["relational", "--count", "0"], "count"),
            (["relational", "--per-hour", "0"], "per_hour"),
            (["relational", "--share", "1/2", "--all"], "not allowed with"),
        ],
    )
    @pytest.mark.parametrize("dry", [[], ["--dry-run"]])
    def test_say_what_is_wrong_and_leave_nothing_behind(self, base, arguments, says, dry):
        with pytest.raises(CommandError, match=says):
            call_command("launch_wave", *arguments, *dry)
        assert not Wave.objects.exists()


class PowerCut(Exception):
    """The process dies here."""


class TestInterrupted:
    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch):
        monkeypatch.setattr(planning, "CHUNK", 5)
        monkeypatch.setattr(scheduling, "CHUNK", 5)

    def cut(self, monkeypatch, owner, name, *, after):
        calls = []

        def die(*args, **kwargs):
            if len(calls) == after:
                raise PowerCut
            calls.append(True)
            return original(*args, **kwargs)

        original = getattr(owner, name)
        return monkeypatch.setattr(owner, name, die)

    @pytest.mark.parametrize(
        ("owner", "name", "after"),
        [
            (planning, "insert", 2),
            (planning, "_draw", 0),
            (waves, "approve", 0),
            (waves, "schedule", 0),
            (scheduling, "insert", 1),
        ],
    )
    @pytest.mark.parametrize("seed", [["--seed", "5"], []])
    def test_anywhere_and_run_again_goes_on_with_the_same_wave(
        self, base, launch, monkeypatch, owner, name, after, seed
    ):
        with monkeypatch.context() as patch:
            self.cut(patch, owner, name, after=after)
            with pytest.raises(PowerCut):
                launch("relational", "--share", "1/2", *seed)
        told = launch("relational", "--share", "1/2", *seed)
        assert told["asked"] == 11
        assert Wave.objects.get().scheduled_at is not None
        assert sorted(Invitation.objects.values_list("contact", flat=True)) == sorted(
            WaveMember.objects.filter(asked=True).values_list("contact", flat=True)
        )
        assert WaveMember.objects.count() == 23

    def test_is_not_taken_up_by_another_choice(self, base, launch, monkeypatch):
        with monkeypatch.context() as patch:
            self.cut(patch, planning, "insert", after=2)
            with pytest.raises(PowerCut):
                launch("relational", "--share", "1/2", "--seed", "5")
        launch("relational", "--share", "1/2", "--seed", "6")
        launch("relational", "--count", "3")
        assert sorted(Wave.objects.values_list("state", flat=True)) == ["draft", "sending", "sending"]

    def test_while_scheduling_is_finished_by_the_sweep(self, base, launch, monkeypatch):
        with monkeypatch.context() as patch:
            self.cut(patch, scheduling, "insert", after=1)
            with pytest.raises(PowerCut):
                launch("relational", "--all")
        call_command("sweep")
        assert Invitation.objects.count() == 22
