"""PUT accounts/ and contacts/: a CRM tells who our customers are."""

import pytest

from feedback.models import Account, Contact
from loop.models import AccountOwner
from tests import factories

pytestmark = pytest.mark.django_db

NORDLYS = {
    "name": "Nordlys AS",
    "segment": "enterprise",
    "country": "no",
    "annual_value": "125000.5",
    "currency": "nok",
}


class TestPutAccount:
    def test_creates_it_with_its_owner(self, ingest, people):
        said = ingest.put("accounts/A-1/", {**NORDLYS, "owner": people.agent.email.upper()})

        assert said.status_code == 201
        assert said.json() == {
            "external_id": "A-1",
            "name": "Nordlys AS",
            "owner": people.agent.email,
            "segment": "enterprise",
            "country": "NO",
            "annual_value": "125000.50",
            "currency": "NOK",
            "size": "",
            "attributes": {},
        }
        assert AccountOwner.objects.get(account__external_id="A-1").user == people.agent

    def test_again_changes_what_is_given_and_leaves_the_rest(self, ingest, people):
        ingest.put("accounts/A-1/", {**NORDLYS, "owner": people.agent.email})
        said = ingest.put("accounts/A-1/", {"name": "Nordlys Group AS", "owner": people.other_agent.email})

        assert said.status_code == 200
        assert (said.json()["name"], said.json()["segment"]) == ("Nordlys Group AS", "enterprise")
        assert said.json()["owner"] == people.other_agent.email

    def test_does_all_of_it_or_nothing(self, ingest, people, monkeypatch):
        monkeypatch.setattr("loop.api.views.customers.set_account_owner", lambda *_args, **_kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest.put("accounts/A-1/", {**NORDLYS, "owner": people.agent.email})

        assert not Account.objects.exists()

    def test_takes_any_name_another_system_may_have_for_it(self, ingest):
        assert ingest.put("accounts/SE/556-1%20å/", {"name": "Å"}).json()["external_id"] == "SE/556-1 å"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"owner": "nobody@loop.example"}, "owner"),
            ({"owner": "no address"}, "owner"),
            ({"owner": None}, "owner"),
            ({"name": ""}, "name"),
            ({"name": 5}, "name"),
            ({"name": "x" * 301}, "name"),
            ({"country": "Norway"}, "country"),
            ({"country": "XX"}, "country"),
            ({"country": 47}, "country"),
            ({"currency": "ABC"}, "currency"),
            ({"annual_value": -1}, "annual_value"),
            ({"currency": "kr"}, "currency"),
            ({"annual_value": "much"}, "annual_value"),
            ({"annual_value": True}, "annual_value"),
            ({"annual_value": "NaN"}, "annual_value"),
            ({"annual_value": 1e300}, "annual_value"),
            ({"annual_value": "1.234"}, "annual_value"),
            ({"annual_value": []}, "annual_value"),
            ({"shoe_size": 43}, "shoe_size"),
            ({"external_id": "A-1"}, "external_id"),
        ],
    )
    def test_names_what_is_wrong_and_creates_nothing(self, ingest, change, field):
        said = ingest.put("accounts/A-1/", {**NORDLYS, **change})

        assert said.status_code == 400
        assert list(said.json()["errors"]) == [field]
        assert not Account.objects.exists()

    def test_does_not_take_an_owner_who_left(self, ingest):
        gone = factories.user("Gone", is_active=False)

        assert list(ingest.put("accounts/A-1/", {"owner": gone.email}).json()["errors"]) == ["owner"]

    @pytest.mark.parametrize("external_id", ["%00", "a%09b", "a%0Ab", "%20a", "x" * 201])
    def test_refuses_a_name_that_is_none(self, ingest, external_id):
        said = ingest.put(f"accounts/{external_id}/", NORDLYS)

        assert said.status_code == 400
        assert list(said.json()["errors"]) == ["external_id"]


class TestPutContact:
    def test_creates_it(self, ingest):
        ingest.put("accounts/A-1/", NORDLYS)
        said = ingest.put(
            "contacts/C-1/",
            {
                "account": "A-1",
                "name": "Ingrid Moe",
                "email": "ingrid@nordlys.example",
                "phone": "+47 22 22 22 22",
                "language": "nb",
                "time_zone": "Europe/Oslo",
                "title": "CFO",
            },
        )

        assert said.status_code == 201
        assert said.json() == {
            "external_id": "C-1",
            "account": "A-1",
            "name": "Ingrid Moe",
            "email": "ingrid@nordlys.example",
            "phone": "+47 22 22 22 22",
            "language": "nb",
            "time_zone": "Europe/Oslo",
            "title": "CFO",
            "is_decision_maker": False,
            "last_activity_at": None,
            "attributes": {},
        }

    def test_again_changes_what_is_given_and_leaves_the_rest(self, ingest, ingrid):
        said = ingest.put(f"contacts/{ingrid.external_id}/", {"title": "CEO"})

        assert said.status_code == 200
        assert (said.json()["title"], said.json()["name"]) == ("CEO", "Ingrid Moe")

    def test_gives_its_id_to_the_contact_known_by_address(self, ingest, ingrid):
        Contact.objects.filter(pk=ingrid.pk).update(external_id=None)
        said = ingest.put("contacts/C-9/", {"email": ingrid.email, "account": ingrid.account.external_id})

        assert said.status_code == 200
        assert Contact.objects.get().external_id == "C-9"

    def test_refuses_the_address_of_another_contact_of_the_account(self, ingest, ingrid):
        said = ingest.put("contacts/C-9/", {"email": ingrid.email, "account": ingrid.account.external_id})

        assert said.status_code == 400
        assert list(said.json()["errors"]) == ["email"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"account": "unknown"}, "account"),
            ({"account": None}, "account"),
            ({"email": "no address"}, "email"),
            ({"email": 7}, "email"),
            ({"language": "Norwegian, please"}, "language"),
            ({"time_zone": "Europe/Atlantis"}, "time_zone"),
            ({"time_zone": "../../etc/passwd"}, "time_zone"),
            ({"time_zone": "Europe"}, "time_zone"),
            ({"phone": "0" * 51}, "phone"),
            ({"name": "a\x00b"}, "name"),
            ({"opted_out_at": None}, "opted_out_at"),
        ],
    )
    def test_names_what_is_wrong_and_creates_nothing(self, ingest, change, field):
        said = ingest.put("contacts/C-1/", {"email": "ingrid@nordlys.example", **change})

        assert said.status_code == 400
        assert list(said.json()["errors"]) == [field]
        assert not Contact.objects.exists()


class TestWhatWavesSelectBy:
    def test_is_taken_in_and_given_out(self, ingest):
        said = ingest.put(
            "accounts/A-1/", {"size": "large", "attributes": {"tier": "gold", "pilot": True, "seats": 40}}
        )
        assert said.json()["size"] == "large"
        assert said.json()["attributes"] == {"tier": "gold", "pilot": True, "seats": 40}
        said = ingest.put(
            "contacts/C-1/",
            {
                "name": "Eva",
                "is_decision_maker": True,
                "last_activity_at": "2026-11-01T10:00:00+01:00",
                "attributes": {"role": "buyer"},
            },
        )
        assert said.json()["is_decision_maker"] is True
        assert said.json()["last_activity_at"] == "2026-11-01T09:00:00Z"
        assert said.json()["attributes"] == {"role": "buyer"}

    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("accounts/A-1/", {"attributes": ["tier"]}, "attributes"),
            ("accounts/A-1/", {"attributes": {"tier": [1]}}, "attributes"),
            ("accounts/A-1/", {"attributes": {"no name": 1}}, "attributes"),
            ("accounts/A-1/", {"size": 7}, "size"),
            ("contacts/C-1/", {"is_decision_maker": "yes"}, "is_decision_maker"),
            ("contacts/C-1/", {"last_activity_at": "2026-11-01"}, "last_activity_at"),
            ("contacts/C-1/", {"attributes": {"tier": 1.5}}, "attributes"),
        ],
    )
    def test_is_refused_by_name_when_it_makes_no_sense(self, ingest, path, body, field):
        said = ingest.put(path, body)
        assert said.status_code == 400
        assert field in said.json()["errors"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"country": "XX"}, "“XX” is not a two-letter country code such as SE (ISO 3166-1)."),
        ({"currency": "kr"}, "“kr” is not a three-letter currency code such as SEK (ISO 4217)."),
    ],
)
def test_a_code_nobody_knows_is_told_which_codes_there_are(ingest, change, told):
    assert told in str(ingest.put("accounts/A-1/", {**NORDLYS, **change}).json())


def test_a_language_nobody_speaks_is_refused_by_name(ingest):
    said = ingest.put("contacts/C-1/", {"email": "a@b.example", "language": "qq"})
    assert said.status_code == 400
    assert "“qq” is not a language code such as sv (ISO 639)." in str(said.json())
