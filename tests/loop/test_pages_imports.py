"""Ada brings in files by the page: she sees what they hold, corrects what was not recognised, and looks back."""

import re
import stat

import pytest
from django.urls import reverse

from feedback.models import Account, Contact, Response
from loop import import_forms
from loop.imports import cleaning, files, steps, work
from loop.models import AccountOwner, Case, CaseEvent, FileImport
from notifications import announce
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.loop.uploading import (
    ANSWERS,
    CUSTOMERS,
    correct,
    import_it,
    latest,
    press,
    result,
    upload,
)
from tests.people import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


class TestLookingAtAFile:
    def test_shows_what_was_recognised_and_what_it_would_do_and_stores_nothing(self, ada):
        page = upload(ada)
        assert "What importing it would do" in page.text
        told = latest().found
        assert (told["tool"], told["encoding"], told["delimiter"], told["header_rows"]) == (
            "plain table", "utf-8", ";", 1,
        )  # fmt: skip
        assert (told["dates"], told["dates_certain"]) == ("day-first", False)
        assert told["blanks"] == {"NA": 1}
        counts = told["counts"]
        assert [counts[name] for name in ("read", "accepted", "rejected", "blank", "cases_opened")] == [4, 2, 1, 1, 1]
        assert "New answers from detractors: 1, from passives: 0, from promoters: 1." in page.text
        assert "2026-11-01 08:51" in page.text
        assert "Åsa Öberg" in page.text
        assert "is not on the survey" in page.text
        assert not Response.objects.exists()
        assert not Contact.objects.exists()

    def test_a_workbook_of_many_rows_is_looked_through_in_the_background(self, ada):
        from tests.feedback.importing.test_workbook import xlsx

        upload(ada, xlsx(["score", "comment"], *([n % 11, f"word {n}"] for n in range(3_000))), name="svar.xlsx")
        assert latest().state == "uploaded"
        work.work(now=NOW)
        assert latest().state == "checked"

    def test_its_files_are_for_nobody_else_on_the_machine(self, ada):
        upload(ada)
        paths = list(files.folder().iterdir())
        assert len(paths) == 2
        assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
        assert stat.S_IMODE(files.folder().stat().st_mode) == 0o700

    def test_keeps_no_word_of_a_customer_in_the_database(self, ada):
        upload(ada)
        import_it(ada)
        one = latest()
        assert not re.search("Åsa|asa@|faktura|kari@", f"{one.found} {one.counts} {one.choices}")

    def test_names_from_the_file_are_text(self, ada):
        name = "<script>alert(1)<|script>.csv"
        page = upload(ada, ANSWERS.replace("Åsa Öberg", "<script>alert(2)</script>"), name=name)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(2)" in page.text

    def test_a_long_name_with_nordic_letters_keeps_its_end(self, ada):
        upload(ada, name=f"{'Räksmörgås' * 24} år 2026.csv")
        one = latest()
        assert one.filename.startswith("RäksmörgåsRäksmörgås")
        assert one.filename.endswith("år 2026.csv")
        assert len(one.filename) <= 200

    def test_whoever_uploads_the_same_file_again_is_told(self, ada):
        upload(ada)
        import_it(ada)
        page = upload(ada)
        assert "This very file was imported" in page.text
        assert "All of it is here already." in page.text
        counts = latest().found["counts"]
        assert (counts["accepted"], counts["duplicate"]) == (0, 2)
        press(ada, "start")
        assert latest().state == "checked"

    def test_the_same_file_twice_adds_nothing(self, ada):
        upload(ada)
        first = latest()
        upload(ada)
        import_it(ada)
        press(ada, "start", first)
        work.work(now=NOW)
        first.refresh_from_db()
        assert (first.state, first.counts["accepted"], first.counts["duplicate"]) == ("done", 0, 2)
        assert (Response.objects.count(), Case.objects.count()) == (2, 1)


class TestARefusedFile:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"\x00\x01\x02 not a table", "zero byte"),
            (b"", "empty"),
            (b"PK\x03\x04 not a workbook", "damaged"),
            (b"score,comment\n9,a\x00b\n", "zero byte"),
            ((",".join(f"c{n}" for n in range(20_000)) + "\n").encode(), "at most 1000"),
            (("x" * 200_000 + "\n").encode(), "characters"),
        ],
    )
    def test_is_answered_in_words_and_not_kept(self, ada, content, words):
        page = upload(ada, content)
        assert page.status_code == 400
        assert words in page.text
        assert not FileImport.objects.exists()
        assert list(files.folder().iterdir()) == []

    def test_too_large_for_the_page_names_the_limit(self, ada, monkeypatch):
        monkeypatch.setattr(import_forms, "UPLOAD_LIMIT", 10)
        page = upload(ada)
        assert page.status_code == 400
        assert "manage.py" in page.text

    def test_a_bomb_in_a_workbook_is_refused_before_it_is_unpacked(self, ada):
        from tests.feedback.importing.test_workbook import with_part, xlsx

        page = upload(
            ada, with_part(xlsx(["score"], [9]), "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (101 * 2**20))
        )
        assert page.status_code == 400
        assert "unpacks to more than 100 MB" in page.text

    def test_without_a_file_says_so(self, ada):
        page = ada.post(reverse("imports"), {"kind": "answers"})
        assert (page.status_code, "Choose a file." in page.text) == (400, True)


class TestFollowingUp:
    def cases_and_mails(self):
        announce.announce_missed(now=NOW)
        return Case.objects.count(), Message.objects.count()

    def test_as_new_opens_cases_and_their_owners_are_told(self, ada, people):
        factories.account("Nordmåt AB", owner=people.agent)
        upload(ada)
        import_it(ada)
        assert self.cases_and_mails() == (1, Message.objects.count())
        assert Message.objects.filter(user=people.agent).exists()

    def test_quietly_opens_cases_and_tells_nobody(self, ada, people):
        factories.account("Nordmåt AB", owner=people.agent)
        upload(ada)
        correct(ada, follow_up="quiet")
        import_it(ada)
        assert self.cases_and_mails() == (1, 0)
        assert Case.objects.get().owner == people.agent
        assert Case.objects.get().remind_at is not None
        assert CaseEvent.objects.filter(announced_at=None).count() == 0

    def test_of_the_past_they_only_count(self, ada, people):
        from loop import sweeping

        factories.account("Nordmåt AB", owner=people.agent)
        upload(ada)
        page = correct(ada, follow_up="none")
        assert "no cases: of the past" in page.text
        assert latest().found["counts"]["cases_opened"] == 0
        import_it(ada)
        sweeping.run("open_missed_cases", now=factories.later(days=1))
        assert (Response.objects.count(), *self.cases_and_mails()) == (2, 0, 0)


class TestAllOrNothing:
    def test_with_a_row_that_is_not_usable_does_not_start(self, ada):
        upload(ada)
        page = correct(ada, all_or_nothing="on")
        assert "there are rows that are not usable" in page.text
        page = press(ada, "start")
        assert latest().state == "checked"
        assert not Response.objects.exists()

    def test_writes_everything_where_every_row_is_good(self, ada):
        upload(ada, ANSWERS.replace("11;;", "10;;"))
        correct(ada, all_or_nothing="on")
        import_it(ada)
        assert (latest().state, Response.objects.count(), latest().position) == ("done", 3, 4)
        assert len(result(ada)) == 5

    def test_writes_nothing_where_a_row_turns_out_bad_meanwhile(self, ada):
        upload(ada, "external_id,score,comment\na,3,x\nb,9,y\n")
        correct(ada, all_or_nothing="on")
        factories.response(5, source="import:relational", external_id="b", comment="other")
        page = import_it(ada)
        assert latest().state == "failed"
        assert "Nothing was imported" in page.text
        assert Response.objects.count() == 1


class TestResult:
    def test_counts_names_reasons_and_hands_back_every_row_with_its_outcome(self, ada):
        upload(ada)
        page = import_it(ada)
        assert "not on the survey" in page.text
        assert latest().counts["reasons"][0] | {"reason": ""} == {
            "kind": "error", "column": "score", "reason": "", "count": 1, "lines": [4],
        }  # fmt: skip
        head, *rows = result(ada)
        assert head[:4] == ["Line", "Outcome", "What is wrong", "score"]
        assert [(row[0], row[1], row[3]) for row in rows] == [
            ("2", "imported", "3"), ("3", "imported", "9"), ("4", "not usable", "11"), ("5", "blank", "NA"),
        ]  # fmt: skip

    def test_no_cell_of_it_is_a_program(self, ada):
        upload(ada, '=cmd(),score,comment\nx,9,"=HYPERLINK(""evil"")"\ny,8,@SUM(1)\n')
        import_it(ada)
        cells = [cell for row in result(ada) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "@", "+"))] == []
        assert "'=cmd()" in cells

    def test_carries_the_name_of_the_file_whatever_its_letters(self, ada):
        upload(ada, name="svar från Åland.csv")
        import_it(ada)
        told = ada.get(reverse("import-result", args=[latest().pk]))
        b"".join(told.streaming_content)  # closes it
        assert "filename*=utf-8''svar%20fr%C3%A5n%20%C3%85land-result.csv" in told["Content-Disposition"]

    def test_the_upload_is_gone_once_it_is_imported_and_the_result_after_30_days(
        self, ada, django_capture_on_commit_callbacks
    ):
        upload(ada)
        with django_capture_on_commit_callbacks(execute=True):
            import_it(ada)
        one = latest()
        assert [path.name for path in files.folder().iterdir()] == [f"{one.stored_as}.result"]
        assert cleaning.forget(now=one.finished_at + cleaning.KEPT) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert cleaning.forget(now=one.finished_at + cleaning.KEPT * 1.01) == 1
        assert list(files.folder().iterdir()) == []
        assert ada.get(reverse("import-result", args=[one.pk])).status_code == 404
        assert ada.get(reverse("import", args=[one.pk])).status_code == 200


class TestCustomers:
    def test_departed_owners_are_named_and_no_mailings_is_obeyed(self, ada, people):
        factories.user("Gone Person", is_active=False)
        page = upload(ada, CUSTOMERS, name="crm.csv", kind="customers")
        assert "Owners who cannot look after anybody" in page.text
        assert "Gone Person" in page.text
        assert "This person has left" in page.text
        assert not Account.objects.exists()
        import_it(ada)
        told = latest().counts
        assert [told[name] for name in ("accounts_created", "contacts_created", "owners_set", "opted_out")] == [
            2, 2, 1, 1,
        ]  # fmt: skip
        assert AccountOwner.objects.get().user == people.agent
        assert Contact.objects.get(email="nils@nyqvist.example").opted_out_at is not None
        assert "imported" in {row[1] for row in result(ada)}

    def test_names_who_is_new_and_what_would_change_from_what_to_what(self, ada, people):
        upload(ada, CUSTOMERS, kind="customers")
        assert [(one["name"], one["outcome"]) for one in files.seen(latest())["changes"]] == [
            ("Holmgren AB", "new"), ("Karin Holmgren", "new"), ("Nyqvist AB", "new"), ("Nils Nyqvist", "new"),
        ]  # fmt: skip
        import_it(ada)
        page = upload(
            ada,
            "Customer number,Company,Name,E-mail,Owner,No mailings,Segment\n"
            "K1,Holmgren AB,Karin Holm,karin@holmgren.example,kim@loop.example,yes,\n"
            "K2,Nyqvist AB,Nils Nyqvist,nils@nyqvist.example,,yes,Industry\n"
            "K3,Ny AB,,,,,\n",
            kind="customers",
        )
        told = {one["name"]: (one["outcome"], one["fields"]) for one in files.seen(latest())["changes"]}
        assert told == {
            "Holmgren AB": ("changed", [["owner", "anna@loop.example", "kim@loop.example"]]),
            "Karin Holm": ("changed", [["contact_name", "Karin Holmgren", "Karin Holm"], ["no_mailings", "", "yes"]]),
            "Nyqvist AB": ("changed", [["segment", "", "Industry"]]),
            "Nils Nyqvist": ("unchanged", []),
            "Ny AB": ("new", []),
        }
        assert "Karin Holmgren → Karin Holm" in page.text
        assert Contact.objects.filter(name="Karin Holmgren").exists()

    def test_beside_a_name_of_whom_nobody_knows_the_clear_columns_are_kept(self, ada):
        upload(ada, "Name,E-mail,ID\nBo,bo@fjord.example,K7\n", kind="customers")
        correct(ada, field_contact_name="1")
        import_it(ada)
        bo = Contact.objects.get()
        assert (bo.name, bo.email, bo.external_id) == ("Bo", "bo@fjord.example", "K7")

    def test_a_column_that_was_not_recognised_is_chosen(self, ada):
        upload(ada, "Company,Post,Ansvarig\nFjord AS,bo@fjord.example,anna@loop.example\n", kind="customers")
        correct(ada, field_account="1", field_email="2", field_owner="3")
        import_it(ada)
        assert Contact.objects.get().email == "bo@fjord.example"
        assert AccountOwner.objects.get().user.name == "Anna"


class TestTheListOfImports:
    def test_names_file_state_and_who(self, ada, people):
        upload(ada)
        page = ada.get(reverse("imports"))
        assert "svar.csv" in page.text
        assert "Waits for your word" in page.text
        assert people.admin.name in page.text

    @pytest.mark.parametrize(("name", "status"), [("agent", 403), ("lead", 403), ("leader", 403), ("admin", 200)])
    def test_is_for_administrators(self, people, ada, name, status):
        upload(ada)
        client = browser(getattr(people, name))
        assert client.get(reverse("imports")).status_code == status
        assert client.get(reverse("import", args=[latest().pk])).status_code == status

    def test_nobody_else_can_start_one(self, people, ada):
        upload(ada)
        one = latest()
        assert browser(people.leader).post(reverse("import-start", args=[one.pk])).status_code == 403
        with pytest.raises(Exception, match="may not import"):
            steps.start(one, actor=people.lead, now=NOW)
        assert latest().state == "checked"


def test_a_file_nobody_went_on_with_is_given_up_after_30_days(ada):
    upload(ada)
    cleaning.forget(now=latest().uploaded_at + cleaning.KEPT * 1.01)
    assert latest().state == "discarded"
    assert latest().events.latest("pk").reason == "Nobody went on with it for 30 days."
