"""Customers and the people at them: found again however they are told, and never mailed against their will."""

from decimal import Decimal

import pytest

from feedback import contacts, responses
from feedback.contacts import ContactRefused
from feedback.models import Account, Contact, Suppression
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def told_of_account(external_id="A-1", **details):
    return contacts.upsert_account(external_id=external_id, now=NOW, **details)


def told_of_contact(**details):
    return contacts.upsert_contact(now=NOW, **details)


class TestAnAccount:
    def test_is_created_once_and_updated_after_that(self):
        first, created = told_of_account(name="Nordlund AB", country="se", currency="sek", annual_value=Decimal(5000))
        again, created_again = told_of_account(segment="Industry")
        assert (created, created_again, again) == (True, False, first)
        stored = Account.objects.get()
        assert (stored.name, stored.segment, stored.country) == ("Nordlund AB", "Industry", "SE")
        assert (stored.annual_value, stored.currency, stored.created_at) == (Decimal(5000), "SEK", NOW)

    def test_without_a_name_is_called_by_its_number(self):
        assert told_of_account()[0].name == "A-1"

    def test_name_cannot_break_a_mail_header(self):
        assert told_of_account(name="Nordlund\r\nBcc: all@customer.example\x00")[0].name == (
            "Nordlund Bcc: all@customer.example"
        )

    @pytest.mark.parametrize(
        ("details", "field", "message"),
        [
            ({"external_id": "  "}, "external_id", "1 to 200 characters"),
            ({"external_id": "x" * 201}, "external_id", "1 to 200 characters"),
            ({"country": "SWE"}, "country", "“SWE” is not a two-letter country code"),
            ({"country": "4S"}, "country", "two-letter"),
            ({"currency": "kr"}, "currency", "“kr” is not a three-letter currency code"),
            ({"country": "XX"}, "country", "“XX” is not a two-letter country code"),
            ({"currency": "ABC"}, "currency", "three-letter"),
            ({"annual_value": Decimal(-5)}, "annual_value", "must not be negative: -5"),
            ({"annual_value": Decimal(10) ** 12}, "annual_value", "under 1,000,000,000,000"),
        ],
    )
    def test_with_a_detail_that_cannot_be_is_refused_by_name(self, details, field, message):
        with pytest.raises(ContactRefused, match=message) as no:
            told_of_account(**{"name": "Nordlund AB", **details})
        assert no.value.field == field
        assert not Account.objects.exists()


class TestAContact:
    def test_is_found_again_by_its_number(self):
        first, created = told_of_contact(external_id="C-1", name="Bea", email="bea@nordlund.example")
        again, created_again = told_of_contact(external_id="C-1", email="bea.berg@nordlund.example")
        assert (created, created_again, again) == (True, False, first)
        stored = Contact.objects.get()
        assert (stored.name, stored.email) == ("Bea", "bea.berg@nordlund.example")

    def test_is_found_again_by_the_address_however_it_is_written(self):
        first, _ = told_of_contact(email="Bea@Nordlund.example")
        again, created = told_of_contact(email=" bea@nordlund.EXAMPLE ", title="Buyer")
        assert (again, created) == (first, False)
        assert Contact.objects.get().title == "Buyer"

    def test_learns_its_number_when_a_system_that_has_one_tells_of_it(self):
        told_of_contact(email="bea@nordlund.example")
        _, created = told_of_contact(external_id="C-1", email="bea@nordlund.example")
        assert not created
        assert Contact.objects.get().external_id == "C-1"

    def test_with_another_number_is_another_person_at_a_shared_address(self):
        nordlund, sund = told_of_account("A-1")[0], told_of_account("A-2")[0]
        told_of_contact(external_id="C-1", account=nordlund, email="info@group.example")
        _, created = told_of_contact(external_id="C-2", account=sund, email="info@group.example")
        assert created

    def test_at_two_accounts_is_two_contacts(self):
        nordlund, sund = told_of_account("A-1")[0], told_of_account("A-2")[0]
        first, _ = told_of_contact(account=nordlund, email="bea@group.example")
        second, created = told_of_contact(account=sund, email="bea@group.example")
        assert created
        assert told_of_contact(account=nordlund, email="bea@group.example") == (first, False)
        assert told_of_contact(account=sund, email="bea@group.example") == (second, False)

    def test_joins_the_account_it_turns_out_to_belong_to(self):
        told_of_contact(email="bea@nordlund.example")
        nordlund, _ = told_of_account()
        told_of_contact(account=nordlund, email="bea@nordlund.example")
        assert Contact.objects.get().account == nordlund

    def test_name_cannot_break_a_mail_header(self):
        made, _ = told_of_contact(email="bea@nordlund.example", name="Bea\nBcc: all@customer.example")
        assert made.name == "Bea Bcc: all@customer.example"

    def test_is_shown_by_the_best_name_there_is(self):
        assert told_of_contact(external_id="C-1")[0].display_name == "C-1"
        assert told_of_contact(external_id="C-1", email="bea@nordlund.example")[0].display_name == (
            "bea@nordlund.example"
        )
        assert told_of_contact(external_id="C-1", name="Bea")[0].display_name == "Bea"


class TestAContactIsRefused:
    @pytest.mark.parametrize("email", ["bea", "bea@", "@nordlund.example", "bea nordlund.example"])
    def test_with_an_address_that_is_none(self, email):
        with pytest.raises(ContactRefused, match="is not an e-mail address") as no:
            told_of_contact(email=email)
        assert no.value.field == "email"

    def test_without_number_and_address(self):
        with pytest.raises(ContactRefused, match="needs an external id or an e-mail address") as no:
            told_of_contact(name="Bea")
        assert no.value.field == "email"

    def test_when_several_accounts_share_the_address_and_none_is_named(self):
        for number in ("A-1", "A-2"):
            told_of_contact(account=told_of_account(number)[0], email="bea@group.example")
        with pytest.raises(ContactRefused, match="say which account") as no:
            told_of_contact(email="bea@group.example")
        assert no.value.field == "email"

    def test_when_a_colleague_has_the_address_already(self):
        nordlund, _ = told_of_account()
        told_of_contact(external_id="C-1", account=nordlund, email="bea@nordlund.example")
        told_of_contact(external_id="C-2", account=nordlund, email="bo@nordlund.example")
        with pytest.raises(ContactRefused, match="already has the address") as no:
            told_of_contact(external_id="C-2", email="BEA@nordlund.example")
        assert no.value.field == "email"
        assert Contact.objects.get(external_id="C-2").email == "bo@nordlund.example"


class TestMailing:
    def test_is_allowed_to_somebody_with_an_address(self):
        assert contacts.may_be_mailed(factories.contact())

    def test_is_impossible_without_one(self):
        assert not contacts.may_be_mailed(factories.contact(email=""))

    def test_ends_when_they_opt_out_and_the_first_time_stands(self):
        bea = factories.contact("Bea")
        contacts.opt_out(bea, now=NOW)
        contacts.opt_out(bea, now=later(days=1))
        stored = Contact.objects.get()
        assert stored.opted_out_at == NOW
        assert not contacts.may_be_mailed(stored)
        assert Suppression.objects.count() == 1

    def test_stays_ended_when_they_come_back_by_another_import(self):
        contacts.opt_out(factories.contact(email="bea@nordlund.example"), now=NOW)
        returned = factories.contact(account=factories.account(), email="Bea@Nordlund.example", external_id="C-new")
        assert returned.opted_out_at is None
        assert not contacts.may_be_mailed(returned)

    def test_ends_without_keeping_the_address(self):
        contacts.opt_out(factories.contact(email="bea@nordlund.example"), now=NOW)
        assert "bea" not in str(Suppression.objects.values_list().get())


class TestTheUnsubscribeLink:
    def test_finds_whose_it_is(self):
        bea = factories.contact("Bea")
        assert contacts.find_by_unsubscribe_token(contacts.unsubscribe_token(bea)) == bea

    def test_works_after_the_key_was_changed(self, settings):
        bea = factories.contact("Bea")
        sent = contacts.unsubscribe_token(bea)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "a new key, of which the mail in the customer's inbox knows nothing"
        assert contacts.find_by_unsubscribe_token(sent) == bea

    def test_of_one_person_does_not_unsubscribe_another(self):
        bea, bo = factories.contact("Bea"), factories.contact("Bo")
        secret = contacts.unsubscribe_token(bea).partition("-")[2]
        assert contacts.find_by_unsubscribe_token(f"{bo.pk}-{secret}") is None

    @pytest.mark.parametrize("token", ["", "-", "1", "x-abc", "²-abc", "9" * 30 + "-abc", "1-", "0-abc"])
    def test_that_is_forged_finds_nobody(self, token):
        factories.contact("Bea")
        assert contacts.find_by_unsubscribe_token(token) is None


class TestWhatNoDatabaseCouldHold:
    @pytest.mark.parametrize(
        ("details", "field"),
        [
            ({"email": "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example"}, "email"),
            ({"external_id": "x" * 201}, "external_id"),
            ({"external_id": "x\x00"}, "external_id"),
            ({"external_id": "x", "language": "x" * 11}, "language"),
            ({"external_id": "x", "time_zone": "Mars/Base"}, "time_zone"),
        ],
    )
    def test_is_refused_by_its_name_in_a_contact(self, details, field):
        with pytest.raises(contacts.ContactRefused) as refusal:
            contacts.upsert_contact(**details, now=NOW)
        assert refusal.value.field == field

    @pytest.mark.parametrize("details", [{"annual_value": Decimal("NaN")}, {"country": "ÅÄ"}, {"currency": "ÅÄÖ"}])
    def test_is_refused_by_its_name_in_an_account(self, details):
        with pytest.raises(contacts.ContactRefused) as refusal:
            contacts.upsert_account(external_id="x", **details, now=NOW)
        assert refusal.value.field in details

    def test_is_refused_in_what_a_source_calls_an_answer(self):
        for name in ("x" * 201, "x\x00"):
            with pytest.raises(responses.ResponseRefused) as refusal:
                factories.response(9, external_id=name)
            assert refusal.value.field == "external_id"
        assert factories.response(9, phone="1\x00").phone == "1"


def test_a_new_id_with_the_address_of_another_contact_is_refused():
    customer = factories.account()
    contacts.upsert_contact(external_id="C-old", email="bea@nordlund.example", account=customer, now=NOW)
    with pytest.raises(contacts.ContactRefused, match="already has the address"):
        contacts.upsert_contact(external_id="C-new", email="Bea@nordlund.example", account=customer, now=NOW)
