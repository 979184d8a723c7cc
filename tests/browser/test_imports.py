"""Ada brings in old answers: she uploads the file, corrects what was guessed, imports it and reads the result."""

import pytest
from playwright.sync_api import Page, expect

from feedback.models import Response
from loop.imports import work
from loop.models import Case, FileImport
from tests import factories
from tests.browser.accessible import check_accessible
from tests.browser.test_huddle import sign_in
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FILE = (
    "poäng;betyg;kommentar;e-post;datum\n"
    "3;9;Fel faktura;asa@nordmat.example;01/02/2025 08:51\n"
    "9;1;Bra;bo@fjord.example;01/03/2025 09:51\n"
    "11;5;;kari@fjord.example;02/03/2025 09:51\n"
)


def test_a_file_is_uploaded_corrected_imported_and_looked_back_at(page: Page, live_server, people, tmp_path, settings):
    settings.LOOP_HOME = tmp_path
    path = tmp_path / "Svar från Åland.csv"
    path.write_text(FILE, encoding="cp1252")
    sign_in(page, live_server.url, people.admin.email)
    page.goto(f"{live_server.url}/setup/imports/")
    check_accessible(page)
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()

    expect(page.get_by_role("heading", name="Svar från Åland.csv")).to_be_visible()
    expect(page.locator("dd", has_text="Windows-1252")).to_be_visible()
    expect(page.get_by_text("2025-02-01 08:51")).to_be_visible()
    check_accessible(page)

    # The score is the other column, the dates are American, and the answers are of the past.
    page.get_by_text("Which column is what").click()
    page.locator("[name=field_score]").select_option(label="1. poäng")
    page.get_by_label("Order of day and month").select_option("month-first")
    page.get_by_label("What follows from low scores").select_option("none")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("2025-01-02 08:51")).to_be_visible()
    expect(page.get_by_text("2025-02-01 08:51")).to_have_count(0)

    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("heading", name="Being imported")).to_be_visible()
    check_accessible(page)
    work.work(now=NOW)  # the worker; the page looks by itself
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    expect(page.get_by_role("cell", name="not usable")).to_be_visible()
    check_accessible(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Download what became of each row").click()
    assert download.value.suggested_filename == "Svar från Åland-result.csv"
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows] == ["Outcome", "imported", "imported", "not usable"]
    assert sorted(answer.responded_at.month for answer in Response.objects.all()) == [1, 1]
    assert (Case.objects.count(), FileImport.objects.get().state) == (0, "done")
    assert factories.survey().responses.count() == 2

    page.goto(f"{live_server.url}/setup/imports/")
    expect(page.get_by_role("link", name="Svar från Åland.csv")).to_be_visible()
