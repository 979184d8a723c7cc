"""Reports as files: what stands on the page and nothing else, for whoever may read the page, and no formula in it."""

import csv
import io
import re
import zipfile
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from loop import csv_lines, goals, workbook
from loop.goals import GoalFacts
from loop.report_pages.catalogue import ALL
from loop.report_pages.table import Look, Number, Table
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def company(people):
    """Cases in every state of two teams, answers, values and a goal."""
    for owner in (people.agent, people.other_agent):
        for make in (factories.case, factories.contacted_case, factories.resolved_case, factories.unreached_case):
            make(owner=owner, now=later(days=-20))
    customer = factories.account("Nordvik", owner=people.agent, annual_value=Decimal(1000), currency="SEK")
    for score in (*[9] * 12, 7, 3):
        at = NOW - timedelta(days=5)
        factories.response(score, contact=factories.contact(account=customer), responded_at=at, now=at)
    facts = GoalFacts(5, date(2027, 6, 30), date(2026, 9, 1), date(2026, 9, 30))
    goals.save(facts, actor=people.leader, now=NOW)
    return people


def download(user, name, kind="csv", **query):
    return browser(user).get(reverse("report-file", args=(name, kind)), query)


def lines(user, name, **query):
    text = b"".join(download(user, name, **query).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def line(found, first):
    return next(row for row in found if row and row[0] == first)


def sheets(answer) -> str:
    """All the XML of a workbook's sheets and texts."""
    with closing(answer), zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("name", [report.name for report in ALL])
@pytest.mark.parametrize("who", ["agent", "lead", "other_agent", "leader", "admin"])
def test_whoever_reads_a_page_has_it_as_both_files(company, name, who):
    user = getattr(company, who)
    assert lines(user, name)[0][0] == "Report"
    assert "Report" in sheets(download(user, name, "xlsx"))


@pytest.mark.parametrize("name", [report.name for report in ALL])
def test_every_page_leads_to_its_files_with_its_filters(company, name):
    report = next(report for report in ALL if report.name == name)
    page = browser(company.leader).get(reverse(report.address), {"segment": ""} if report.has_filters else {})
    for kind in ("csv", "xlsx"):
        assert reverse("report-file", args=(name, kind)) in page.text


def test_the_links_keep_the_filters(company):
    page = browser(company.leader).get(reverse("report-nps"), {"from": "2026-10-01", "by": "week"})
    found = re.search(r'href="([^"]*nps\.csv[^"]*)"', page.text).group(1)
    assert "from=2026-10-01" in found
    assert "by=week" in found


def test_nobody_has_more_in_a_file_than_on_the_page(company):
    seen = {}
    for who in ("agent", "lead", "other_agent", "other_lead", "leader", "admin"):
        user = getattr(company, who)
        page = browser(user).get(reverse("report-loop")).context["loop"].cases
        told = int(line(lines(user, "loop"), "Cases")[4])
        assert told == page
        seen[who] = told
    assert seen == {"agent": 5, "lead": 5, "other_agent": 4, "other_lead": 4, "leader": 9, "admin": 9}


def test_who_is_not_signed_in_is_asked_to(client, db):
    assert client.get(reverse("report-file", args=("nps", "csv"))).status_code == 302


def test_figures_are_the_pages_and_so_are_the_filters_in_words(company):
    found = lines(company.leader, "nps", segment="", **{"from": "2026-11-01"})
    assert line(found, "Days")[1].startswith("1 Nov 2026")
    nps = line(found, "NPS")
    assert nps[1] == "79"
    assert nps[5] == "14"
    assert line(found, "Promoters")[1:6] == ["86%", "60%", "96%", "12", "14"]


def test_of_few_a_file_tells_counts_and_no_percentage(company):
    resolved = line(lines(company.agent, "loop"), "Resolved")
    assert resolved[1:6] == ["", "", "", "1", "5"]


def test_a_name_that_begins_like_a_formula_stays_a_name(people):
    evil = '=HYPERLINK("http://evil.example","x")'
    factories.account(evil, owner=people.agent, annual_value=Decimal(500), currency="SEK")
    found = lines(people.agent, "revenue", part="all")
    assert [f"'{evil}"] == [row[0] for row in found if "HYPERLINK" in "".join(row)]
    book = sheets(download(people.agent, "revenue", "xlsx", part="all"))
    assert "HYPERLINK" in book
    assert "<f>" not in book
    assert "<hyperlink" not in book


def test_the_customers_behind_a_figure_are_all_in_the_file_whatever_page_is_open(people):
    for number in range(60):
        factories.account(f"Customer {number:02}", owner=people.agent, annual_value=Decimal(500), currency="SEK")
    found = lines(people.leader, "revenue", part="all", page="2")
    assert sum(bool(row) and row[0].startswith("Customer ") for row in found) == 60


def test_filters_there_are_none_of_are_told_on_the_page(people):
    answer = download(people.leader, "nps", segment="nowhere")
    assert answer.status_code == 302
    assert browser(people.leader).get(answer["Location"]).status_code == 400


def test_there_is_no_other_report_and_no_other_kind(people):
    assert download(people.leader, "salaries").status_code == 404
    assert download(people.leader, "nps", "pdf").status_code == 404


def test_a_workbook_has_a_sheet_for_each_table_and_numbers_are_numbers(people):
    rows = [["Åre", Number(0.526, Look.PERCENT), Number(-4.4, Look.SIGNED), date(2026, 11, 19), None, 3]]
    titles = ("By month: the first of two very long titles", "By month: the first of two very long ones", "A/B [c]")
    tables = [Table(title, ("Who", "Share", "Points", "Day", "Nothing", "Cases"), rows) for title in titles]
    with workbook.written([("Report", "NPS")], tables) as file, zipfile.ZipFile(file) as book:
        names = re.findall(r'sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
    assert len({name.lower() for name in names}) == len(names) == 4
    assert all(len(name) <= 31 for name in names)
    assert re.findall(r"<v>([^<]*)</v>", sheet) == ["0.53", "-4", "46345", "3"]
    assert "Åre" in sheet


def test_numbers_are_those_of_the_readers_language(company):
    company.leader.language = "sv"
    company.leader.save(update_fields=["language"])
    text = b"".join(download(company.leader, "loop").streaming_content).decode("utf-8-sig")
    numbers = re.findall(r"(?<=;)-?[0-9]+[.,][0-9]+(?=[;\r])", text)
    assert numbers
    assert all("," in number for number in numbers)


def test_a_negative_number_is_no_formula():
    with translation.override("sv"):
        _head, line = csv_lines.pieces(("a", "b"), [(Number(-3.5, Look.TENTHS).plain, "-3,5")], ";")
    assert line == "-3,5;'-3,5\r\n"


def test_a_number_reads_as_one_in_words_and_in_a_file():
    assert Number(0.526, Look.PERCENT).words == "53\u202f%"
    assert Number(0.526, Look.PERCENT).plain == "53%"
    assert (Number(4.4, Look.SIGNED).words, Number(4.4, Look.SIGNED).plain) == ("+4", 4)
    assert (Number(-4.4, Look.SIGNED).words, Number(-4.4, Look.SIGNED).plain) == ("−4", -4)
    assert Number(-0.2, Look.SIGNED).words == "0"
    with translation.override("sv"):
        assert Number(1.25, Look.TENTHS).plain == "1,2"
