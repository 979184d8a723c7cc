"""Does a list leave as a workbook with the rows of its CSV file, for whoever may see them, and without a formula?"""

import csv
import io
import tracemalloc
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from feedback import waves
from feedback.models import Response
from loop import workbook
from loop.models import Case
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

DAYS = "?from=2026-11-01&to=2026-11-30"

pytestmark = pytest.mark.django_db


def sheet(content):
    """The rows of its only sheet: what is empty is "", a number a float, a formula never its own text."""
    (found,) = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(found).to_python()


def download(user, name, query="", **parameters):
    """The rows of a workbook, each by the names of its columns."""
    answer = browser(user).get(f"{reverse(name, kwargs=parameters)}{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == workbook.CONTENT_TYPE
    assert answer["Content-Disposition"].endswith('.xlsx"')
    head, *rows = sheet(b"".join(answer.streaming_content))
    return [dict(zip(head, row, strict=True)) for row in rows]


def as_csv(user, name, query="", **parameters):
    answer = browser(user).get(f"{reverse(name, kwargs=parameters)}{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def customers(people):
    """Nordmat is Anna's, Fjord Otto's; each has somebody who answered 3, and somebody at Nordmat answered 9."""
    nordmat = factories.account("Nordmat AB", owner=people.agent, segment="=HYPERLINK(1)", annual_value=Decimal(100))
    fjord = factories.account("Fjord AS", owner=people.other_agent)
    asa, bo = factories.contact("Åsa", account=nordmat), factories.contact("Bo", account=nordmat)
    factories.response(3, contact=asa, comment="@late", now=NOW)
    factories.response(9, contact=bo, comment="+1", now=NOW)
    factories.response(2, contact=factories.contact("Kari", account=fjord), comment="Wrong", now=NOW)
    return people


@pytest.fixture
def wave(customers):
    made = waves.draft(survey=factories.survey("product"), share="1", seed=1, starts_on=later(days=1).date(), now=NOW)
    waves.plan(made, now=later(days=400))
    return made


def both(people, wave, what):
    """The same list as a workbook and as CSV, with its address."""
    parameters = {"members": {"wave_id": wave.pk}, "behind": {"figure": "answers"}}.get(what, {})
    names = {
        "cases": ("cases-workbook", "cases-export", "?tab=everyone"),
        "accounts": ("accounts-workbook", "accounts-export", "?order=value"),
        "customers": ("customers-workbook", "customers-export", ""),
        "members": ("wave-members-workbook", "wave-members", "?reason="),
        "behind": ("report-behind-workbook", "report-behind-file", DAYS),
    }
    as_workbook, as_text, query = names[what]
    return download(people, as_workbook, query, **parameters), as_csv(people, as_text, query, **parameters)


@pytest.mark.parametrize("what", ["cases", "accounts", "customers", "members", "behind"])
def test_a_workbook_has_the_rows_and_columns_of_the_csv_file(customers, wave, what):
    found, lines = both(customers.leader, wave, what)

    assert len(found) == len(lines) > 1
    for row, line in zip(found, lines, strict=True):
        assert list(row) == list(line)
        for name, cell in row.items():
            plain = line[name].removeprefix("'") if line[name][1:2] in "=+-@" else line[name]
            assert (float(plain) if isinstance(cell, float) else plain) == cell, name


@pytest.mark.parametrize("what", ["cases", "accounts", "customers", "behind"])
def test_an_agent_gets_what_is_theirs_and_another_team_s_agent_theirs(customers, wave, what):
    def seen(person):
        return {row.get("account") or row.get("account_name") for row in both(person, wave, what)[0]}

    assert seen(customers.agent) == seen(customers.lead) == {"Nordmat AB"}
    assert seen(customers.other_agent) == {"Fjord AS"}
    assert seen(customers.admin) == {"Nordmat AB", "Fjord AS"}


def test_numbers_are_numbers_and_no_text_is_a_formula(customers):
    (row,) = download(customers.agent, "accounts-workbook")

    assert row["segment"] == "=HYPERLINK(1)"
    assert row["annual_value"] == 100.0
    assert isinstance(row["annual_value"], float)


def test_ticked_cases_leave_alone(customers):
    first, *_others = Case.objects.order_by("pk")
    rows = download(customers.admin, "cases-workbook", f"?case={first.pk}.{first.version}")

    assert [row["case"] for row in rows] == [first.pk]


def test_words_that_are_too_long_for_a_cell_end_with_dots_and_control_characters_are_no_harm():
    with workbook.list_written(["a", "b"], [["å" * 40_000, "one\x07two"]]) as written:
        _head, (long, odd) = sheet(written.read())

    assert len(long) == workbook.LONGEST_TEXT
    assert long.endswith("å…")
    assert "two" in odd


def test_too_many_rows_are_refused_and_the_csv_file_is_named(customers, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    answer = browser(customers.leader).get(reverse("accounts-workbook"))

    assert answer.status_code == 400
    assert len(download(customers.agent, "accounts-workbook")) == 1


def test_a_long_list_takes_no_more_memory_than_a_short_one():
    def peak(rows):
        tracemalloc.start()
        workbook.list_written(["n", "words"], ([n, f"row {n} of a list"] for n in range(rows))).close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < 1.5 * peak(2_000)


@pytest.mark.parametrize(
    ("page", "name", "query"),
    [("accounts", "accounts-workbook", ""), ("accounts", "customers-workbook", ""), ("cases", "cases-workbook", "")],
)
def test_pages_lead_to_it(customers, page, name, query):
    assert f'href="{reverse(name)}' in browser(customers.agent).get(f"{reverse(page)}{query}").text


def test_the_page_behind_a_figure_and_that_of_a_wave_lead_to_it(customers, wave):
    behind = browser(customers.leader).get(f"{reverse('report-behind', args=['answers'])}{DAYS}").text
    assert reverse("report-behind-workbook", args=["answers"]) in behind
    assert (
        reverse("wave-members-workbook", args=[wave.pk])
        in browser(customers.leader).get(reverse("wave", args=[wave.pk])).text
    )
    assert Response.objects.count() == 3
