"""Are the columns a report reads the same answers as a full recount, whoever reads and whatever has happened?"""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db.models import F
from django.utils import timezone

from feedback import answer_reading, answer_sums, contacts, erasure, read_once, responses, tallies
from feedback.answer_reading import answers_on
from feedback.answer_sums import by_person, by_score
from feedback.instants import microseconds
from feedback.models import Account, AnswerPack, Contact, Response, Survey, TalliedDay, TallyMark
from feedback.nps_report import nps_report
from feedback.reporting import By
from loop.models import AccountOwner
from loop.reporting.answers import AnswersToNarrow, answer_days_of
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import responses_of
from tests import factories
from tests.asked import caused

pytestmark = pytest.mark.django_db

DAYS = 40


@pytest.fixture
def now() -> datetime:
    """The real time: what is marked depends on what another process may have counted by now."""
    return timezone.now()


def told(answers) -> Counter:
    """The answers without their order, each by all that is known of it."""
    names = ("day", "survey", "contact", "account", "score")
    return Counter(zip(*(getattr(answers.columns, name).tolist() for name in names), strict=True))


def recounted(reader, filters) -> Counter:
    """By the rows themselves, one by one."""
    zone = filters.zone
    given = responses_of(reader, filters).annotate(account=F("contact__account"))
    return Counter(
        (
            answer.responded_at.astimezone(zone).date().toordinal(),
            answer.survey_id, answer.contact_id or 0, answer.account or 0, answer.score,
        )
        for answer in given
    )  # fmt: skip


def added_up(answers) -> list[Counter]:
    """The sums that figures are made of: by day, survey and score; by contact; by account."""
    scores, given = by_score(answers), Counter()
    for day, survey, counts in zip(scores.day.tolist(), scores.survey.tolist(), scores.counts.tolist(), strict=True):
        given.update({(day, survey, score): n for score, n in enumerate(counts) if n})
    people = [by_person(answers, whose) for whose in ("contact", "account")]
    lines = (zip(*(column.tolist() for column in (sums.key, sums.n, sums.codes)), strict=True) for sums in people)
    return [given, *({key: (n, codes) for key, n, codes in each if n} for each in lines), people[0].coded]


def added_up_one_by_one(reader, filters) -> list[Counter]:
    """The same, of the rows themselves."""
    given, people, coded = Counter(), ({}, {}), 0
    for (day, survey, contact, account, score), many in recounted(reader, filters).items():
        given[day, survey, score] += many
        code = (score >= 9) - (score <= 6)
        coded += many * abs(code) * (contact > 0)
        for sums, key in zip(people, (contact, account), strict=True):
            n, codes = sums.get(key, (0, 0))
            sums[key] = n + many, codes + many * code
    return [given, *people, coded]


def all_days(now: datetime, **narrowed) -> ReportFilters:
    today = timezone.localdate(now)
    return ReportFilters(today - timedelta(days=DAYS + 3), today, **narrowed)


def answered(days_ago: float, score: int = 3, **details) -> Response:
    now = timezone.now()
    return factories.response(score, now=now, responded_at=now - timedelta(days=days_ago), **details)


class TestReading:
    def test_no_answer_of_a_counted_day_is_read(self, now, django_assert_num_queries):
        answered(10), answered(20, 9, contact=factories.contact())
        tallies.tally_days(now=now)
        filters = all_days(now)
        Response.objects.filter(score=9).update(score=10)  # past every door
        assert sorted(answer_days_of(None, filters).columns.score.tolist()) == [3, 9]

    def test_a_day_that_changed_is_read_anew(self, now):
        answer = answered(10, contact=factories.contact())
        tallies.tally_days(now=now)
        assert answer_days_of(None, all_days(now)).columns.score.tolist() == [3]
        responses.record_response(
            survey=answer.survey, contact=answer.contact, score=9, source="page", corrects=answer, now=now
        )
        assert answer_days_of(None, all_days(now)).columns.score.tolist() == [9]
        tallies.tally_days(now=now)
        assert answer_days_of(None, all_days(now)).columns.score.tolist() == [9]

    @pytest.mark.parametrize("was_packed", [False, True])
    def test_a_day_that_a_worker_of_the_release_before_counted_is_read_anew(self, now, was_packed):
        answered(10)
        if was_packed:
            tallies.tally_days(now=now - timedelta(minutes=1))
        answered(10, 9, contact=factories.contact())
        day = timezone.localdate(now - timedelta(days=10))
        counted = {"zone": tallies.project_zone().key, "tallied_at": now}
        TalliedDay.objects.update_or_create(day=day, defaults=counted)
        TallyMark.objects.all().delete()
        assert told(answer_days_of(None, all_days(now))) == recounted(None, all_days(now))
        tallies.tally_days(now=now)
        assert TalliedDay.objects.get(day=day).packed_at == now
        assert AnswerPack.objects.filter(day=day).exists()

    def test_few_queries_however_long_the_time_is(self, now, django_assert_max_num_queries):
        for days_ago in range(3, DAYS, 2):
            answered(days_ago)
        tallies.tally_days(now=now)
        with django_assert_max_num_queries(7):  # one of them a month of columns, of which there are three at most
            assert len(answers_on(all_days(now).first, now.date()).columns)

    def test_no_days_are_read_after_that_of_the_last_answer(self, now, django_assert_max_num_queries):
        answered(0.5), answered(0, 9, contact=factories.contact())
        first = all_days(now).first
        with django_assert_max_num_queries(6):
            found = answers_on(first, date(2199, 12, 31))
            assert len(found.columns) == 2
        assert sorted(found.columns.score.tolist()) == [3, 9]

    def test_no_days_are_read_before_the_first_answer_nor_after_the_last(self, now):
        assert tallies.with_answers([(date.min, date.max)]) == []
        answered(10), answered(5)
        first, last = (timezone.localdate(now - timedelta(days=ago)) for ago in (10, 5))
        day = timedelta(days=1)
        asked = [(date.min, first - day), (first, first), (first + day, date.max), (last + day, date.max)]
        assert tallies.with_answers(asked) == [(first, first), (first + day, last)]

    def test_days_are_divided_up_to_the_last_there_is(self):
        first = date.max - timedelta(days=100)
        apart = [(date(2026, 1, 1), date(2026, 1, 2)), (first, date.max)]
        cut = first + timedelta(days=89)
        expected = [[apart[0], (first, cut)], [(cut + timedelta(days=1), date.max)]]
        assert list(answer_reading._at_once(apart)) == expected

    def test_what_was_read_once_is_not_read_again(self, now, django_assert_max_num_queries):
        answered(10)
        tallies.tally_days(now=now)
        first, last = all_days(now).first, now.date()
        assert len(answers_on(first, last).columns)
        with django_assert_max_num_queries(4):
            assert len(answers_on(first, last).columns)

    def test_no_more_is_remembered_than_there_is_room_for(self, now, monkeypatch):
        monkeypatch.setattr(answer_reading.remembered, "most", 0)
        answered(10)
        tallies.tally_days(now=now)
        assert told(answer_days_of(None, all_days(now))) == recounted(None, all_days(now))
        assert not answer_reading.remembered.used

    def test_nothing_is_read_to_add_up_again_what_has_not_changed(self, now, django_assert_max_num_queries):
        answered(10, contact=factories.contact()), answered(0.001)
        tallies.tally_days(now=now)
        days = all_days(now)
        before = added_up(answer_days_of(None, days))
        # Which days are counted, what they are called, and the answers of today, with whose they are.
        with read_once.remembering(), django_assert_max_num_queries(7):
            again = added_up(answer_days_of(None, days))
        assert again == before == added_up_one_by_one(None, days)

    def test_sums_are_of_what_was_counted_while_they_were_being_read(self, now):
        answered(10)
        tallies.tally_days(now=now)
        named = answer_days_of(None, all_days(now))
        answered(10, 9, contact=factories.contact())  # counted anew between the names and the answers
        tallies.tally_days(now=now)
        answer_reading.remembered.forget()
        assert added_up(named) == added_up_one_by_one(None, all_days(now))
        assert added_up(answer_days_of(None, all_days(now))) == added_up_one_by_one(None, all_days(now))
        Response.objects.filter(score=9).delete()
        tallies.tally_days(now=now + tallies.AGAIN_AFTER + timedelta(minutes=1))
        assert added_up(answer_days_of(None, all_days(now))) == added_up_one_by_one(None, all_days(now))

    def test_no_more_sums_are_remembered_than_there_is_room_for(self, now, monkeypatch):
        monkeypatch.setattr(answer_sums.remembered, "most", 0)
        answer_sums.remembered.forget()
        answered(10)
        tallies.tally_days(now=now)
        assert added_up(answer_days_of(None, all_days(now))) == added_up_one_by_one(None, all_days(now))
        assert not answer_sums.remembered.used

    def test_numbers_of_eight_bytes_come_back(self, now):
        answered(10, contact=Contact.objects.create(pk=2**40 + 1, name="Late", created_at=now))
        tallies.tally_days(now=now)
        assert answer_days_of(None, all_days(now)).columns.contact.tolist() == [2**40 + 1]

    def test_instants_come_with_it_where_they_are_asked_for(self, now):
        answer = answered(10)
        tallies.tally_days(now=now)
        days = all_days(now).first, now.date()
        assert not len(answers_on(*days).columns.at)
        at = answers_on(*days, timed=True).columns.at.tolist()
        assert at == [microseconds(answer.responded_at)]

    def test_a_touchpoint_is_read_answer_by_answer(self, now):
        person = factories.contact()
        answered(10, contact=person, invitation=caused("delivered", person))
        answered(10, 9)
        tallies.tally_days(now=now)
        filters = all_days(now, touchpoint="delivered")
        assert told(answer_days_of(None, filters)) == recounted(None, filters)
        assert len(answer_days_of(None, filters).columns) == 1


@pytest.mark.parametrize("by", [By.MONTH, By.WEEK, By.QUARTER, By.SURVEY, By.KIND])
def test_columns_are_counted_by_row_as_rows_are(by: By, now: datetime) -> None:
    for days_ago, score, survey in ((1, 9, "relational"), (20, 0, "product"), (33, 7, "recovery"), (33, 3, "product")):
        answered(days_ago, score, survey_key=survey)
    for filters in (all_days(now, by=by), all_days(now, by=by, kind="recovery")):
        rows = filters.periods()
        by_columns = nps_report(answer_days_of(None, filters), by, rows)
        assert by_columns == nps_report(responses_of(None, filters), by, rows)


@pytest.mark.parametrize("seed", range(6))
def test_is_a_full_recount_whatever_happens_and_whoever_reads(seed: int, now: datetime, people) -> None:
    chance = Random(seed)
    owners = (people.agent, people.other_agent, None)
    accounts = [
        factories.account(segment=name, country="SE", owner=owner, now=now)
        for name, owner in zip(("A", "B", ""), owners, strict=True)
    ]
    persons = [factories.contact(account=chance.choice([*accounts, None]), now=now) for _ in range(6)]
    surveys = ("relational", "product", "recovery")

    def answer() -> None:
        answered(
            chance.uniform(0, DAYS), chance.randrange(11), survey_key=chance.choice(surveys),
            contact=chance.choice([*persons, None]),
        )  # fmt: skip

    def one() -> Response:
        return chance.choice(list(Response.objects.order_by("pk")) or [answered(5)])

    def correct() -> None:
        of = one()
        responses.record_response(
            survey=of.survey, contact=of.contact, score=chance.randrange(1, 11), source="page", corrects=of, now=now
        )

    def take_back() -> None:
        responses.retract(one(), since=now - timedelta(days=DAYS + 1), now=now)

    def erase() -> None:
        erasure.erase(chance.choice(persons), by="Anna", now=now)

    def move_account() -> None:
        number = Account.objects.get(pk=chance.choice(accounts).pk).external_id
        contacts.upsert_account(external_id=number, segment=chance.choice("AB"), now=now)

    def move_contact() -> None:
        of = Contact.objects.get(pk=chance.choice(persons).pk)
        if of.external_id:  # what was erased is told of no more
            contacts.upsert_contact(external_id=of.external_id, account=chance.choice(accounts), now=now)

    def hand_over() -> None:
        AccountOwner.objects.filter(account=chance.choice(accounts)).update(user=chance.choice(owners[:2]))

    def count() -> None:
        tallies.tally_days(now=now)

    def filters() -> ReportFilters:
        today = timezone.localdate(now)
        ends = sorted(today - timedelta(days=chance.randrange(DAYS)) for _ in range(2))
        survey = chance.choice([None, None, *Survey.objects.filter(key__in=surveys)])
        return ReportFilters(
            *ends, survey=survey, segment=chance.choice(("", "", "A")), country=chance.choice(("", "", "SE")),
            kind="" if survey else chance.choice(("", "relational", "recovery")),
            account=chance.choice([None, None, accounts[0]]),
            team=chance.choice([None, None, people.agent.memberships.get().team]), by=chance.choice(list(By)),
        )  # fmt: skip

    readers = (None, people.leader, people.lead, people.agent, people.colleague)
    steps = (answer, answer, answer, correct, take_back, erase, move_account, move_contact, hand_over, count)
    for _ in range(45):
        chance.choice(steps)()
        reader, narrowed = chance.choice(readers), filters()
        assert told(answer_days_of(reader, narrowed)) == recounted(reader, narrowed)
        once = AnswersToNarrow(reader, narrowed.first - timedelta(days=5), now.date())
        of_goal = ReportFilters(narrowed.first, narrowed.last, narrowed.survey, narrowed.segment)
        assert told(once.narrowed(of_goal)) == recounted(reader, of_goal)
        assert added_up(answer_days_of(reader, narrowed)) == added_up_one_by_one(reader, narrowed)
    count()
    assert AnswerPack.objects.exists()
    assert told(answer_days_of(None, all_days(now))) == recounted(None, all_days(now))
