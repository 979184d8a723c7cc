"""Do a CRM's companies, people and account managers come in, stay one each, and keep their wish not to be mailed?"""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from feedback import contacts
from feedback.models import Account, Contact
from loop import rows_at_once
from loop.accounts_import import AccountsImport, import_accounts
from loop.models import AccountOwner, User
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FILE = (
    "Company: Name;Company: Number;Our contact;Country;Annual value;Contact: Full name;Contact: E-mail;No Mailings\n"
    "Nordmåt AB;10001;anna.ek@loop.example;Sverige;1 200 000,50 SEK;Åsa Öberg;asa@nordmat.example;\n"
    "Nordmåt AB;10001;anna.ek@loop.example;Sverige;1 200 000,50 SEK;Bo Ek;bo@nordmat.example;Ja\n"
    "Fjord AS;10002;gone@loop.example;NO;;Kari;kari@fjord.example;0\n"
)


@pytest.fixture
def anna() -> User:
    return factories.user("Anna Ek")


def run(text: str = FILE, **options: Any) -> AccountsImport:
    result = import_accounts(io.BytesIO(text.encode()), filename="crm.csv", now=NOW, **options)
    assert result.accepted + result.rejected + result.blank == result.read
    return result


def totals(result: AccountsImport) -> tuple[int, ...]:
    return (
        result.accounts_created,
        result.accounts_updated,
        result.contacts_created,
        result.contacts_updated,
        result.owners_set,
        result.opted_out,
    )


class TestImport:
    def test_stores_companies_people_and_who_looks_after_them(self, anna):
        assert totals(run()) == (2, 0, 3, 0, 1, 1)
        nordmat = Account.objects.get(external_id="10001")
        assert (nordmat.name, nordmat.country, nordmat.annual_value, nordmat.currency) == (
            "Nordmåt AB", "SE", Decimal("1200000.50"), "SEK",
        )  # fmt: skip
        assert nordmat.ownership.user == anna
        assert set(nordmat.contacts.values_list("name", flat=True)) == {"Åsa Öberg", "Bo Ek"}

    def test_again_changes_nothing(self, anna):
        run()
        assert totals(run()) == (0, 2, 0, 3, 0, 0)
        assert (Account.objects.count(), Contact.objects.count()) == (2, 3)

    def test_of_changed_rows_updates_them(self, anna):
        run()
        bertil = factories.user("Bertil Ås")
        run(FILE.replace("anna.ek@loop.example", "bertil.ås@loop.example").replace("Åsa Öberg", "Åsa Berg"))
        assert AccountOwner.objects.get().user == bertil
        assert Contact.objects.get(email="asa@nordmat.example").name == "Åsa Berg"

    def test_finds_a_company_by_name_where_the_file_has_no_numbers(self, anna):
        run()
        assert totals(run("company,owner\nNORDMÅT ab,anna.ek@loop.example\n"))[:2] == (0, 1)

    def test_leaves_alone_what_the_file_does_not_say(self, anna):
        run()
        run("company;company number;country\nNordmåt AB;10001;\n")
        assert Account.objects.get(external_id="10001").country == "SE"
        assert AccountOwner.objects.get().user == anna

    def test_gives_a_company_first_seen_in_a_survey_its_number(self, anna):
        from feedback.importing.customers import Customers

        survey = Customers(NOW)
        seen = survey.account(external_id="", name="Nordmåt AB")
        survey.store()
        run()
        assert Account.objects.get(external_id="10001") == seen


class TestOwner:
    def test_nobody_knows_is_named_with_line_column_and_value_and_the_row_comes_in(self, anna):
        result = run()
        assert [(w.line, w.column, w.value) for w in result.warnings] == [(4, "Our contact", "gone@loop.example")]
        assert "Nobody here" in result.warnings[0].message
        assert Account.objects.filter(external_id="10002", ownership=None).exists()

    def test_may_be_a_name_as_superoffice_writes_it(self, anna):
        run("company,our contact\nNordmåt,anna ek\n")
        assert AccountOwner.objects.get().user == anna

    def test_of_a_name_that_two_have_or_who_has_left_is_not_set(self, anna):
        User.objects.create_user("other@loop.example", name="Anna Ek")
        User.objects.create_user("left@loop.example", name="Left", is_active=False)
        result = run("company,owner\nNordmåt,Anna Ek\nFjord,left@loop.example\n")
        assert [warning.line for warning in result.warnings] == [2, 3]
        assert "Several people" in result.warnings[0].message
        assert "has left" in result.warnings[1].message
        assert not AccountOwner.objects.exists()

    def test_who_only_reads_is_not_set(self, anna):
        factories.user("Lena", role="leadership")
        result = run("company,owner\nFjord,lena@loop.example\n")
        assert "only reads cases" in result.warnings[0].message
        assert not AccountOwner.objects.exists()

    def test_that_two_rows_give_differently_is_the_last_and_that_is_said(self, anna):
        bo = factories.user("Bo")
        result = run("company,owner\nNordmåt,anna.ek@loop.example\nNordmåt,bo@loop.example\n")
        assert AccountOwner.objects.get().user == bo
        assert "An earlier row gave this company to anna.ek@loop.example" in result.warnings[0].message


class TestOptOut:
    def test_is_obeyed_for_the_person_of_the_row(self, anna):
        run()
        bo = Contact.objects.get(email="bo@nordmat.example")
        assert not contacts.may_be_mailed(bo)
        assert contacts.may_be_mailed(Contact.objects.get(email="asa@nordmat.example"))

    def test_is_never_taken_back_by_a_later_file(self, anna):
        run()
        run(FILE.replace(";Ja\n", ";Nej\n"))
        assert not contacts.may_be_mailed(Contact.objects.get(email="bo@nordmat.example"))

    def test_of_a_whole_company_is_obeyed_for_everybody_there_also_further_down_the_file(self):
        run("company,email,stop\nNordmåt,asa@nordmat.example,\n")
        result = run("company,email,stop\nNordmåt,,x\nNordmåt,bo@nordmat.example,\nFjord,kari@fjord.example,\n")
        assert result.opted_out == 2
        assert [c.email for c in Contact.objects.filter(opted_out_at=None)] == ["kari@fjord.example"]


class TestFaults:
    def test_of_one_row_do_not_stop_the_others_and_leave_nothing_half_done(self, anna):
        header = "company,company number,owner,email\n"
        text = header + "Bad AS,1,anna.ek@loop.example,no address\nGood AS,2,,kari@good.example\n"
        result = run(text)
        assert (result.accepted, result.rejected) == (1, 1)
        assert [(e.line, e.column, e.value) for e in result.errors] == [(2, "email", "no address")]
        assert [account.name for account in Account.objects.all()] == ["Good AS"]
        assert not AccountOwner.objects.exists()
        assert totals(result)[:1] == (1,)

    def test_of_one_row_do_not_spoil_a_later_one_of_the_same_company(self):
        result = run("company,email\nNew AS,no address\nOther AS,eva@other.example\nNew AS,bo@new.example\n")
        assert (result.accepted, result.rejected, result.accounts_created) == (2, 1, 2)
        assert Contact.objects.get(email="bo@new.example").account.name == "New AS"


class TestDryRun:
    @pytest.mark.parametrize("batch", [1, 200])
    def test_tells_what_will_happen_and_writes_nothing(self, anna, monkeypatch, batch):
        monkeypatch.setitem(rows_at_once.CHUNK, connection.vendor, batch)
        predicted = run(dry_run=True)
        assert not Account.objects.exists()
        assert not Contact.objects.exists()
        done = run()
        assert totals(predicted)[:4] == totals(done)[:4]
        assert predicted.warnings == done.warnings


class TestCommand:
    def test_prints_json_or_words(self, anna, tmp_path, capsys):
        (tmp_path / "crm.csv").write_text(FILE)
        call_command("import_accounts", str(tmp_path / "crm.csv"), "--dry-run")
        out = capsys.readouterr().out
        assert "Accounts: 2 new, 0 known. Contacts: 3 new, 0 known, 1 opted out. Owners: " in out
        assert "Line 4, Our contact, “gone@loop.example”: Nobody here" in out
        call_command("import_accounts", str(tmp_path / "crm.csv"), "--json")
        report = json.loads(capsys.readouterr().out)
        assert (report["read"], report["accounts_created"], report["filename"]) == (3, 2, "crm.csv")

    def test_reads_as_it_is_told_the_file_is_written(self, tmp_path):
        (tmp_path / "crm.csv").write_bytes("company|customer number\nBlåbär; åtta|7\n".encode("mac-roman"))
        call_command("import_accounts", str(tmp_path / "crm.csv"), "--encoding", "mac-roman", "--delimiter", "|")
        assert Account.objects.get().name == "Blåbär; åtta"

    def test_refuses_what_it_cannot_read(self, tmp_path):
        (tmp_path / "crm.csv").write_text("name,email\nNordmåt,a@b.se\n")
        with pytest.raises(CommandError, match="--map COLUMN=account"):
            call_command("import_accounts", str(tmp_path / "crm.csv"))
        call_command("import_accounts", str(tmp_path / "crm.csv"), "--map", "name=contact_name")
        assert Contact.objects.get().name == "Nordmåt"


class TestDecisionMakers:
    def test_are_taken_from_their_column_and_stay_where_a_cell_is_empty(self, anna):
        people = (
            "company,email,decision maker\nBerg AB,a@b.example,yes\nBerg AB,c@b.example,Nej\nBerg AB,d@b.example,\n"
        )
        run(people)
        decides = dict(Contact.objects.values_list("email", "is_decision_maker"))
        assert decides == {"a@b.example": True, "c@b.example": False, "d@b.example": False}
        run("company,email,decision maker\nBerg AB,a@b.example,\n")
        assert Contact.objects.get(email="a@b.example").is_decision_maker

    def test_of_whom_a_cell_says_something_else_are_named(self, anna):
        result = run("company,email,beslutsfattare\nBerg AB,a@b.example,kanske\n")
        assert [(one.column, one.value) for one in result.warnings] == [("beslutsfattare", "kanske")]
        assert not Contact.objects.get().is_decision_maker


def test_columns_nothing_is_taken_from_are_named(anna):
    result = run("company,email,shoe size,favourite colour\nBerg AB,a@b.example,43,blue\n")
    assert result.ignored == ["shoe size", "favourite colour"]


def test_a_negative_value_is_left_out_and_named(anna):
    result = run("company,annual value,currency\nBerg AB,-5000,SEK\n")
    assert [(one.column, one.value) for one in result.warnings] == [("annual value", "-5000")]
    assert Account.objects.get(name="Berg AB").annual_value is None
