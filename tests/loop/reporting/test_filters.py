"""What a report covers, read from an address."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from feedback.reporting import By
from loop.reporting.filters import FiltersRefused, ReportFilters, parse
from tests import factories
from tests.asked import caused

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def read(query: str = "") -> ReportFilters:
    return parse(QueryDict(query), now=NOW)


def refused(query: str) -> dict[str, list[str]]:
    with pytest.raises(FiltersRefused) as caught:
        read(query)
    return caught.value.errors


class TestWhatIsLeftOut:
    def test_a_report_covers_this_month_and_the_eleven_before_it(self):
        found = read()
        assert (found.first, found.last) == (date(2025, 12, 1), date(2026, 11, 21))
        assert [period.key for period in found.periods()][::11] == ["2025-12", "2026-11"]

    def test_nothing_is_narrowed(self):
        found = read("survey=&segment=&team=&by=")
        assert (found.survey, found.segment, found.team, found.by) == (None, "", None, By.MONTH)

    def test_today_is_the_day_it_is_in_the_project(self):
        late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight in Stockholm
        assert parse(QueryDict(""), now=late).last == date(2026, 11, 22)


class TestDays:
    def test_both_days_are_whole_days_of_the_project(self):
        found = read("from=2026-10-01&to=2026-10-31")
        assert found.begins_at == datetime(2026, 9, 30, 22, tzinfo=UTC)
        assert found.ends_at == datetime(2026, 10, 31, 23, tzinfo=UTC)  # winter time by then

    def test_the_time_before_is_as_many_days(self):
        before = read("from=2026-10-01&to=2026-10-31").before()
        assert (before.first, before.last) == (date(2026, 8, 31), date(2026, 9, 30))

    def test_one_day_is_enough(self):
        assert len(read("from=2026-10-01&to=2026-10-01&by=week").periods()) == 1

    @pytest.mark.parametrize(
        "text", ["yesterday", "2026-13-01", "2026-02-29", "1", "0001-01-01", "9999-12-31", "2026\x00"]
    )
    def test_what_is_no_day_is_refused_by_name(self, text):
        query = QueryDict(mutable=True)
        query["to"] = text
        with pytest.raises(FiltersRefused) as caught:
            parse(query, now=NOW)
        assert list(caught.value.errors) == ["to"]

    def test_a_first_day_after_the_last_is_refused(self):
        assert refused("from=2026-10-02&to=2026-10-01") == {"from": ["It lies after the last day, 2026-10-01."]}

    def test_more_weeks_than_a_table_shows_are_refused(self):
        assert list(refused("from=2010-01-01&by=week")) == ["from"]
        assert len(read("from=2016-01-01").periods()) == 131


class TestValues:
    def test_a_survey_a_segment_and_a_team_are_found(self):
        factories.account(segment="retail")
        north = factories.team("North")
        found = read("survey=product&segment=retail&team=North&by=segment")
        assert (found.survey.key, found.segment, found.team, found.by) == ("product", "retail", north, By.SEGMENT)
        assert read(f"team={north.pk}").team == north

    def test_what_does_not_exist_is_refused_with_what_does(self):
        errors = refused("survey=nope&segment=nope&team=nope&by=nope")
        assert sorted(errors) == ["by", "segment", "survey", "team"]
        assert "relational" in errors["survey"][0]
        assert "month, week, quarter, survey, kind, touchpoint, segment, country, account" in errors["by"][0]

    @pytest.mark.parametrize("name", ["survey", "segment", "team", "kind", "touchpoint", "country", "account"])
    def test_a_zero_byte_is_refused_like_any_other_unknown_value(self, name):
        query = QueryDict(mutable=True)
        query[name] = "\x00"
        with pytest.raises(FiltersRefused):
            parse(query, now=NOW)

    @pytest.mark.parametrize("text", ["\N{SUPERSCRIPT TWO}", "99999999999999999999"])
    def test_an_odd_number_is_no_team(self, text):
        assert list(refused(f"team={text}")) == ["team"]

    def test_a_kind_a_country_and_a_customer_are_found(self, people):
        made = factories.account("Hers AB", country="SE", owner=people.agent)
        found = read(f"kind=product&country=se&account={made.external_id}")
        assert (found.kind, found.country, found.account) == ("product", "SE", made)

    def test_a_touchpoint_is_one_something_happened_at(self):
        caused("delivered", factories.contact())
        assert read("touchpoint=delivered").touchpoint == "delivered"
        assert list(refused("touchpoint=moon_landing")) == ["touchpoint"]

    def test_a_kind_its_survey_is_not_of_is_refused(self):
        assert refused("survey=product&kind=relational") == {"kind": ["The survey “product” is of the kind “product”."]}

    def test_a_customer_the_reader_may_not_see_does_not_exist_for_them(self, people):
        made = factories.account("His AB", owner=people.other_agent)
        query = QueryDict(f"account={made.external_id}")
        assert parse(query, now=NOW, reader=people.leader).account == made
        with pytest.raises(FiltersRefused) as seen:
            parse(query, now=NOW, reader=people.agent)
        assert seen.value.errors == {"account": [f"There is no customer with the number “{made.external_id}”."]}

    def test_all_of_it_comes_back_in_the_address(self, people):
        made = factories.account(owner=people.agent, segment="retail", country="NO")
        caused("delivered", factories.contact(account=made))
        query = {
            "from": "2026-01-01", "to": "2026-11-20", "kind": "product", "survey": "product", "team": "North",
            "touchpoint": "delivered", "segment": "retail", "country": "NO", "account": made.external_id,
        }  # fmt: skip
        assert parse(QueryDict(urlencode(query)), now=NOW, reader=people.leader).as_dict() == query

    def test_an_unknown_parameter_is_refused_by_name(self):
        assert list(refused("surveys=product")) == ["surveys"]

    def test_a_parameter_given_twice_is_refused(self):
        assert refused("by=month&by=week") == {"by": ["It is given more than once."]}

    def test_everything_wrong_is_told_at_once(self):
        assert sorted(refused("from=x&to=y&by=z")) == ["by", "from", "to"]
