"""Does a file of answers come in whole, once, with its cases, and can it be run again after anything?"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection

from feedback.importing import UnusableFile
from feedback.models import Account, Contact, Response, Survey
from loop import responses_import, rows_at_once
from loop.models import Case
from loop.responses_import import AnswersRun, ResponsesImport, import_responses
from tests import factories
from tests.factories import NOW

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.django_db

FILE = (
    "score;comment;email;namn;företag;tidsstämpel\n"
    "3;Fel faktura;asa@nordmat.example;Åsa Öberg;Nordmåt AB;2026-11-01 08:51\n"
    "9;Bra;bo@fjord.example;Bo Ek;Fjord AS;2026-11-01 09:51\n"
    "7;;kari@fjord.example;Kari;Fjord AS;2026-11-02 09:51\n"
    ";inget;x@fjord.example;X;Fjord AS;2026-11-02 09:51\n"
    "0;Arg;eva@suomi.example;Eva;Suomi Oy;2026-11-03 09:51\n"
)


def run(text: str | bytes = FILE, *, key: str = "relational", **options: Any) -> ResponsesImport:
    data = text.encode() if isinstance(text, str) else text
    return import_responses(io.BytesIO(data), survey=Survey.objects.get(key=key), now=NOW, **options)


def counts(result: ResponsesImport) -> tuple[int, ...]:
    assert result.accepted + result.duplicate + result.rejected + result.blank == result.read
    return result.read, result.accepted, result.duplicate, result.rejected, result.blank, result.cases_opened


class TestImport:
    def test_stores_answers_with_their_customers_and_opens_cases_for_detractors(self):
        anna = factories.user("Anna Ek")
        factories.account("Nordmåt AB", owner=anna)
        result = run()
        assert counts(result) == (5, 4, 0, 0, 1, 2)
        assert (result.nps.detractor, result.nps.passive, result.nps.promoter, result.nps.nps) == (2, 1, 1, -25)
        answer = Response.objects.get(score=3)
        assert (answer.comment, answer.contact.name, answer.source) == ("Fel faktura", "Åsa Öberg", "import:relational")
        assert answer.responded_at.isoformat() == "2026-11-01T07:51:00+00:00"
        assert answer.case.owner == anna
        assert Account.objects.count() == 3
        assert Contact.objects.filter(account__name="Fjord AS").count() == 2

    def test_of_anonymous_answers_counts_equal_rows_each(self):
        assert counts(run("score\n3\n3\n9\n")) == (3, 3, 0, 0, 0, 2)
        assert set(Response.objects.values_list("contact", flat=True)) == {None}

    def test_again_adds_nothing(self):
        run()
        assert counts(run()) == (5, 0, 4, 0, 1, 0)
        assert (Response.objects.count(), Case.objects.count(), Contact.objects.count()) == (4, 2, 4)

    def test_of_a_longer_export_of_the_same_survey_adds_the_new_rows_only(self):
        run("score,comment\n9,\n9,\n3,x\n")
        assert counts(run("score,comment\n9,\n9,\n3,x\n9,\n")) == (4, 1, 3, 0, 0, 0)

    def test_of_many_sources_looks_once_for_what_is_here(self, django_assert_num_queries):
        factories.response(9, source="s1", external_id="x1", comment="Good.")
        with django_assert_num_queries(1):
            said = AnswersRun._here_already((f"s{place}", f"x{place}") for place in range(2_000))
        assert said == {("s1", "x1"): (9, "Good.")}

    def test_into_another_survey_is_another_answer(self):
        run()
        assert counts(run(key="product")) == (5, 4, 0, 0, 1, 2)

    def test_puts_good_rows_in_and_reports_bad_ones(self):
        result = run(
            "score,email,date\n3,a@b.se,2026-11-01\n11,c@d.se,2026-11-01\n9,nobody,2026-11-01\n8,e@f.se,2026-11-01\n"
        )
        assert counts(result) == (4, 2, 0, 2, 0, 1)
        assert [(error.line, error.column, error.value) for error in result.errors] == [
            (3, "score", "11"),
            (4, "email", "nobody"),
        ]

    def test_reports_what_the_database_side_refuses_by_line_and_column_too(self):
        factories.contact(email="twice@x.se", account=factories.account())
        factories.contact(email="twice@x.se", account=factories.account())
        result = run("score,email,date\n3,new@x.se,2027-01-01\n3,twice@x.se,2026-11-01\n3,new@x.se,2026-11-01\n")
        assert counts(result) == (3, 1, 0, 2, 0, 1)
        assert [(error.line, error.column) for error in result.errors] == [(2, "date"), (3, "email")]
        assert "future" in result.errors[0].message
        assert Response.objects.get().contact.email == "new@x.se"

    def test_leaves_no_customer_behind_of_a_row_that_was_refused(self):
        run("score,email,company,date\n3,new@x.se,New AS,2027-01-01\n")
        assert not Contact.objects.exists()
        assert not Account.objects.exists()

    def test_takes_an_answer_of_the_same_id_once_and_does_not_swallow_a_different_one(self):
        text = "external_id,score,comment\na,3,x\na,3,x\na,9,y\n"
        result = run(text)
        assert counts(result) == (3, 1, 1, 1, 0, 1)
        assert (result.errors[0].line, result.errors[0].value) == (4, "a")
        assert "here already, with another score or comment" in result.errors[0].message
        assert counts(run(text)) == (3, 0, 2, 1, 0, 0)

    def test_of_a_survey_asked_from_one_refuses_a_zero(self):
        Survey.objects.filter(key="product").update(scale_min=1)
        result = run("score\n0\n1\n10\n", key="product")
        assert counts(result) == (3, 2, 0, 1, 0, 1)
        assert result.as_json()["scale"] == [1, 10]

    def test_of_xlsx_works_like_csv(self):
        from tests.feedback.importing.test_workbook import xlsx

        result = run(xlsx(["Betyg", "Kommentar"], [3, "Åäö"], [9, ""]))
        assert counts(result) == (2, 2, 0, 0, 0, 1)
        assert result.as_json()["encoding"] == "xlsx"


class TestDryRun:
    @pytest.mark.parametrize("text", [FILE, "external_id,score,comment\na,3,x\na,3,x\na,9,y\n", "score\n3\n3\n11\n\n"])
    @pytest.mark.parametrize("batch", [1, 200])
    def test_tells_what_will_happen_and_writes_nothing(self, monkeypatch, text, batch):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, batch)
        predicted = run(text, dry_run=True)
        assert not Response.objects.exists()
        assert not Contact.objects.exists()
        assert not Account.objects.exists()
        done = run(text)
        assert counts(predicted) == counts(done)
        assert predicted.errors == done.errors
        assert predicted.nps == done.nps
        assert counts(run(text, dry_run=True)) == counts(run(text))

    def test_rings_no_bell(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            run(dry_run=True)
        assert callbacks == []


class TestAllOrNothing:
    def test_writes_everything_when_every_row_is_good(self):
        assert counts(run(all_or_nothing=True)) == (5, 4, 0, 0, 1, 2)

    def test_writes_nothing_when_one_row_is_bad_and_says_which(self):
        result = run(FILE + "99;x;y@z.se;Y;Z;2026-11-01 08:51\n", all_or_nothing=True)
        assert counts(result) == (6, 0, 0, 5, 1, 0)
        assert [error.line for error in result.errors] == [7]
        assert result.refused
        assert not Response.objects.exists()

    def test_writes_nothing_when_the_database_side_refuses_a_row(self, monkeypatch):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 1)
        result = run("score,date\n3,2026-11-01\n3,2027-01-01\n3,2026-11-02\n", all_or_nothing=True)
        assert counts(result) == (3, 0, 0, 3, 0, 0)
        assert [error.line for error in result.errors] == [3]
        assert not Response.objects.exists()

    def test_does_not_count_a_wish_for_a_dry_run_as_a_reason_to_write(self):
        assert counts(run(all_or_nothing=True, dry_run=True)) == (5, 4, 0, 0, 1, 2)
        assert not Response.objects.exists()


class TestInterruption:
    @pytest.mark.parametrize("killed_in", [0, 1, 3])
    def test_leaves_whole_chunks_and_running_it_again_reaches_the_same_end(self, monkeypatch, killed_in):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, 2)
        text = "score,email\n" + "".join(f"{n % 11},c{n}@x.se\n" for n in range(7))
        record, calls = responses_import.record_many, []

        class Killed(BaseException):
            pass

        def killed_once_it_has_written(told, *, now, **more):
            recorded = record(told, now=now, **more)
            calls.append(told)
            if len(calls) > killed_in:
                raise Killed
            return recorded

        monkeypatch.setattr(responses_import, "record_many", killed_once_it_has_written)
        with pytest.raises(Killed):
            run(text)
        assert Response.objects.count() == Contact.objects.count() == killed_in * 2
        monkeypatch.setattr(responses_import, "record_many", record)
        result = run(text)
        assert result.accepted + result.duplicate == 7
        assert (Response.objects.count(), Contact.objects.count(), Case.objects.count()) == (7, 7, 7)


class TestOneRowThatCannotBeStored:
    TEXT = "score,email\n" + "".join(f"{n % 11},c{n}@x.se\n" for n in range(7))

    @pytest.fixture(params=[2, 200])
    def chunk(self, monkeypatch, request):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, request.param)

    def test_for_a_bug_of_ours_costs_no_other_row(self, monkeypatch, chunk):
        record = responses_import.record_many

        def stumbles_over_the_fifth(told, *, now, **more):
            recorded = record(told, now=now, **more)
            if any(one.contact.email == "c4@x.se" for one in told):
                raise RuntimeError("a bug of ours")
            return recorded

        monkeypatch.setattr(responses_import, "record_many", stumbles_over_the_fifth)
        result = run(self.TEXT)
        assert counts(result) == (7, 6, 0, 1, 0, 6)
        assert [error.line for error in result.errors] == [6]
        assert "on our side" in result.errors[0].message
        assert not Contact.objects.filter(email="c4@x.se").exists()

    def test_together_with_others_for_what_they_do_to_each_other_is_stored_by_itself(self, monkeypatch, chunk):
        """Two answers that the database takes one after the other only."""
        record = responses_import.record_many

        def takes_two_at_most(told, *, now, **more):
            if len(told) > 2:
                raise IntegrityError("not together")
            return record(told, now=now, **more)

        monkeypatch.setattr(responses_import, "record_many", takes_two_at_most)
        assert counts(run(self.TEXT)) == (7, 7, 0, 0, 0, 7)
        assert Contact.objects.count() == 7

    def test_while_the_database_is_away_stops_the_import_and_blames_no_row(self, monkeypatch, chunk):
        def is_away(told, *, now, **more):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(responses_import, "record_many", is_away)
        with pytest.raises(OperationalError):
            run(self.TEXT)


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path) -> str:
        (tmp_path / "answers.csv").write_text(FILE)
        return str(tmp_path / "answers.csv")

    def test_reads_as_it_is_told_the_file_is_written(self, tmp_path):
        (tmp_path / "dos.csv").write_bytes("score\tcomment\n3\tBlåbär; åtta\n".encode("cp850"))
        call_command("import_responses", str(tmp_path / "dos.csv"), "--encoding", "cp850", "--delimiter", "tab")
        assert Response.objects.get().comment == "Blåbär; åtta"

    def test_prints_the_report_of_the_contract(self, file, capsys):
        call_command("import_responses", file, "--survey", "relational", "--json")
        report = json.loads(capsys.readouterr().out)
        assert report["mapping"] == {
            "score": "score",
            "comment": "comment",
            "email": "email",
            "namn": "name",
            "företag": "account",
            "tidsstämpel": "responded_at",
        }
        kept = {name: report[name] for name in report if name not in ("mapping", "warnings", "dry_run")}
        assert kept == {
            "read": 5,
            "accepted": 4,
            "duplicate": 0,
            "rejected": 0,
            "blank": 1,
            "cases_opened": 2,
            "categories": {"detractor": 2, "passive": 1, "promoter": 1},
            "nps": -25.0,
            "scale": [0, 10],
            "encoding": "utf-8",
            "delimiter": ";",
            "errors": [],
        }

    def test_tells_the_same_in_words(self, file, capsys):
        call_command("import_responses", file, "--dry-run", "--map", "comment=ignore")
        out = capsys.readouterr().out
        assert "Dry run: nothing was written." in out
        assert "5 rows read: 4 accepted, 0 duplicate, 0 rejected, 1 blank. 2 cases would open." in out
        assert "NPS -25.00: 1 promoters, 1 passives, 2 detractors." in out

    @pytest.mark.parametrize(
        ("content", "options", "message"),
        [
            (FILE, ["--survey", "nosuch"], "There is no survey “nosuch”. Surveys are: product, recovery, relational"),
            (FILE, ["--map", "score"], "--map is written COLUMN=FIELD, not “score”"),
            (FILE, ["--map", "nope=score"], "There is no column “nope”"),
            ("a,b\n9,9\n", [], "No column looks like the score.*Say which one it is: --map COLUMN=score"),
            ("", [], "The file is empty"),
            ("\x00\x01\x02\x03", [], "not a text file"),
            ("score\n99\n", ["--all-or-nothing"], "Nothing was imported: all or nothing, and 1 rows have faults"),
        ],
    )
    def test_refuses_with_a_message(self, tmp_path, content, options, message):
        (tmp_path / "answers.csv").write_text(content)
        with pytest.raises(CommandError, match=message):
            call_command("import_responses", str(tmp_path / "answers.csv"), *options)
        assert not Response.objects.exists()

    def test_refuses_a_file_that_is_not_there(self):
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_responses", "/no/such/file.csv")

    def test_of_a_header_alone_is_an_import_of_nothing(self, tmp_path, capsys):
        (tmp_path / "answers.csv").write_text("score,comment\n")
        call_command("import_responses", str(tmp_path / "answers.csv"), "--json")
        report = json.loads(capsys.readouterr().out)
        assert (report["read"], report["nps"]) == (0, None)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real exports are not beside this checkout")
class TestRealFiles:
    def test_the_carpentries_survey_of_2017_opens_69_cases(self):
        result = run((DATA / "carpentries/longterm_2017.csv").read_bytes())
        assert counts(result) == (476, 402, 0, 0, 74, 69)
        assert (result.nps.promoter, result.nps.passive, result.nps.detractor) == (215, 118, 69)
        assert round(result.nps.nps, 2) == 36.32
        assert counts(run((DATA / "carpentries/longterm_2017.csv").read_bytes())) == (476, 0, 402, 0, 74, 0)

    def test_an_nps_survey_cannot_be_made_of_a_file_without_the_question(self):
        with pytest.raises(UnusableFile):
            run((DATA / "qualtrics/sample.csv").read_bytes())
