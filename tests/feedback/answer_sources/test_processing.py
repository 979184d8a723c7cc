"""What arrived becomes one answer, however often and in whatever order it is told; what fails is read again."""

import logging
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from feedback import erasure
from feedback.answer_sources import keeping, processing, setting_up
from feedback.answer_sources.tools import BY_ID, TOOLS
from feedback.models import ArrivedAnswer, Contact
from loop import data_requests, sweeping
from tests import factories
from tests.feedback.answer_sources import senders
from tests.feedback.answer_sources.conftest import work

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", senders.KINDS)
WHOLE = pytest.mark.parametrize("kind", [kind for kind in senders.KINDS if kind not in BY_ID])
IDS = pytest.mark.parametrize("kind", BY_ID)


@KINDS
def test_told_ten_times_it_is_one_answer(tool, api, kind):
    made = tool(kind)
    api.has(kind, 4) if kind in BY_ID else None
    sent = made.sent(senders.payload(kind, 4))
    for _time in range(10):
        assert made.post(sent) == 202
        work()
    assert (len(made.responses()), len(made.rows())) == (1, 1)
    assert made.responses()[0].revisions.count() == 0


@WHOLE
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whichever_order_they_come_in_the_newest_counts(tool, kind, order):
    made = tool(kind)
    at = [senders.BEGAN + timedelta(minutes=minutes) for minutes in range(3)]
    for nth in order:
        assert made.tell(id="r-1", score=(9, 6, 2)[nth], comment=f"word {nth}", at=at[nth], updated=nth) == 202
        work()
    (response,) = made.responses()
    assert (response.score, response.comment) == (2, "word 2")
    newer_than_before = [nth for place, nth in enumerate(order) if nth > max(order[:place], default=-1)]
    assert response.revisions.count() == len(newer_than_before) - 1
    assert [row.why for row in made.rows()].count("older") == 3 - len(newer_than_before)


@WHOLE
def test_all_at_once_the_newest_counts(tool, kind):
    made = tool(kind)
    for nth in (2, 0, 1):
        made.tell(id="r-1", score=(9, 6, 2)[nth], at=senders.BEGAN + timedelta(minutes=nth), updated=nth)
    work()
    assert [response.score for response in made.responses()] == [2]


def test_what_is_refused_does_not_keep_the_word_before_out(tool):
    made = tool("json")
    made.renew(mapping={**senders.MAPPINGS["json"], "responded_at": "/when"})
    refused = {**senders.payload("json", id="r-1", score=2, at=factories.NOW), "when": "2031-01-01T00:00:00Z"}
    made.post(made.sent(refused))
    work()
    made.tell(id="r-1", score=9, at=senders.BEGAN)
    work()
    assert [(row.state, row.why) for row in made.rows()] == [("refused", "refused"), ("done", "")]


def test_a_clock_that_runs_ahead_does_not_keep_later_words_out(tool):
    made = tool("delighted")
    made.tell(id="r-1", score=9, at=factories.later(days=400))
    work()
    with_later = factories.later(hours=1)
    made.tell(id="r-1", score=2, at=with_later, updated=1)
    ArrivedAnswer.objects.filter(event="ev-r-1-1").update(arrived_at=with_later)
    work()
    assert [response.score for response in made.responses()] == [2]


@IDS
def test_it_is_fetched_with_the_token_from_the_tool_itself(tool, api, kind):
    made = tool(kind)
    api.has(kind, id="r-1", score=2, comment="Slow.")
    made.tell(id="r-1")
    assert processing.read_due(now=factories.NOW) == 0
    assert processing.fetch_due(now=factories.NOW) == 1
    assert set(api.tokens) == {"Bearer token-of-the-api"}
    assert made.responses()[0].comment == "Slow."
    assert b"Slow." not in bytes(made.rows()[0].body)


@IDS
def test_it_is_fetched_as_it_stands_now_whichever_event_is_read(tool, api, kind):
    made = tool(kind)
    api.has(kind, id="r-1", score=9, at=senders.BEGAN)
    made.tell(id="r-1")
    work()
    api.has(kind, id="r-1", score=2, at=factories.NOW)
    made.tell(id="r-1", updated=1)
    work()
    (response,) = made.responses()
    assert (response.score, response.revisions.count()) == (2, 1)


@IDS
@pytest.mark.parametrize(
    ("status", "why", "state"),
    [
        (401, "token_refused", "waiting"),
        (404, "gone", "ignored"),
        (429, "no_reply", "waiting"),
        (500, "no_reply", "waiting"),
    ],
)
def test_what_cannot_be_fetched_waits_or_is_gone(tool, api, kind, status, why, state):
    made = tool(kind)
    api.status = status
    made.tell()
    work()
    row = made.rows()[0]
    assert (row.state, row.why, row.detail) == (state, why, f"HTTP {status}")


@IDS
def test_a_tool_that_does_not_answer_is_asked_once_a_run(tool, api, kind):
    made = tool(kind)
    api.status = 503
    for number in range(5):
        made.tell(number)
    work()
    assert (len(api.asked), [row.attempts for row in made.rows()]) == (1, [1, 0, 0, 0, 0])


@IDS
def test_it_is_tried_for_a_day_then_given_up_and_can_be_read_again(tool, api, kind):
    made = tool(kind)
    api.status = 503
    made.tell()
    now = factories.NOW
    for _time in range(7):
        work(now)
        now = max(now, made.rows()[0].try_after)
    row = made.rows()[0]
    assert (row.state, row.attempts, row.why) == ("failed", 7, "no_reply")
    assert now - factories.NOW > timedelta(hours=24)

    api.status = 200
    api.has(kind)
    assert processing.replay([row], now=now) == 1
    work(now)
    assert len(made.responses()) == 1


def test_the_details_of_a_survey_are_asked_for_once_until_a_choice_is_new(tool, api):
    made = tool("surveymonkey")
    for number in (1, 2, 3):
        api.has("surveymonkey", number)
        made.tell(number)
    work()
    assert sum("/responses/" not in path for path in api.asked) == 1
    for choice in api.there["/v3/surveys/105724755/details"]["pages"][0]["questions"][0]["answers"]["choices"]:
        choice["id"] = f"new-{choice['id']}"
    api.has("surveymonkey", 4)
    details = senders.survey_monkey_details()
    for choice in details["pages"][0]["questions"][0]["answers"]["choices"]:
        choice["id"] = choice["id"].replace("90", "80")
    api.there["/v3/surveys/105724755/details"] = details
    api.there["/v3/surveys/105724755/responses/r-4/details"]["pages"][0]["questions"][0]["answers"][0]["choice_id"] = (
        "804"
    )
    made.tell(4)
    work()
    assert [response.score for response in made.responses()] == [1, 2, 3, 4]


def test_a_bug_of_ours_in_one_does_not_stop_the_others(tool, monkeypatch, caplog):
    made = tool("typeform")
    made.tell(1)
    made.tell(2)
    read = TOOLS["typeform"].read

    def broken(told, wants):
        if told["form_response"]["token"] == "r-1":
            raise RuntimeError("not thought of")
        return read(told, wants)

    monkeypatch.setitem(TOOLS, "typeform", TOOLS["typeform"].__class__(**{**vars(TOOLS["typeform"]), "read": broken}))
    with caplog.at_level(logging.CRITICAL):
        assert work() == 1
    assert [(row.state, row.why, row.detail) for row in made.rows()] == [
        ("waiting", "error", "RuntimeError"),
        ("done", "", ""),
    ]

    monkeypatch.undo()
    assert work(factories.later(minutes=1)) == 1


def test_a_row_whose_worker_died_is_read_when_its_claim_runs_out(tool):
    made = tool("typeform")
    made.tell()
    ArrivedAnswer.objects.update(try_after=factories.NOW + processing.LEASE, attempts=1)  # claimed, and then nothing
    assert work() == 0
    assert work(factories.NOW + processing.LEASE) == 1


def test_while_one_worker_reads_a_row_no_other_does(tool, monkeypatch):
    made, reads = tool("typeform"), []
    made.tell()
    described = TOOLS["typeform"]

    def read(told, wants):
        reads.append(len(reads))
        if len(reads) == 1:
            work()  # another worker, just now
        return described.read(told, wants)

    monkeypatch.setitem(TOOLS, "typeform", replace(described, read=read))
    assert work() == 1
    assert reads == [0]


def test_the_sweep_reads_what_no_task_did(tool):
    made = tool("typeform")
    made.tell()
    done = sweeping.run_all(now=factories.NOW)
    assert (done["read_arrived"], len(made.responses())) == (1, 1)


def test_read_again_nothing_is_doubled(tool):
    made = tool("delighted")
    made.tell(id="r-1", score=9, at=senders.BEGAN)
    made.tell(id="r-1", score=2, at=factories.NOW, updated=1)
    work()
    assert processing.replay(made.rows(), now=factories.NOW) == 2
    work()
    (response,) = made.responses()
    assert (response.score, response.revisions.count()) == (2, 1)


def test_where_it_is_switched_off_nobody_listens(tool):
    made = tool("typeform")
    setting_up.switch(made.source, on=False)
    assert made.tell() == 404
    setting_up.switch(made.source, on=True)
    assert made.tell() == 202


class TestAfterNinetyDays:
    def test_bodies_go_and_the_newest_still_counts(self, tool):
        made = tool("delighted")
        made.tell(id="r-1", score=2, at=factories.NOW, updated=1)
        made.tell(5, score=None)
        work()
        assert keeping.forget_old(now=factories.later(days=90)) == 0
        assert keeping.forget_old(now=factories.later(days=90, seconds=1)) == 2
        (row,) = made.rows()
        assert (bytes(row.body), row.headers, row.state) == (b"", {}, "done")

        much_later = factories.later(days=100)
        made.tell(id="r-1", score=2, at=factories.NOW, updated=1)  # the same event, played again
        made.tell(id="r-1", score=9, at=senders.BEGAN)  # an older one that was never here
        work(much_later)
        (response,) = made.responses()
        assert (response.score, response.revisions.count(), len(made.rows())) == (2, 0, 2)

    def test_what_is_gone_cannot_be_read_again(self, tool):
        made = tool("delighted")
        made.tell()
        work()
        keeping.forget_old(now=factories.later(days=91))
        assert processing.replay(made.rows(), now=factories.NOW) == 0


class TestErasure:
    def test_reaches_what_arrived(self, tool):
        made = tool("delighted")
        made.tell(1, email="eva@customer.example", comment="I am Eva.")
        made.tell(2, email="bo@customer.example")
        made.tell(3, email="eva@customer.example", score=77)  # not readable, so nobody's
        work()
        made.tell(4, email="eva@customer.example")  # not read yet
        erasure.erase(Contact.objects.get(email="eva@customer.example"), by="ada@loop.example", now=factories.NOW)

        assert [b"eva@" in bytes(row.body) for row in made.rows()] == [False] * 4
        assert [row.forgotten_at is None for row in made.rows()] == [False, True, False, False]
        work()
        assert len(made.responses()) == 2

    def test_keeps_out_what_is_told_later_of_the_same_answer(self, tool):
        made = tool("delighted")
        made.tell(1, email="eva@customer.example")
        work()
        erasure.erase(Contact.objects.get(email="eva@customer.example"), by="ada@loop.example", now=factories.NOW)
        made.tell(1, email="eva@customer.example", comment="I am Eva.", at=factories.NOW, updated=1)
        work()
        assert made.rows()[1].why == "erased"
        assert made.responses()[0].comment == ""

    def test_reaches_answers_without_a_name(self, tool):
        made = tool("json")
        made.renew(mapping={"score": "/s", "comment": "/c", "external_id": "/id", "changed_at": "/at"})
        made.post(made.sent(b'{"s": 2, "c": "I am Eva.", "id": "a", "at": "2026-11-19T07:00:00Z"}'))
        work()
        case = made.responses()[0].case
        data_requests.erase_again(case, now=factories.NOW)
        assert bytes(made.rows()[0].body) == b""

        made.post(made.sent(b'{"s": 2, "c": "I am Eva!", "id": "a", "at": "2026-11-19T08:00:00Z"}'))
        work()
        assert (made.rows()[1].why, made.responses()[0].comment) == ("erased", "")
