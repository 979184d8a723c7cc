"""Who is in the tests? Anna and her lead Lars, Otto of another team, Lena who leads the company, Ada who runs Loop."""

from dataclasses import dataclass

import pytest
from django.test import Client

from loop.models import Role, Team, User
from tests import factories


@dataclass(frozen=True)
class People:
    """Two teams. North has Anna, her colleague Kim and their lead Lars; South has Otto and his lead Siv."""

    north: Team
    south: Team
    agent: User  # Anna
    colleague: User  # Kim, beside her
    lead: User  # Lars, hers
    other_agent: User  # Otto, in the other team
    other_lead: User  # Siv, his
    leader: User  # Lena
    admin: User  # Ada

    def __iter__(self):
        return iter((self.agent, self.colleague, self.lead, self.other_agent, self.other_lead, self.leader, self.admin))


@pytest.fixture
def people(db) -> People:
    north, south = factories.team("North"), factories.team("South")
    return People(
        north=north,
        south=south,
        agent=factories.user("Anna", team=north),
        colleague=factories.user("Kim", team=north),
        lead=factories.user("Lars", role=Role.LEAD, team=north),
        other_agent=factories.user("Otto", team=south),
        other_lead=factories.user("Siv", role=Role.LEAD, team=south),
        leader=factories.user("Lena", role=Role.LEADERSHIP),
        admin=factories.user("Ada", role=Role.ADMIN),
    )


def browser(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
