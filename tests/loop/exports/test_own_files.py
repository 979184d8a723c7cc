"""Do the commands give out what the imports read back, and is a row refused that somebody has changed?"""

import io

import pytest
from django.core.management import CommandError, call_command

from feedback.models import Response
from loop import csv_lines
from loop.accounts_import import import_accounts
from loop.exports import answers, customers
from loop.responses_import import import_responses
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def given(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)  # they read it as it is at one moment
class TestTheCommands:
    def test_give_out_answers_of_one_survey_or_of_all(self, tmp_path):
        factories.response(9, comment="Good", now=NOW)
        factories.response(8, survey_key="product", now=NOW)
        assert len(given("export_responses").splitlines()) == 3
        assert "Good" in given("export_responses", "--survey", "relational")
        assert len(given("export_responses", "--survey", "product").splitlines()) == 2
        path = tmp_path / "answers.csv"
        call_command("export_responses", str(path))
        assert path.read_bytes().decode() == given("export_responses")

    def test_leave_out_what_a_machine_answered(self):
        Response.objects.filter(pk=factories.response(9, now=NOW).pk).update(retracted_at=NOW)
        assert len(given("export_responses").splitlines()) == 1

    def test_write_over_nothing(self, tmp_path):
        path = tmp_path / "answers.csv"
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("export_accounts", str(path))
        assert path.read_text(encoding="utf-8") == "mine"

    def test_name_a_survey_that_is_none(self):
        with pytest.raises(CommandError, match="no survey “nps”"):
            given("export_responses", "--survey", "nps")


def answers_with(**changed):
    """A file of one answer of ours in which somebody has changed cells."""
    cells = dict.fromkeys(answers.HEAD, "") | {"survey": "relational", "score": "9", "source": "x", "external_id": "1"}
    rows = [[str((cells | changed)[name]) for name in answers.HEAD]]
    return io.BytesIO("".join(csv_lines.pieces(answers.HEAD, rows, ";")).encode())


class TestAnswersSomebodyChanged:
    @pytest.mark.parametrize(
        ("changed", "column"),
        [
            ({"score": "nine"}, "score"),
            ({"score": "11"}, "score"),
            ({"responded_at": "1/2/2026"}, "responded_at"),
            ({"responded_at": "2026-02-01 12:00"}, "responded_at"),
            ({"revisions": "[{}]"}, "revisions"),
            ({"revisions": '[{"score": "9"}]'}, "revisions"),
            ({"survey": "other"}, "survey"),
            ({"email": "nobody"}, "email"),
        ],
    )
    def test_are_refused_by_line_and_column(self, changed, column):
        done = import_responses(answers_with(**changed), survey=factories.survey(), now=NOW)
        assert [(each.line, each.column) for each in done.errors] == [(2, column)]
        assert not Response.objects.exists()

    def test_without_a_score_are_blank(self):
        assert import_responses(answers_with(score=""), survey=factories.survey(), now=NOW).blank == 1

    def test_open_a_case_now_and_not_when_they_came_in_elsewhere(self):
        file = answers_with(score="3", responded_at="2025-01-01 12:00:00Z", revised_at="2025-01-02 12:00:00Z")
        import_responses(file, survey=factories.survey(), now=later(days=1))
        assert Response.objects.get().case.opened_at == later(days=1)

    def test_in_a_file_of_another_tool_a_dash_is_no_comment(self):
        """Only in ours is a dash a word."""
        import_responses(answers_with(comment="-"), survey=factories.survey(), now=NOW)
        assert Response.objects.get().comment == "-"
        foreign = io.BytesIO(b"score,comment\n9,-\n")
        import_responses(foreign, survey=factories.survey(), now=NOW)
        assert sorted(Response.objects.values_list("comment", flat=True)) == ["", "-"]


def test_a_customer_somebody_changed_is_refused():
    cells = dict.fromkeys(customers.HEAD, "") | {"account_id": "1", "account": "Nord", "annual_value": "much"}
    rows = [[cells[name] for name in customers.HEAD]]
    file = io.BytesIO("".join(csv_lines.pieces(customers.HEAD, rows, ",")).encode())
    done = import_accounts(file, filename="ours.csv", now=NOW)
    assert [(each.line, each.column, each.value) for each in done.errors] == [(2, "annual_value", "much")]
