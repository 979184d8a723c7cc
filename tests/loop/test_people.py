"""Adding people who can sign in."""

import pytest

from loop import people
from loop.models import Team, User
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_person_belongs_to_the_teams_named_new_ones_included():
    north = factories.team("North")
    anna, new = people.add(email="anna@loop.example", role="agent", name="Anna Berg", teams=["North", "South", "North"])

    assert set(anna.teams.all()) == {north, *new}
    assert [team.name for team in new] == ["South"]
    assert (anna.name, anna.role) == ("Anna Berg", "agent")
    assert not anna.has_usable_password()


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"email": "no address"}, "not an e-mail address"),
        ({"email": "KIM@loop.example"}, "already here"),
        ({"role": "boss"}, "not a role"),
        ({"password": "12345"}, "password"),
        ({"password": "anna.berg@loop"}, "similar"),
    ],
)
def test_who_cannot_be_added_leaves_nothing_behind(details, why):
    factories.user("Kim")
    with pytest.raises(people.PersonRefused, match=why):
        people.add(**{"email": "anna.berg@loop.example", "role": "agent", "teams": ["New"], **details})

    assert User.objects.count() == 1
    assert not Team.objects.exists()


def test_the_link_lets_a_person_choose_a_password_once(client):
    anna, _ = people.add(email="anna@loop.example", role="agent")
    link = people.set_password_link(anna)

    assert link.startswith("http://testserver/password/")
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": factories.PASSWORD, "new_password2": factories.PASSWORD})
    assert User.objects.get().check_password(factories.PASSWORD)
    client.logout()
    second = client.get(link, follow=True)
    assert not second.context["validlink"]
