"""Who works at the demo company, and who are its customers?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password

from feedback import contacts
from feedback.models import Contact
from loop import assignment
from loop.demo.words import LANDS, SEGMENTS, TITLES
from loop.models import AssignmentRule, Membership, Role, Team, User

DEMO_PASSWORD = "loop-demo"  # noqa: S105  printed at every start; the demo is for trying

# name, address, role, team
STAFF = (
    ("Anna Lindqvist", "anna@loop.example", Role.AGENT, "East"),
    ("Kim Savolainen", "kim@loop.example", Role.AGENT, "East"),
    ("Lars Berg", "lars@loop.example", Role.LEAD, "East"),
    ("Otto Nilsen", "otto@loop.example", Role.AGENT, "West"),
    ("Maja Friis", "maja@loop.example", Role.AGENT, "West"),
    ("Siv Dahl", "siv@loop.example", Role.LEAD, "West"),
    ("Lena Hall", "lena@loop.example", Role.LEADERSHIP, None),
    ("Ada Moe", "ada@loop.example", Role.ADMIN, None),
)

# For the people who try it: which address shows which side of Loop.
DEMO_LOGINS = (
    ("anna@loop.example", "account manager"),
    ("lars@loop.example", "her lead"),
    ("lena@loop.example", "leadership"),
    ("ada@loop.example", "administrator"),
)

# Who looks after the customers of which country.
TERRITORY = {"SE": "anna@loop.example", "FI": "kim@loop.example", "NO": "otto@loop.example", "DK": "maja@loop.example"}

#: The customer of the README's tour: a contact of one of Anna's accounts who has a survey waiting.
TOUR_CONTACT = "karin.holmgren@holmgren-akeri.example"


@dataclass(frozen=True)
class Company:
    """The people and customers of the demo."""

    staff: dict[str, User]
    contacts: list[Contact]
    tour_contact: Contact


def found(chance: Random, *, accounts: int, now: datetime) -> Company:
    """Hire the staff, win the customers and share them out."""
    staff = _hire(now)
    people = [person for number in range(accounts) for person in _customer(chance, number, staff, now)]
    return Company(staff=staff, contacts=people, tour_contact=_tour_customer(staff, now))


def _hire(now: datetime) -> dict[str, User]:
    staff = {}
    password = make_password(DEMO_PASSWORD)  # slow on purpose, so once for all of them
    for name, address, role, team_name in STAFF:
        person = User.objects.create(email=address, password=password, name=name, role=role, joined_at=now)
        if team_name:
            team, _ = Team.objects.get_or_create(name=team_name, defaults={"is_fallback": team_name == "East"})
            Membership.objects.create(user=person, team=team)
        staff[address] = person
    AssignmentRule.objects.create(position=1, name="Norway", country="NO", team=Team.objects.get(name="West"))
    return staff


def _customer(chance: Random, number: int, staff: dict[str, User], now: datetime) -> list[Contact]:
    country = list(LANDS)[number % len(LANDS)]
    land = LANDS[country]
    surname = land.surnames[(number // len(LANDS)) % len(land.surnames)]
    trade = land.trades[(number // (len(LANDS) * 3)) % len(land.trades)]
    size = chance.choices(range(3), weights=(5, 3, 2))[0]
    value = Decimal(chance.randint(2, 30) * 10_000 * (1, 4, 15)[size])
    account, _ = contacts.upsert_account(
        external_id=f"K{1001 + number}",
        name=f"{surname} {trade} {land.suffix}",
        segment=SEGMENTS[size],
        country=country,
        annual_value=value if land.currency != "EUR" else value / 10,
        currency=land.currency,
        now=now,
    )
    if chance.random() < 0.9:  # the others are nobody's: their cases wait in a queue
        assignment.set_account_owner(account, staff[TERRITORY[country]], now=now)
    people = []
    for place in range(chance.randint(1, 2 + size)):
        given = land.given[(number + place * 3) % len(land.given)]
        family = chance.choice(land.surnames)
        contact, _ = contacts.upsert_contact(
            external_id=f"P{1001 + number}-{place}",
            account=account,
            name=f"{given} {family}",
            email=f"p{1001 + number}.{place}@k{1001 + number}.example",
            phone=f"{land.dial}{chance.randint(10, 99)}",
            title=chance.choice(TITLES[land.language]),
            language=land.language,
            time_zone=land.time_zone,
            now=now,
        )
        people.append(contact)
    return people


def _tour_customer(staff: dict[str, User], now: datetime) -> Contact:
    account, _ = contacts.upsert_account(
        external_id="K1000",
        name="Holmgren Åkeri AB",
        segment="Enterprise",
        country="SE",
        annual_value=Decimal(1_200_000),
        currency="SEK",
        now=now,
    )
    assignment.set_account_owner(account, staff["anna@loop.example"], now=now)
    contact, _ = contacts.upsert_contact(
        external_id="P1000-0",
        account=account,
        name="Karin Holmgren",
        email=TOUR_CONTACT,
        phone="+46 70 174 06 05",
        title="VD",
        language="en",  # the tour is in the reader's language, not in hers
        time_zone="Europe/Stockholm",
        now=now,
    )
    return contact
