"""GET cases/ and cases/{id}/: what is being followed up."""

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from loop import workflow
from loop.models import Case
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


FORGED: list[object] = [
    {},
    [],
    ["-opened_at", "2026-11-19", 1, False],
    ["-opened_at", "2026-11-19T08:12:00", 1, False],
    ["-opened_at", None, 1, False],
    ["-opened_at", "2026-11-19T08:12:00Z", 10**30, False],
    ["-opened_at", "2026-11-19T08:12:00Z", None, False],
    ["-opened_at", "9999-12-31T23:59:59-14:00", 1, False],
    ["-opened_at", 5, 1, False],
    ["score", 10**30, 1, False],
    ["score", 1, 1, False],
]


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def ids(said):
    assert said.status_code == 200, said.content
    return [case["id"] for case in said.json()["results"]]


class TestOneCase:
    def test_is_told_whole(self, read, people):
        case = factories.resolved_case(owner=people.agent, contact_name="Ingrid Moe", comment="Twice wrong.")
        told = read.get(f"cases/{case.pk}/").json()

        expected = {
            "id": case.pk,
            "state": "resolved",
            "version": case.version,
            "resolution": "solved",
            "owner": people.agent.email,
            "owner_reason": case.owner_reason,
            "team": "North",
            "score": 3,
            "category": "detractor",
            "comment": "Twice wrong.",
            "survey": "relational",
            "opened_at": "2026-11-19T08:12:00Z",
            "contacted_at": "2026-11-19T09:12:00Z",
            "resolved_at": "2026-11-19T10:12:00Z",
            "escalation_level": 0,
            "reopened_count": 0,
            "root_cause": "billing",
            "summary": "Invoice corrected.",
            "outcome": None,
            "url": f"http://testserver/cases/{case.pk}/",
        }
        assert {name: told[name] for name in expected} == expected
        assert told["contact"]["name"] == "Ingrid Moe"
        assert told["account"]["external_id"] == case.account.external_id
        assert told["contact_due_at"].endswith("Z")
        assert told["resolve_due_at"].endswith("Z")

    def test_tells_its_story_newest_first_with_who_did_what(self, read, people):
        case = factories.case(owner=people.agent)
        workflow.note(case_id=case.pk, text="Speaks Finnish.", actor=people.agent, now=factories.later(hours=1))

        newest, *earlier = read.get(f"cases/{case.pk}/").json()["timeline"]

        assert newest == {
            "kind": "note",
            "at": "2026-11-19T09:12:00Z",
            "actor": people.agent.email,
            "data": {"text": "Speaks Finnish."},
            "mail": None,
        }
        assert [(line["kind"], line["actor"]) for line in earlier] == [("assigned", None), ("opened", None)]

    def test_tells_its_outcome(self, read):
        case = factories.resolved_case()
        factories.response(9, contact=case.contact, now=factories.later(days=30))

        assert read.get(f"cases/{case.pk}/").json()["outcome"] == {
            "verdict": "recovered",
            "before": 3,
            "after": 9,
            "at": "2026-12-19T08:12:00Z",
        }

    @pytest.mark.parametrize("number", ["0", "999999", str(2**63), "9" * 400, "-1", "1.5", "abc"])
    def test_that_does_not_exist_is_not_found(self, read, number):
        said = read.get(f"cases/{number}/")

        assert said.status_code == 404
        assert said["Content-Type"] == "application/problem+json"

    def test_of_an_anonymous_answer_has_neither_contact_nor_account(self, read):
        case = factories.response(2).case
        told = read.get(f"cases/{case.pk}/").json()

        assert (told["contact"], told["account"], told["owner"]) == (None, None, None)


class TestWhoSees:
    def test_a_key_sees_every_case(self, read, people):
        cases = [factories.case(owner=people.agent), factories.case(owner=people.other_agent), factories.case()]

        assert set(ids(read.get("cases/"))) == {case.pk for case in cases}

    def test_people_see_what_is_theirs(self, people):
        hers, his = factories.case(owner=people.agent), factories.case(owner=people.other_agent)

        assert ids(signed_in(people.agent).get("cases/")) == [hers.pk]
        assert ids(signed_in(people.lead).get("cases/")) == [hers.pk]
        assert ids(signed_in(people.other_agent).get("cases/")) == [his.pk]
        for everything in (people.leader, people.admin):
            assert set(ids(signed_in(everything).get("cases/"))) == {hers.pk, his.pk}

    def test_what_is_not_theirs_does_not_exist_for_them(self, people):
        case = factories.case(owner=people.agent)

        assert signed_in(people.agent).get(f"cases/{case.pk}/").status_code == 200
        assert signed_in(people.other_agent).get(f"cases/{case.pk}/").status_code == 404
        assert signed_in(people.other_lead).get(f"cases/{case.pk}/").status_code == 404


class TestFilters:
    @pytest.fixture
    def cases(self, people):
        now = timezone.now()
        return {
            "overdue": factories.case(0, owner=people.agent, contact_name="Ingrid Moe", now=now - timedelta(days=60)),
            "fresh": factories.case(5, owner=people.other_agent, comment="Too expensive", now=now),
            "queued": factories.case(4, team=people.south, now=now - timedelta(minutes=1)),
            "resolved": factories.resolved_case(owner=people.agent, now=now - timedelta(days=30)),
        }

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"state": "new"}, {"overdue", "fresh", "queued"}),
            ({"state": "resolved"}, {"resolved"}),
            ({"owner": "Anna@loop.example"}, {"overdue", "resolved"}),
            ({"owner": "none"}, {"queued"}),
            ({"owner": "nobody@loop.example"}, set()),
            ({"team": "South"}, {"fresh", "queued"}),
            ({"overdue": "true"}, {"overdue"}),
            ({"overdue": "false"}, {"fresh", "queued", "resolved"}),
            ({"category": "detractor"}, {"overdue", "fresh", "queued", "resolved"}),
            ({"category": "promoter"}, set()),
            ({"q": "ingrid"}, {"overdue"}),
            ({"q": "EXPENSIVE"}, {"fresh"}),
            ({"q": "100%"}, set()),
            ({"state": "new", "owner": "anna@loop.example"}, {"overdue"}),
        ],
    )
    def test_choose(self, read, cases, query, expected):
        assert set(ids(read.get("cases/", **query))) == {cases[name].pk for name in expected}

    @pytest.mark.parametrize("words", ["åkeri", "ÅKERI", "Åkeri"])
    def test_find_words_whatever_their_capitals(self, read, words):
        case = factories.case(contact_name="Åkeri Öst")
        assert ids(read.get("cases/", q=words)) == [case.pk]

    def test_choose_by_account(self, read, cases):
        account = cases["fresh"].account.external_id

        assert ids(read.get("cases/", account=account)) == [cases["fresh"].pk]

    def test_choose_by_when_a_case_opened(self, read, cases):
        opened_at = cases["queued"].opened_at.isoformat()

        assert set(ids(read.get("cases/", opened_after=opened_at))) == {cases["fresh"].pk, cases["queued"].pk}
        assert set(ids(read.get("cases/", opened_before=opened_at))) == {cases["overdue"].pk, cases["resolved"].pk}

    def test_take_a_day_as_its_first_moment_here(self, read):
        before_midnight = factories.case(now=factories.NOW.replace(hour=22, minute=59))
        after_midnight = factories.case(now=factories.NOW.replace(hour=23, minute=1))

        assert ids(read.get("cases/", opened_after="2026-11-20")) == [after_midnight.pk]
        assert ids(read.get("cases/", opened_before="2026-11-20")) == [before_midnight.pk]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"state": "open"}, "state"),
            ({"overdue": "maybe"}, "overdue"),
            ({"category": "DETRACTOR"}, "category"),
            ({"opened_after": "yesterday"}, "opened_after"),
            ({"opened_after": "2026-13-01"}, "opened_after"),
            ({"opened_before": "2026-11-20T10:00:00"}, "opened_before"),
            ({"ordering": "response__contact__email"}, "ordering"),
            ({"ordering": "-password"}, "ordering"),
            ({"page_size": "0"}, "page_size"),
            ({"page_size": "201"}, "page_size"),
            ({"page_size": "many"}, "page_size"),
            ({"owner__password__startswith": "a"}, "owner__password__startswith"),
            ({"q": "a\x00b"}, "q"),
            ({"format": "xml"}, "format"),
        ],
    )
    def test_that_are_none_are_named(self, read, query, field):
        said = read.get("cases/", **query)

        assert said.status_code == 400
        assert list(said.json()["errors"]) == [field]


class TestPages:
    @pytest.fixture
    def cases(self, db):
        """Seven cases, five of them opened at the very same moment."""
        times = [factories.NOW] * 5 + [factories.later(hours=1), factories.later(hours=-1)]
        return [factories.case(score, now=at) for score, at in zip((0, 0, 1, 2, 3, 3, 6), times, strict=True)]

    @pytest.mark.parametrize("ordering", ["opened_at", "-opened_at", "score", "-score", "id", "-id", "contact_due_at"])
    def test_follow_each_other_without_gap_or_repetition_and_back_again(self, read, cases, ordering):
        whole = ids(read.get("cases/", ordering=ordering))
        assert len(whole) == 7

        forwards, page = [], read.get("cases/", ordering=ordering, page_size=3)
        assert page.json()["previous"] is None
        while True:
            forwards.append(ids(page))
            if page.json()["next"] is None:
                break
            page = read.client.get(page.json()["next"])
        assert forwards == [whole[:3], whole[3:6], whole[6:]]

        backwards = []
        while page.json()["previous"] is not None:
            page = read.client.get(page.json()["previous"])
            backwards.append(ids(page))
        assert backwards == [whole[3:6], whole[:3]]
        assert ids(read.client.get(page.json()["next"])) == whole[3:6]

    def test_keep_the_filters_of_the_first(self, read, cases):
        page = read.get("cases/", q="Customer", page_size=3, state="new").json()

        assert "q=Customer" in page["next"]
        assert "state=new" in page["next"]

    def test_are_not_disturbed_by_a_case_opened_meanwhile(self, read, cases):
        page = read.get("cases/", page_size=3)
        factories.case(now=factories.later(hours=5))

        assert ids(page) + ids(read.client.get(page.json()["next"])) == ids(read.get("cases/"))[1:7]

    def test_never_leave_what_the_caller_may_see(self, people, cases):
        everything = signed_in(people.admin).get("cases/", page_size=3).json()["next"]

        assert ids(signed_in(people.agent).client.get(everything)) == []

    @pytest.mark.parametrize("cursor", ["nonsense", "é", "", *map(cursor_of, FORGED), cursor_of([[[[]]]]), "W" * 500])
    def test_need_a_cursor_of_this_list(self, read, cases, cursor):
        said = read.get("cases/", cursor=cursor)

        assert said.status_code == 400
        assert list(said.json()["errors"]) == ["cursor"]

    @pytest.mark.parametrize("size", [3, 7])
    def test_take_the_same_few_queries_whatever_their_size(self, read, cases, size, django_assert_num_queries):
        read.get("me/")
        with django_assert_num_queries(2):
            assert len(ids(read.get("cases/", page_size=size))) == size


def test_the_list_holds_what_the_case_holds_but_for_its_story(read):
    factories.resolved_case(comment="Twice wrong.")
    [line] = read.get("cases/").json()["results"]
    whole = read.get(f"cases/{Case.objects.get().pk}/").json()

    only = ("timeline", "promises", "promises_reason", "callback", "wish", "wants_someone_else", "waiting_since")
    assert {**line, **{name: whole[name] for name in (*only, "customer_confirmed_at")}} == whole
