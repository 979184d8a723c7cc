"""Are the counts that reports read always the same as counting every answer anew?"""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from feedback import contacts, responses, tallies
from feedback.many_responses import Told, record_many
from feedback.models import Account, AnswerTally, Contact, Response, TalliedDay, TallyMark
from tests import factories

pytestmark = pytest.mark.django_db

DAYS = 40


@pytest.fixture
def now() -> datetime:
    """The real time: what is marked depends on what another process may have counted by now."""
    return timezone.now()


def span(now: datetime) -> tuple[date, date]:
    today = timezone.localdate(now)  # where days are cut
    return today - timedelta(days=DAYS + 5), today


def figures(now: datetime) -> Counter:
    """What a report would count: by survey, segment, country and category."""
    found: Counter = Counter()
    read = tallies.covered(Response.objects.counted(), *span(now))
    for line in read.tallies:
        for category in ("detractor", "passive", "promoter"):
            found[line.survey_id, line.segment, line.country, category] += getattr(line, category)
    for answer in read.answers.select_related("contact__account"):
        found[key_of(answer)] += 1
    return +found


def recount() -> Counter:
    return Counter(key_of(answer) for answer in Response.objects.counted().select_related("contact__account"))


def key_of(answer: Response) -> tuple[int, str, str, str]:
    account = answer.contact.account if answer.contact else None
    return answer.survey_id, account.segment if account else "", account.country if account else "", answer.category


def answered(days_ago: float, score: int = 3, **details: object) -> Response:
    now = timezone.now()
    return factories.response(score, now=now, responded_at=now - timedelta(days=days_ago), **details)


class TestReading:
    def test_reads_no_answer_of_days_that_are_counted(self, now: datetime) -> None:
        answered(10), answered(20, 9), answered(0, 8)
        tallies.tally_days(now=now)
        read = tallies.covered(Response.objects.counted(), *span(now))
        assert list(read.answers.values_list("score", flat=True)) == [8]
        assert figures(now) == recount()

    def test_reads_everything_where_nothing_was_counted(self, now: datetime) -> None:
        answered(10), answered(0, 8)
        assert figures(now) == recount()

    def test_counts_a_day_once_it_has_settled(self, now: datetime) -> None:
        answered(10)
        tallies.tally_days(now=now)
        newest = TalliedDay.objects.order_by("-day")[0].day
        assert now.date() - newest >= tallies.SETTLED

    def test_has_nothing_to_count_again(self, now: datetime) -> None:
        answered(10)
        assert tallies.tally_days(now=now) > 0
        assert tallies.tally_days(now=now) == 0

    def test_counts_each_day_anew_after_a_while(self, now: datetime) -> None:
        answered(10)
        days = tallies.tally_days(now=now)
        assert tallies.tally_days(now=now + tallies.AGAIN_AFTER + timedelta(minutes=1)) >= days

    def test_counts_anew_what_a_clock_counted_that_stood_ahead(self, now: datetime) -> None:
        answered(5)
        ahead = now + timedelta(days=20)
        tallies.tally_days(now=ahead)
        answered(0)  # of a day that was over by that clock
        assert figures(now) != recount()
        tallies.tally_days(now=now)
        assert figures(now) == recount()

    def test_another_zone_cuts_the_days_anew(self, now: datetime, settings) -> None:
        answered(10), answered(12, 9)
        tallies.tally_days(now=now)
        settings.TIME_ZONE = "Pacific/Auckland"
        assert figures(now) == recount()
        tallies.tally_days(now=now)
        assert set(TalliedDay.objects.values_list("zone", flat=True)) == {"Pacific/Auckland"}
        assert figures(now) == recount()

    def test_few_queries_however_long_the_time_is(self, now: datetime, django_assert_max_num_queries) -> None:
        for days_ago in range(3, DAYS, 2):
            answered(days_ago)
        tallies.tally_days(now=now)
        with django_assert_max_num_queries(4):
            read = tallies.covered(Response.objects.counted(), *span(now))
            assert list(read.tallies)
            assert not list(read.answers)


class TestWhatChangesLater:
    """Each door that changes what is counted about an ended day."""

    @pytest.fixture
    def counted(self, now: datetime) -> Response:
        account = factories.account(segment="Retail", country="SE", now=now)
        person = factories.contact(account=account, now=now)
        answer = answered(10, contact=person)
        tallies.tally_days(now=now)
        assert figures(now) == recount()
        return answer

    def test_a_late_answer(self, counted: Response, now: datetime) -> None:
        answered(10, 9)
        assert figures(now) == recount()
        tallies.tally_days(now=now)
        assert figures(now) == recount()
        assert not TallyMark.objects.exists()

    def test_many_late_answers_at_once(self, counted: Response, now: datetime) -> None:
        at = counted.responded_at
        told = [Told(survey=counted.survey, contact=None, score=n, source="file", responded_at=at) for n in (2, 9)]
        record_many(told, now=now)
        assert figures(now) == recount()

    def test_a_correction(self, counted: Response, now: datetime) -> None:
        responses.record_response(
            survey=counted.survey, contact=counted.contact, score=9, source="page", corrects=counted, now=now
        )
        assert figures(now) == recount()

    def test_an_answer_taken_back(self, counted: Response, now: datetime) -> None:
        responses.retract(Response.objects.get(pk=counted.pk), since=now - timedelta(days=20), now=now)
        assert recount().total() == 0
        assert figures(now) == recount()

    def test_an_account_in_another_segment(self, counted: Response, now: datetime) -> None:
        contacts.upsert_account(external_id=counted.contact.account.external_id, segment="Public", now=now)
        assert figures(now) == recount()

    def test_an_account_that_is_told_again_is_not_read_anew(self, counted: Response, now: datetime) -> None:
        contacts.upsert_account(external_id=counted.contact.account.external_id, segment="Retail", name="A", now=now)
        assert not TallyMark.objects.exists()

    def test_a_contact_with_another_employer(self, counted: Response, now: datetime) -> None:
        other = factories.account(segment="Public", country="NO", now=now)
        contacts.upsert_contact(external_id=counted.contact.external_id, account=other, now=now)
        assert figures(now) == recount()


@pytest.mark.parametrize("seed", range(6))
def test_is_a_full_recount_whatever_happens_in_whatever_order(seed: int, now: datetime) -> None:
    chance = Random(seed)
    accounts = [factories.account(segment=name, country="SE", now=now) for name in ("A", "B", "")]
    people = [factories.contact(account=chance.choice([*accounts, None]), now=now) for _ in range(6)]

    def answer() -> None:
        answered(chance.uniform(0, DAYS), chance.randrange(11), contact=chance.choice([*people, None]))

    def correct() -> None:
        of = chance.choice(list(Response.objects.all()) or [answered(5)])
        responses.record_response(
            survey=of.survey, contact=of.contact, score=chance.randrange(11), source="page", corrects=of, now=now
        )

    def take_back() -> None:
        of = chance.choice(list(Response.objects.all()) or [answered(5)])
        responses.retract(of, since=now - timedelta(days=DAYS + 1), now=now)

    def move_account() -> None:
        of = Account.objects.get(pk=chance.choice(accounts).pk)
        contacts.upsert_account(
            external_id=of.external_id, segment=chance.choice("AB"), country=chance.choice(("SE", "NO")), now=now
        )

    def move_contact() -> None:
        of = Contact.objects.get(pk=chance.choice(people).pk)
        contacts.upsert_contact(external_id=of.external_id, account=chance.choice(accounts), now=now)

    def count() -> None:
        tallies.tally_days(now=now)

    for _ in range(60):
        chance.choice((answer, answer, answer, correct, take_back, move_account, move_contact, count))()
        assert figures(now) == recount()
    count()
    assert AnswerTally.objects.exists()
    assert figures(now) == recount()
