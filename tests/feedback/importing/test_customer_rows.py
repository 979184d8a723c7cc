"""Does a CRM's export say who the customers are in words we understand, and is what we do not understand named?"""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from feedback.importing import UnusableFile
from feedback.importing.columns import Unclear
from feedback.importing.customer_rows import CustomerRow, read_customers
from feedback.importing.rows import Blank, Problem

SUPEROFFICE = (
    "Company: Name;Company: Number;Company: Category;Company: Country;Our contact;Contact: First name;"
    "Contact: Last name;Contact: E-mail;Contact: Title;Stop;No Mailings\n"
    "Nordmåt AB;10001;Industri;Sverige;Anna Ek;Åsa;Öberg;asa@nordmat.example;VD;;\n"
    "Nordmåt AB;10001;Industri;Sverige;Anna Ek;Bo;Ek;bo@nordmat.example;;;Ja\n"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Unsubscribed from all email\n"
    "501,Åsa,Öberg,asa@nordmat.example,+46 70,anna@loop.example,Nordmåt AB,false\n"
    "502,Bo,Ek,bo@nordmat.example,,anna@loop.example,Nordmåt AB,true\n"
)
SALESFORCE = (
    "Account ID,Account Name,Account Owner,Billing Country,Industry,Contact ID,Full Name,Email,Title,Email Opt Out\n"
    "001A,Nordmåt AB,anna@loop.example,SE,Food,003B,Åsa Öberg,asa@nordmat.example,CEO,0\n"
)
OWN = (
    "external_id,name,owner,segment,country,annual_value,currency\n"
    'A-1,Nordmåt AB,anna@loop.example,food,SE,"1 200 000,50",SEK\n'
)


def read(text: str, **said: str):
    file = read_customers(io.BytesIO(text.encode()), said=said)
    return file, list(file.rows())


class TestColumns:
    def test_of_superoffice_are_known(self):
        _file, [asa, bo] = read(SUPEROFFICE)
        assert (asa.account, asa.account_id, asa.segment, asa.country) == ("Nordmåt AB", "10001", "Industri", "SE")
        assert (asa.owner, asa.contact_name, asa.email, asa.title) == (
            "Anna Ek",
            "Åsa Öberg",
            "asa@nordmat.example",
            "VD",
        )
        assert (asa.no_mailings, bo.no_mailings) == (False, True)

    def test_of_hubspot_are_known_and_its_record_id_is_the_persons(self):
        _file, [asa, bo] = read(HUBSPOT, **{"Contact owner": "owner"})
        assert (asa.contact_id, asa.account, asa.account_id) == ("501", "Nordmåt AB", "")
        assert (asa.phone, asa.owner) == ("+46 70", "anna@loop.example")
        assert (asa.no_mailings, bo.no_mailings) == (False, True)

    def test_of_salesforce_are_known(self):
        _file, [asa] = read(SALESFORCE)
        assert (asa.account_id, asa.account, asa.owner, asa.country) == (
            "001A",
            "Nordmåt AB",
            "anna@loop.example",
            "SE",
        )
        assert (asa.contact_id, asa.contact_name, asa.no_mailings) == ("003B", "Åsa Öberg", False)

    def test_of_our_own_api_are_known(self):
        _file, [row] = read(OWN)
        assert (row.account_id, row.account) == ("A-1", "Nordmåt AB")
        assert (row.annual_value, row.currency) == (Decimal("1200000.50"), "SEK")

    def test_called_name_alone_are_the_companys_without_people_and_the_persons_beside_a_company(self):
        _file, [row] = read("name,owner\nNordmåt AB,a@loop.example\n")
        assert row.account == "Nordmåt AB"
        _file, [row] = read("company,name,email\nNordmåt AB,Åsa,asa@nordmat.example\n")
        assert (row.account, row.contact_name) == ("Nordmåt AB", "Åsa")
        with pytest.raises(Unclear, match="“name” may be the name of the company or of the person"):
            read("name,email\nNordmåt,info@nordmat.example\n")

    def test_called_id_are_the_companys_where_the_rows_are_about_companies(self):
        text = (
            "id,company,owner,email\n1,Nordmåt,a@l.example,asa@nordmat.example\n2,Fjord,a@l.example,bo@fjord.example\n"
        )
        assert [row.account_id for row in read(text)[1]] == ["1", "2"]
        text = text.replace("Fjord", "Nordmåt")
        assert [(row.account_id, row.contact_id) for row in read(text)[1]] == [("", "1"), ("", "2")]

    def test_that_name_neither_company_nor_person_are_refused(self):
        with pytest.raises(UnusableFile, match="No column names a company or a person"):
            read("colour,size\nred,3\n")


class TestRow:
    def test_keeps_what_can_be_read_and_names_what_cannot(self):
        text = (
            "company,owner,country,annual value,currency,contact,email,language,time zone\n"
            "Nordmåt,,Narnia,much,kronor,Åsa,asa@nordmat.example,Swedish language,Mars/Phobos\n"
        )
        _file, [row] = read(text)
        assert isinstance(row, CustomerRow)
        assert (row.country, row.annual_value, row.currency, row.language, row.time_zone) == ("", None, "", "", "")
        assert {(remark.line, remark.column, remark.value) for remark in row.remarks} == {
            (2, "country", "Narnia"),
            (2, "annual value", "much"),
            (2, "currency", "kronor"),
            (2, "language", "Swedish language"),
            (2, "time zone", "Mars/Phobos"),
        }

    def test_takes_the_currency_beside_the_amount(self):
        _file, [row] = read("company,annual value\nNordmåt,1 200 EUR\n")
        assert (row.annual_value, row.currency) == (1200, "EUR")

    def test_of_a_person_without_address_or_id_says_that_only_the_company_is_kept(self):
        _file, [row] = read("company,contact\nNordmåt,Åsa\n")
        assert [remark.value for remark in row.remarks] == ["Åsa"]

    def test_may_be_blank_or_broken(self):
        _file, rows = read('company,email\n,\nNordmåt\nFjord,"x\nSuomi,x@y.fi\n')
        assert [type(row) for row in rows] == [Blank, Problem, Problem, CustomerRow]

    @pytest.mark.parametrize("mark", ["x", "1", "Ja", "true", "2026-01-01", "yes", "Kyllä", "unsubscribed"])
    def test_with_any_mark_in_an_opt_out_column_means_no_mail(self, mark):
        assert read(f"company,email,No Mailings\nN,a@b.se,{mark}\n")[1][0].no_mailings

    @pytest.mark.parametrize("mark", ["", "0", "Nej", "no", "false", "Ei", "-"])
    def test_with_a_no_in_it_does_not(self, mark):
        assert not read(f"company,email,No Mailings\nN,a@b.se,{mark}\n")[1][0].no_mailings
