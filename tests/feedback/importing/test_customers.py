"""Is the customer a row means found again, and nobody else taken for them?"""

from __future__ import annotations

import pytest
from django.db import transaction

from feedback.contacts import ContactRefused
from feedback.importing.customers import Customers
from feedback.importing.rows import Respondent
from feedback.models import Account, Contact
from tests import factories
from tests.feedback.importing.reading import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers() -> Customers:
    return Customers(NOW)


class TestAccount:
    def test_is_found_by_its_number_and_keeps_its_name(self, customers):
        nordmat = factories.account("Nordmåt AB")
        found = customers.account(external_id=nordmat.external_id, name="NORDMAT")
        assert (found, found.name) == (nordmat, "Nordmåt AB")

    def test_is_found_by_its_name_whatever_the_case_also_of_nordic_letters(self, customers):
        nordmat = factories.account("Nordmåt AB")
        assert customers.account(external_id="", name="NORDMÅT ab") == nordmat

    def test_may_be_named_by_its_number_as_in_the_api(self, customers):
        nordmat = factories.account("Nordmåt AB")
        assert customers.account(external_id="", name=nordmat.external_id) == nordmat

    def test_of_a_name_that_two_have_is_refused(self, customers):
        factories.account("Nordmåt AB")
        factories.account("Nordmåt AB")
        with pytest.raises(ContactRefused, match="2 accounts are called “Nordmåt AB”"):
            customers.account(external_id="", name="Nordmåt AB")

    def test_with_another_number_is_another_account_although_it_has_the_same_name(self, customers):
        nordmat = factories.account("Nordmåt AB")
        assert customers.account(external_id="other", name="Nordmåt AB") != nordmat

    def test_first_seen_by_name_takes_its_number_later(self, customers):
        by_name = customers.account(external_id="", name="Fjord AS")
        customers.store()
        another = Customers(NOW)
        assert another.account(external_id="10002", name="Fjord AS") == by_name
        another.store()
        assert Account.objects.get().external_id == "10002"

    def test_of_a_long_name_can_be_stored(self, customers):
        assert customers.account(external_id="", name="x" * 290).name == "x" * 290


class TestRollback:
    def test_is_survived_by_what_comes_after_it(self, customers):
        respondent = Respondent("bo@fjord.example", "Bo Ek", "", "Fjord AS", "")
        factories.account("Nordmåt AB")
        with transaction.atomic():
            customers.contact(respondent)
            customers.store()
            transaction.set_rollback(True)
        customers.begin()
        contact = customers.contact(respondent)
        customers.store()
        assert contact == Contact.objects.get(account__name="Fjord AS")


class TestContact:
    def test_is_found_by_address_whatever_its_case(self, customers):
        asa = factories.contact("Åsa", email="asa@nordmat.example")
        assert customers.contact(Respondent(email="Asa@Nordmat.example")) == asa

    def test_that_is_known_keeps_the_name_we_have(self, customers):
        factories.contact("Åsa Öberg", email="asa@nordmat.example")
        assert customers.contact(Respondent(email="asa@nordmat.example", name="asa")).name == "Åsa Öberg"

    def test_that_is_new_has_name_and_account(self, customers):
        contact = customers.contact(Respondent("bo@fjord.example", "Bo Ek", "c-1", "Fjord AS", "10002"))
        customers.store()
        stored = Contact.objects.get(pk=contact.pk)
        assert (stored.name, stored.external_id, stored.account.external_id) == ("Bo Ek", "c-1", "10002")

    def test_is_not_looked_up_again_for_every_answer(self, customers, django_assert_num_queries):
        respondent = Respondent("bo@fjord.example", "Bo Ek", "", "Fjord AS", "")
        first = customers.contact(respondent)
        with django_assert_num_queries(0):
            assert customers.contact(respondent) is first
