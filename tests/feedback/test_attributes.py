"""What else other systems know of customers: added name by name, plain values only."""

import pytest

from feedback import contacts
from feedback.attributes import merged
from feedback.contacts import ContactRefused
from feedback.models import Account, Contact
from tests import factories
from tests.factories import NOW, later


class TestAttributes:
    def test_are_added_changed_and_taken_away_one_by_one(self):
        known = {"tier": "gold", "pilot": True}
        assert merged(known, {"tier": "silver", "seats": 40}) == {"tier": "silver", "pilot": True, "seats": 40}
        assert merged(known, {"pilot": None, "unknown": None}) == {"tier": "gold"}
        assert known == {"tier": "gold", "pilot": True}

    @pytest.mark.parametrize(
        "given",
        [
            {"two words": 1}, {"": 1}, {"a__contains": 1}, {"x" * 51: 1}, {"1st": 1}, {"a": 1.5}, {"a": [1]}, {"a": {}},
            {"a": "x" * 201}, {"a": "\x00"}, {"a": 2**53}, {f"a{n}": n for n in range(51)},
        ],
    )  # fmt: skip
    def test_that_make_no_sense_are_refused(self, given):
        with pytest.raises(ValueError, match=r"attribute|must"):
            merged({}, given)

    @pytest.mark.parametrize("text", ["x" * 200, "", "å", "{{ 7 }}"])
    def test_may_hold_any_text(self, text):
        assert merged({}, {"a": text}) == {"a": text}


@pytest.mark.django_db
class TestOfCustomers:
    def test_are_kept_with_an_account_and_what_is_not_told_stays(self):
        for given in ({"tier": "gold", "pilot": True}, {"tier": "silver"}):
            contacts.upsert_account(external_id="A-1", size="large", attributes=given, now=NOW)
        contacts.upsert_account(external_id="A-1", name="Fjord", now=NOW)
        account = Account.objects.get()
        assert (account.size, account.attributes) == ("large", {"tier": "silver", "pilot": True})

    def test_are_kept_with_a_contact_and_what_is_not_told_stays(self):
        for given in ({"role": "buyer"}, {"floor": 3}):
            contacts.upsert_contact(external_id="C-1", attributes=given, is_decision_maker=True, now=NOW)
        contacts.upsert_contact(external_id="C-1", name="Eva", now=NOW)
        contact = Contact.objects.get()
        assert (contact.is_decision_maker, contact.attributes) == (True, {"role": "buyer", "floor": 3})
        contacts.upsert_contact(external_id="C-1", is_decision_maker=False, now=NOW)
        assert not Contact.objects.get().is_decision_maker

    @pytest.mark.parametrize("upsert", [contacts.upsert_account, contacts.upsert_contact])
    def test_that_make_no_sense_are_refused_by_name_and_leave_nothing_behind(self, upsert):
        with pytest.raises(ContactRefused) as refusal:
            upsert(external_id="X-1", attributes={"a": [1]}, now=NOW)
        assert refusal.value.field == "attributes"
        assert not Account.objects.exists()
        assert not Contact.objects.exists()


@pytest.mark.django_db
class TestTheLastActivity:
    def test_is_the_latest_whoever_tells_it_last(self):
        for told in (later(days=2), NOW, later(days=3), later(days=1)):
            contacts.upsert_contact(external_id="C-1", last_activity_at=told, now=NOW)
        assert Contact.objects.get().last_activity_at == later(days=3)

    def test_can_be_noted_by_itself(self):
        eva = factories.contact("Eva")
        for at in (NOW, later(days=1), NOW):
            contacts.note_activity(eva, at=at)
        assert Contact.objects.get().last_activity_at == later(days=1)
