"""Is a file imported in the background stopped, killed, overtaken or made to go, without harm?"""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from feedback.models import Response
from loop import rows_at_once
from loop.imports import claims, files, running, work
from loop.models import FileImport
from tests import factories
from tests.factories import NOW
from tests.loop.uploading import (
    ANSWERS,
    CUSTOMERS,
    import_it,
    latest,
    press,
    result,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


class TestStopping:
    @pytest.fixture(autouse=True)
    def _small_chunks(self, monkeypatch):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 1)

    @pytest.mark.parametrize(("text", "kind"), [(ANSWERS, "answers"), (CUSTOMERS, "customers")])
    def test_stays_where_it_is_and_goes_on_to_the_same_end(self, ada, people, monkeypatch, text, kind):
        upload(ada, text, kind=kind)
        press(ada, "start")
        stop_after(monkeypatch, 2, lambda: press(ada, "stop"))
        work.work(now=NOW)
        one = latest()
        assert (one.state, one.position) == ("stopped", 1)
        assert "1 of" in ada.get(reverse("import", args=[one.pk])).text

        monkeypatch.undo()
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 1)
        press(ada, "resume")
        work.work(now=NOW)

        one = latest()
        assert (one.state, one.position) == ("done", one.rows)
        expected = {name: n for name, n in one.found["counts"].items() if isinstance(n, int)}
        assert {name: one.counts[name] for name in expected} == expected
        assert [row[0] for row in result(ada)[1:]] == [str(line) for line in range(2, one.rows + 2)]
        assert [event.state for event in one.events.order_by("pk")] == [
            "uploaded", "checked", "running", "stopped", "running", "done",
        ]  # fmt: skip

    def test_what_is_stopped_may_be_given_up_and_what_is_in_stays(
        self, ada, monkeypatch, django_capture_on_commit_callbacks
    ):
        upload(ada)
        press(ada, "start")
        stop_after(monkeypatch, 2, lambda: press(ada, "stop"))
        work.work(now=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            press(ada, "discard")
        assert latest().state == "discarded"
        assert Response.objects.count() == 1
        assert list(files.folder().iterdir()) == []


def stop_after(monkeypatch, calls, do):
    """Have `do` done before the claim is looked at for the so-manieth time."""
    from loop.imports import claims

    held, seen = claims.held, []

    def interrupted(one):
        seen.append(one)
        if len(seen) == calls:
            do()
        return held(one)

    monkeypatch.setattr(claims, "held", interrupted)


class TestAfterAKill:
    """What a run that was killed had begun and not committed does not hold."""

    def test_the_result_goes_on_where_the_last_commit_left_it(self, ada):
        upload(ada)
        one = latest()
        one.result_size = files.append(one, "committed\n")
        files.append(one, "written, and never committed\n")
        one.result_size = files.append(one, "again\n")
        assert files.result_of(one).read_text() == "committed\nagain\n"
        assert one.result_size == len("committed\nagain\n")

    def test_nobody_takes_it_while_it_may_be_alive_and_somebody_does_afterwards(self, ada):
        upload(ada)
        press(ada, "start")
        assert claims.claim(latest().pk, "running", now=timezone.now()) is not None
        assert work.work(now=timezone.now()) == 0
        assert latest().state == "running"
        FileImport.objects.update(claimed_until=timezone.now() - claims.LEASE)
        assert work.work(now=timezone.now()) == 1
        assert latest().state == "done"

    def test_a_run_that_was_overtaken_writes_nothing_more(self, ada):
        upload(ada)
        press(ada, "start")
        slow = claims.claim(latest().pk, "running", now=timezone.now())
        FileImport.objects.update(claimed_until=timezone.now() - claims.LEASE)
        assert claims.claim(latest().pk, "running", now=timezone.now()) is not None
        assert running.run(slow, clock=timezone.now) is False
        assert not Response.objects.exists()

    def test_what_gets_nowhere_is_given_up_after_five_tries_and_says_so(self, ada, monkeypatch):
        upload(ada)
        press(ada, "start")
        monkeypatch.setattr(running, "run", lambda one, clock: 1 / 0)
        for tries in range(claims.TRIES):
            assert (latest().state, latest().tries) == ("running", tries)
            work.work(now=timezone.now())
        assert latest().state == "failed"
        assert "on our side" in ada.get(reverse("import", args=[latest().pk])).text

    def test_a_file_that_is_gone_is_told_of(self, ada):
        upload(ada)
        press(ada, "start")
        files.discard(latest().stored_as)
        work.work(now=NOW)
        assert latest().state == "failed"
        assert "not there any more" in ada.get(reverse("import", args=[latest().pk])).text


class TestErasure:
    def erase(self, people):
        from loop import data_requests
        from loop.models import Wanted

        customer = factories.contact("Åsa Öberg", email="asa@nordmat.example")
        asked = data_requests.note(customer, Wanted.ERASURE, actor=people.admin, now=NOW)
        data_requests.erase(asked.pk, actor=people.admin, now=NOW)

    def test_of_anybody_takes_every_file_along(self, ada, people, django_capture_on_commit_callbacks):
        upload(ada)
        import_it(ada)
        upload(ada)
        with django_capture_on_commit_callbacks(execute=True):
            self.erase(people)
        assert list(files.folder().iterdir()) == []
        assert [one.state for one in FileImport.objects.order_by("pk")] == ["done", "discarded"]
        page = ada.get(reverse("import", args=[latest().pk]))
        assert "data was erased" in page.text

    def test_lets_one_that_runs_end_and_keeps_nothing_of_it(
        self, ada, people, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 1)
        upload(ada)
        press(ada, "start")
        stop_after(monkeypatch, 2, lambda: self.erase(people))
        with django_capture_on_commit_callbacks(execute=True):
            work.work(now=NOW)
        assert latest().state == "done"
        assert list(files.folder().iterdir()) == []
