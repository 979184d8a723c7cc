"""sweep: everything that is due, with no broker."""

import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from loop import sweeping
from loop.models import CaseEvent, SweepRun
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch):
    """Two jobs of our own instead of the real ones; returns the instants they were run at."""
    seen = []

    def first(*, now):
        seen.append(now)
        return 3

    monkeypatch.setattr(sweeping, "_jobs", {"first": first, "second": lambda *, now: 0})
    return seen


def test_it_runs_every_job_once_and_counts(jobs, capsys):
    call_command("sweep", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["done"] == {"first": 3, "second": 0}
    assert told["failed"] == []
    assert len(jobs) == 1


def test_people_get_a_table(jobs, capsys):
    call_command("sweep", "--once")

    assert capsys.readouterr().out == "     3 first\n     0 second\n"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-24T10:00:00Z", "2026-12-24T10:00:00+00:00"),
        ("2026-12-24T10:00+01:00", "2026-12-24T10:00:00+01:00"),
        ("2026-12-24T10:00", "2026-12-24T10:00:00+01:00"),
        ("2026-12-24", "2026-12-24T00:00:00+01:00"),
    ],
)
def test_it_acts_as_if_it_were_another_time(jobs, settings, text, instant):
    settings.DEBUG = True
    call_command("sweep", "--now", text)

    assert jobs == [datetime.fromisoformat(instant)]


def test_it_does_so_in_production_only_when_told_twice(jobs):
    with pytest.raises(CommandError, match="--yes-really"):
        call_command("sweep", "--now", "2026-12-24T10:00Z")
    assert jobs == []

    call_command("sweep", "--now", "2026-12-24T10:00Z", "--yes-really")
    assert len(jobs) == 1


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "10:00"])
def test_a_time_that_is_none_is_refused(jobs, text):
    with pytest.raises(CommandError, match="is not a time"):
        call_command("sweep", "--now", text, "--yes-really")


def test_a_job_that_fails_is_told_after_the_others_were_done(jobs, monkeypatch, capsys):
    monkeypatch.setitem(sweeping._jobs, "broken", lambda *, now: 1 / 0)

    with pytest.raises(CommandError, match="broken"):
        call_command("sweep", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["done"], told["failed"]) == ({"first": 3, "second": 0}, ["broken"])


def test_it_takes_a_case_from_answer_to_overdue(people, settings):
    settings.DEBUG = True
    case = factories.case(owner=people.agent)
    call_command("sweep", "--now", factories.later(days=30).isoformat())

    kinds = set(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))
    assert {"opened", "assigned"} < kinds
    assert SweepRun.objects.filter(job="remind").exists()


def test_again_and_again_it_runs_until_it_is_told_to_stop(jobs, monkeypatch):
    waits = []

    class Impatient:
        def is_set(self):
            return len(waits) == 3

        def wait(self, seconds):
            waits.append(seconds)

    monkeypatch.setattr("loop.management.commands.sweep.threading.Event", Impatient)
    monkeypatch.setattr("loop.management.commands.sweep.signal.signal", lambda *_: None)
    call_command("sweep", "--every", "30")

    assert waits == [30, 30, 30]
    assert len(jobs) == 3


@pytest.mark.parametrize("words", [["--every", "0"], ["--every", "5", "--now", "2026-12-24", "--yes-really"]])
def test_every_needs_seconds_and_the_present(jobs, words):
    with pytest.raises(CommandError, match="--every"):
        call_command("sweep", *words)
