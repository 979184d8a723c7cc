"""The page that finds a customer or a case by a word says what can be found, and finds it."""

from tests import factories


def test_before_a_word_is_typed_it_says_what_can_be_found(client, people):
    client.force_login(people.agent)
    assert "Customers by name or number" in client.get("/find/").content.decode()
    assert "Customers by name or number" not in client.get("/find/?q=Lind").content.decode()


def test_it_finds_a_case_and_a_customer_and_says_so_where_there_is_neither(client, people):
    case = factories.case(3, owner=people.agent, contact_name="Eva Lind", comment="Wrong invoice.")
    client.force_login(people.agent)
    assert f'href="/cases/{case.pk}/"' in client.get("/find/?q=invoice").content.decode()
    assert f'href="/accounts/{case.account_id}/"' in client.get(f"/find/?q={case.account.name}").content.decode()
    assert "Nothing you may see matches" in client.get("/find/?q=nobody").content.decode()
