"""Do the views for BI tools say what the reports say, hold nothing of a customer's own, and outlive a migrate?"""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from loop import bi_views
from loop.apps import prepare_database, set_views_aside
from loop.reporting.filters import ReportFilters
from loop.reporting.loop_metrics import loop_report
from loop.reporting.nps import nps_overview
from tests import factories
from tests.architecture.sources import ROOT
from tests.architecture.test_docs import table
from tests.factories import later

pytestmark = pytest.mark.django_db

NOVEMBER = ReportFilters(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def views(db):
    call_command("sql_views", verbosity=0, stdout=None)


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.fixture
def company(people):
    for score in (10, 9, 9, 8, 7, 3, 0):
        customer = factories.account(owner=people.agent)
        factories.response(score, contact=factories.contact("Åsa", account=customer), comment="Secret words")
    factories.resolved_case(2, owner=people.agent)
    factories.unreached_case(1, owner=people.agent)
    factories.response(5, survey_key="recovery", contact=factories.contact("Bo"))


def test_nps_and_counts_are_those_of_the_reports(views, company, people):
    ((n, nps),) = asked("SELECT COUNT(*), AVG(nps_points) FROM bi_responses WHERE in_programme = 1")
    total = nps_overview(people.leader, NOVEMBER, now=later(days=1)).report.total
    assert (n, float(nps)) == (total.n, pytest.approx(total.nps))
    (counts,) = asked("SELECT COUNT(*), SUM(is_resolved), SUM(contacted_in_time), SUM(is_open) FROM bi_cases")
    report = loop_report(people.leader, NOVEMBER, now=later(days=9))
    assert counts == (report.cases, report.resolved.count, report.contacted_in_time.count, report.cases - 2)
    assert asked("SELECT COUNT(*), SUM(reached) FROM bi_attempts") == [(4, 1)]


@pytest.mark.parametrize("name", bi_views.VIEWS)
def test_the_docs_say_every_column(views, name):
    text = (ROOT / "docs/bi.md").read_text(encoding="utf-8").partition(f"## {name}\n")[2].partition("\n## ")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} LIMIT 0")
        columns = [column[0] for column in cursor.description]
    assert [row[0] for row in table(text, "column", "is")] == columns


def test_nothing_of_a_customers_own_is_in_them(views, company):
    text = str([asked(f"SELECT * FROM {name}") for name in bi_views.VIEWS])
    assert "Customer" in text  # companies have names
    assert [word for word in ("Åsa", "Secret words", "@customer.example") if word in text] == []


def test_a_migrate_makes_them_again_and_makes_none_where_none_were(views):
    from django.apps import apps

    sender, plan = apps.get_app_config("loop"), [(None, False)]
    set_views_aside(sender, "default", plan=plan)
    assert bi_views.drop() is None
    prepare_database(sender, "default", plan=plan)
    assert asked("SELECT COUNT(*) FROM bi_cases") == [(0,)]
    call_command("sql_views", drop=True, stdout=None)
    set_views_aside(sender, "default", plan=plan)
    prepare_database(sender, "default", plan=plan)
    assert bi_views.drop() is None


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no roles")
def test_who_might_read_them_still_may_and_reads_no_table(views):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE loop_test_reader")
        cursor.execute("GRANT SELECT ON bi_cases TO loop_test_reader")
        bi_views.install()
        cursor.execute("SELECT has_table_privilege('loop_test_reader', 'bi_cases', 'SELECT')")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT has_table_privilege('loop_test_reader', 'loop_case', 'SELECT')")
        assert cursor.fetchone() == (False,)
