"""Does a file come in by itself, once, and is it said when it does not?"""

import gzip
from datetime import timedelta

import pytest

from feedback.models import Account, Response
from loop.imports import files
from loop.models import FileImport, FilePull, ImportState
from loop.pulls import fetching, following, web
from tests import factories
from tests.factories import NOW
from tests.loop.pulls.conftest import ask, fetch, pull_of
from tests.loop.uploading import ANSWERS

pytestmark = pytest.mark.django_db

GOOD = "score;comment;email\n3;Fel faktura;asa@nordmat.example\n9;Bra;bo@fjord.example\n"


def outcomes(pull):
    return list(pull.runs.order_by("pk").values_list("outcome", flat=True))


def of(pull):
    return FilePull.objects.get(pk=pull.pk)


class TestFromAnAddress:
    def test_comes_in_as_if_it_had_been_uploaded(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        fetch()
        run = pull.runs.get()
        assert (run.outcome, run.filename, run.size) == ("imported", "answers.csv", len(crm.body))
        assert run.file_import.counts["accepted"] == 2
        assert run.file_import.uploaded_by == people.admin
        assert files.result_of(run.file_import).read_text("utf-8-sig").count("\n") == 5
        assert Response.objects.count() == 2
        assert of(pull).due_at > NOW

    def test_is_not_asked_for_before_its_time(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        fetch(factories.later(minutes=-1))
        assert (crm.asked, outcomes(pull)) == ([], [])

    def test_does_nothing_when_it_is_the_same(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        fetch()
        kept = set(files.folder().iterdir())
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        assert FileImport.objects.count() == 1
        assert set(files.folder().iterdir()) == kept

    def test_an_etag_that_no_header_can_hold_is_not_sent_back(self, people, crm):
        crm.headers["ETag"] = '"\xe5r"'
        pull = pull_of(people.admin, where=crm.url)
        fetch()
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        assert "if-none-match" not in crm.asked[-1]

    def test_is_not_even_sent_when_the_server_knows_that_it_is_the_same(self, people, crm):
        crm.headers["ETag"] = '"one"'
        pull = pull_of(people.admin, where=crm.url)
        fetch()
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        assert crm.asked[1]["if-none-match"] == '"one"'

    def test_that_went_back_to_what_it_was_comes_again(self, people, crm):
        pull = pull_of(people.admin, where=crm.url, kind="customers")
        crm.body = b"Customer number,Company\nK1,Old AB\n"
        fetch()
        for hour, name in enumerate(("New AB", "Old AB"), start=1):
            crm.body = f"Customer number,Company\nK1,{name}\n".encode()
            assert ask(pull, factories.later(hours=hour)).outcome == "imported"
            assert Account.objects.get(external_id="K1").name == name

    @pytest.mark.parametrize(
        ("sign_in", "sent"),
        [
            ({"sign_in": "token", "secret": "tok-1"}, "Bearer tok-1"),
            ({"sign_in": "basic", "username": "loop", "secret": "pä:ss"}, "Basic bG9vcDpww6Q6c3M="),
        ],
    )
    def test_is_asked_for_with_what_the_server_wants(self, people, crm, sign_in, sent):
        pull = pull_of(people.admin, where=crm.url, **sign_in)
        assert "tok-1" not in pull.secret
        fetch()
        assert crm.asked[0]["authorization"] == sent
        assert crm.asked[0]["accept-encoding"] == "identity"

    def test_holds_only_what_is_known(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        crm.body = GOOD.encode()
        fetch()
        crm.body = GOOD.replace("\n", "\r\n").encode()
        run = ask(pull, factories.later(hours=1))
        assert (run.outcome, run.file_import.state) == ("nothing new", "discarded")
        assert of(pull).failures == 0


class TestWhatWentWrong:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"status": 500}, "HTTP 500"),
            ({"status": 401}, "does not let us in"),
            ({"status": 404}, "no file at this address"),
            ({"status": 302, "headers": {"Location": "http://169.254.169.254/latest"}}, "leads on to 169.254.169.254"),
            ({"headers": {"Content-Type": "text/html"}}, "web page"),
            ({"headers": {"Content-Encoding": "gzip"}, "body": gzip.compress(b"0" * 10**7)}, "packed (gzip)"),
            ({"endless": True}, "more than 1 MB"),
            ({"body": b"x" * (2**20 + 1)}, "more than 1 MB"),
            ({"body": gzip.compress(b"0" * 10**7)}, ""),
            ({"body": b"\x00\x01\x02\x03" * 100}, ""),
            ({"body": b""}, ""),
        ],
    )
    def test_is_said_and_leaves_nothing(self, people, crm, monkeypatch, change, words):
        monkeypatch.setattr(web, "LIMIT", 2**20)
        pull = pull_of(people.admin, where=crm.url)
        for name, value in change.items():
            setattr(crm, name, value)
        fetch()
        run = pull.runs.get()
        assert run.outcome == "failed"
        assert words in run.problem
        assert list(files.folder().iterdir()) == []
        assert FileImport.objects.count() == 0
        assert (of(pull).failures, of(pull).due_at) == (1, run.at + timedelta(minutes=5))

    def test_an_address_inside_is_not_connected_to(self, people, crm, settings):
        pull = pull_of(people.admin, where=crm.url)
        settings.WEBHOOK_HOSTS_INSIDE = frozenset()
        fetch()
        assert (outcomes(pull), crm.asked) == (["failed"], [])

    def test_a_server_that_never_ends_is_not_waited_for(self, people, crm, monkeypatch):
        monkeypatch.setattr(web, "SECONDS", 0.2)
        crm.endless = True
        pull = pull_of(people.admin, where=crm.url)
        fetch()
        assert "within 0 seconds" in pull.runs.get().problem or "no answer" in pull.runs.get().problem

    def test_it_is_tried_again_soon_and_then_in_its_time(self, people, crm):
        crm.status = 503
        pull = pull_of(people.admin, where=crm.url)
        waits, now = [], NOW
        for _time in range(5):
            fetch(now)
            run, then = pull.runs.latest("at"), of(pull).due_at
            waits.append((then - run.at).total_seconds() / 60)
            now = then
        assert waits[:3] == [5, 30, 120]
        assert round(waits[4]) == 24 * 60
        assert (of(pull).failures, of(pull).failing_since is not None) == (5, True)
        crm.status = 200
        fetch(now)
        assert (of(pull).failures, of(pull).failing_since) == (0, None)

    def test_whoever_set_it_up_must_still_be_an_administrator(self, people, crm):
        pull = pull_of(people.admin, where=crm.url)
        people.admin.role = "agent"
        people.admin.save()
        fetch()
        assert "no administrator any more" in pull.runs.get().problem
        assert crm.asked == []

    def test_one_that_stumbles_does_not_hold_up_the_others(self, people, crm, monkeypatch):
        first, second = (pull_of(people.admin, where=crm.url, name=name) for name in ("First", "Second"))
        fetched = web.fetch

        def stumble(pull, **more):
            if pull.pk == first.pk:
                raise RuntimeError
            return fetched(pull, **more)

        monkeypatch.setattr(web, "fetch", stumble)
        for minute in range(fetching.TRIES):
            fetch(factories.later(minutes=minute))
        assert outcomes(second) == ["imported"]
        assert outcomes(first) == ["failed"]


class TestWaitsForAWord:
    def test_where_a_row_is_not_usable_and_it_is_all_or_nothing(self, people, crm):
        pull = pull_of(people.admin, where=crm.url, choices={"all_or_nothing": True})
        fetch()
        run = pull.runs.get()
        assert (run.outcome, run.file_import.state) == ("waits", "checked")
        assert (Response.objects.count(), of(pull).failures) == (0, 1)
        # The same file waits still: the page says so, and it counts.
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"
        assert of(pull).failures == 2

    def test_where_a_column_that_was_named_is_missing(self, people, crm):
        pull = pull_of(people.admin, where=crm.url, choices={"named": {"score": "Betyg"}})
        fetch()
        assert pull.runs.get().outcome == "waits"
        assert "Betyg" in pull.runs.get().problem
        crm.body = b"Betyg;comment\n3;Fel\n"
        assert ask(pull, factories.later(hours=1)).outcome == "imported"
        assert of(pull).failures == 0
        # What waited is of yesterday: nobody is to import it after that of today.
        assert sorted(FileImport.objects.values_list("state", flat=True)) == ["discarded", "done"]

    def test_and_is_over_when_somebody_has_said_it(self, people, crm):
        from loop.imports import steps, work

        pull = pull_of(people.admin, where=crm.url, choices={"all_or_nothing": True})
        fetch()
        one = FileImport.objects.get()
        steps.choose(one, survey=one.survey, choices={}, actor=people.admin, now=NOW)
        work.work(now=NOW)
        steps.start(FileImport.objects.get(), actor=people.admin, now=NOW)
        work.work(now=NOW)
        fetch(factories.later(minutes=1))
        assert (outcomes(pull), of(pull).failures) == (["imported"], 0)

    def test_a_word_that_deletes_it_lets_it_rest(self, people, crm):
        from loop.imports import steps

        pull = pull_of(people.admin, where=crm.url, choices={"all_or_nothing": True})
        fetch()
        steps.discard(FileImport.objects.get(), actor=people.admin, now=NOW)
        fetch(factories.later(minutes=1))
        assert (outcomes(pull), of(pull).failures) == (["given up"], 0)
        assert ask(pull, factories.later(hours=1)).outcome == "unchanged"

    def test_what_was_let_go_for_an_erasure_comes_again(self, people, crm):
        from loop.imports import cleaning

        pull = pull_of(people.admin, where=crm.url, choices={"all_or_nothing": True})
        fetch()
        cleaning.forget_all(now=NOW)
        run = ask(pull, factories.later(hours=1))
        assert (run.outcome, run.file_import.state) == ("waits", "checked")


class TestKilled:
    @pytest.mark.parametrize("text", [ANSWERS, GOOD])
    @pytest.mark.parametrize("where", ["web.fetch", "steps.take_in", "_close", "work.go_on", "_decide", "_end"])
    def test_anywhere_it_ends_as_if_it_had_not_been(self, people, crm, monkeypatch, where, text):
        """A process that is killed is one whose next line never runs, and whose transaction is rolled back."""
        crm.body = text.encode()
        pull = pull_of(people.admin, where=crm.url)
        module = fetching if where in ("web.fetch", "steps.take_in", "_close") else following
        owner, _dot, name = where.rpartition(".")
        place = getattr(module, owner) if owner else module

        class Killed(BaseException):
            """Not an error: nothing catches it."""

        def die(*_args, **_more):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(place, name, die)
            with pytest.raises(Killed):
                fetch()
        fetch(NOW + fetching.LEASE + timedelta(seconds=1))
        assert outcomes(pull) == ["imported"]
        assert (Response.objects.count(), FileImport.objects.count()) == (2, 1)
        assert of(pull).claimed_until is None

    def test_two_workers_fetch_it_once(self, people, crm, monkeypatch):
        pull = pull_of(people.admin, where=crm.url)
        fetched = web.fetch

        def meanwhile(*args, **more):
            assert not fetching.go_on(pull.pk, now=NOW)
            return fetched(*args, **more)

        monkeypatch.setattr(web, "fetch", meanwhile)
        fetch()
        assert (outcomes(pull), len(crm.asked)) == (["imported"], 1)

    def test_what_was_changed_meanwhile_is_not_taken_by_what_stood_before(self, people, crm, monkeypatch):
        from feedback.editing import Edit
        from loop.pulls import setting_up
        from tests.loop.pulls.conftest import facts

        pull = pull_of(people.admin, where=crm.url)
        fetched = web.fetch

        def meanwhile(*args, **more):
            said = facts(where=crm.url, choices={"follow_up": "none"})
            setting_up.change(pull, said, actor=people.admin, edit=Edit(people.admin.email, NOW))
            return fetched(*args, **more)

        monkeypatch.setattr(web, "fetch", meanwhile)
        fetch()
        assert (outcomes(pull), FileImport.objects.count()) == ([], 0)
        assert list(files.folder().iterdir()) == []


def test_an_import_that_somebody_stopped_is_waited_for(people, crm, monkeypatch):
    from loop.imports import steps, work

    pull = pull_of(people.admin, where=crm.url)
    monkeypatch.setattr(work, "go_on", lambda *_args, **_more: False)
    fetch()
    monkeypatch.undo()
    one = FileImport.objects.get()
    assert one.state == ImportState.UPLOADED
    work.work(now=NOW)
    steps.start(FileImport.objects.get(), actor=people.admin, now=NOW)
    steps.stop(FileImport.objects.get(), actor=people.admin, now=NOW)
    FilePull.objects.update(due_at=NOW)
    fetch(factories.later(minutes=1))
    assert outcomes(pull) == ["under way"]
    steps.resume(FileImport.objects.get(), actor=people.admin, now=NOW)
    fetch(factories.later(minutes=2))
    assert outcomes(pull) == ["imported"]
