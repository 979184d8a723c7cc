"""Does a file come in from a folder, once it rests, and does nothing lead out of that folder?"""

import os
from datetime import timedelta

import pytest

from feedback.models import Account
from loop.models import FileImport, PullOutcome
from loop.pulls import fetching, web
from tests import factories
from tests.loop.pulls.conftest import ask, fetch, pull_of
from tests.loop.pulls.test_fetching import GOOD, of, outcomes
from tests.loop.uploading import CUSTOMERS

pytestmark = pytest.mark.django_db


class TestFromAFolder:
    def write(self, drop, name, text, minutes=-60):
        path = drop / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        at = factories.later(minutes=minutes).timestamp()
        os.utime(path, (at, at))
        return path

    def test_one_file_comes_when_it_has_changed(self, people, drop):
        self.write(drop, "crm/customers.csv", CUSTOMERS)
        pull = pull_of(people.admin, "folder", "crm/customers.csv", kind="customers")
        fetch()
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        self.write(drop, "crm/customers.csv", CUSTOMERS.replace("Holmgren AB", "Holm AB"), minutes=90)
        assert ask(pull, factories.later(hours=2)).outcome == "imported"
        assert Account.objects.filter(name="Holm AB").exists()

    def test_of_several_each_comes_once_and_the_oldest_first(self, people, drop):
        for number in (2, 1, 3):
            self.write(drop, f"answers-{number}.csv", f"score;comment\n{number};no {number}\n", minutes=-60 + number)
        self.write(drop, "other.csv", "score\n1\n")
        pull = pull_of(people.admin, "folder", "answers-*.csv")
        for minute in range(5):
            fetch(factories.later(minutes=minute))
        assert list(pull.runs.order_by("pk").values_list("filename", flat=True)) == [
            f"answers-{number}.csv" for number in (1, 2, 3)
        ]
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"

    def test_one_that_is_no_table_does_not_keep_the_others_out(self, people, drop):
        self.write(drop, "answers-1.csv", "\x00\x01\x02", minutes=-60)
        self.write(drop, "answers-2.csv", GOOD, minutes=-50)
        pull = pull_of(people.admin, "folder", "answers-*.csv")
        fetch()
        fetch(factories.later(minutes=10))
        assert outcomes(pull) == ["failed", "imported"]

    def test_one_that_is_too_large_does_not_keep_the_others_out_and_is_told(self, people, drop, monkeypatch):
        monkeypatch.setattr(web, "LIMIT", 2_000)
        self.write(drop, "answers-1.csv", "x" * 3_000, minutes=-60)
        self.write(drop, "answers-2.csv", GOOD, minutes=-50)
        pull = pull_of(people.admin, "folder", "answers-*.csv")
        fetch()
        assert ask(pull, factories.later(hours=1)).outcome == "failed"
        assert outcomes(pull) == ["imported", "failed"]

    def test_two_of_a_pattern_are_not_claimed_beside_each_other(self, people, drop):
        pull = pull_of(people.admin, "folder", "answers-*.csv")
        pull.runs.create(at=factories.NOW, outcome=PullOutcome.UNDER_WAY)
        assert fetching._claim(pull.pk, factories.later(days=2)) is None

    def test_one_that_is_being_written_to_is_left_for_a_minute(self, people, drop):
        self.write(drop, "answers.csv", GOOD, minutes=0)
        pull = pull_of(people.admin, "folder", "answers.csv")
        fetch()
        assert outcomes(pull) == []
        assert timedelta(0) <= of(pull).due_at - factories.later(minutes=1) < timedelta(seconds=9)
        fetch(factories.later(minutes=2))
        assert outcomes(pull) == ["imported"]

    def test_one_that_is_always_written_to_is_said(self, people, drop):
        pull = pull_of(people.admin, "folder", "answers.csv")
        for minute in range(fetching.WRITTEN_FOR + 1):
            now = factories.later(minutes=2 * minute)
            self.write(drop, "answers.csv", GOOD, minutes=2 * minute)
            fetch(now)
        assert "half an hour" in pull.runs.get().problem

    def test_that_is_not_there_is_said(self, people, drop):
        one = pull_of(people.admin, "folder", "crm/customers.csv", kind="customers")
        fetch()
        assert "“crm” is not there" in one.runs.get().problem

    @pytest.mark.parametrize("where", ["crm/secret.csv", "linked/secret.csv", "crm/*.csv", "crm/pipe.csv", "crm/dir"])
    def test_no_link_leads_out_of_it(self, people, drop, tmp_path, where):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret.csv").write_text(GOOD)
        (drop / "crm").mkdir()
        (drop / "crm" / "secret.csv").symlink_to(outside / "secret.csv")
        (drop / "linked").symlink_to(outside)
        (drop / "crm" / "dir").mkdir()
        os.mkfifo(drop / "crm" / "pipe.csv")
        pull = pull_of(people.admin, "folder", where)
        fetch()
        assert outcomes(pull) in (["failed"], ["unchanged"])
        assert FileImport.objects.count() == 0

    def test_what_becomes_a_link_between_listing_and_reading_is_refused(self, people, drop, tmp_path, monkeypatch):
        from loop.pulls import folder

        (tmp_path / "secret.csv").write_text(GOOD)
        path = self.write(drop, "answers.csv", GOOD)
        listed = folder.found

        def swapped(*args, **more):
            found = listed(*args, **more)
            path.unlink()
            path.symlink_to(tmp_path / "secret.csv")
            return found

        monkeypatch.setattr(folder, "found", swapped)
        pull = pull_of(people.admin, "folder", "answers.csv")
        fetch()
        assert outcomes(pull) == ["failed"]
        assert "link" in pull.runs.get().problem
