"""Is every list of the API one that keeps its secrets, costs the same however long it is, and is as it is described?"""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from loop.api import lists
from loop.api.listing import Listing
from notifications.api import mine, outbox
from notifications.api.report_subscriptions import REPORT_SUBSCRIPTIONS
from tests.architecture import api_world
from tests.loop.api.conftest import make_key, signed_in, with_key
from tests.loop.api.several import CHAT, NUMBER, SECRET, several

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERY_LIST = (*lists.SHARED, *lists.LISTS, *outbox.LISTS, *mine.LISTS, REPORT_SUBSCRIPTIONS)
LISTS = {one.many: one for one in EVERY_LIST}
SINGLES = {one.name: one for one in (*lists.SINGLES, *mine.SINGLES)}
FEW = 2  # as many rows as the shorter of two pages has

# What opens something, by the names of columns: also of those that are made later.
OPENS = ("secret", "token", "password", "salt", "sealed", "hash", "stored_as")
TOO_SHORT = 12  # characters; what is shorter might stand in a body by chance


@pytest.fixture
def world(people):
    return several(people)


def address(listing: Listing, world, people) -> str:
    return filled(listing.address, world, people)


def filled(route: str, world, people) -> str:
    """The route with what there is of each; of lists inside a thing the first thing, which has several rows."""
    for name, value in given(route, world, people).items():
        for kind in ("int", "line", "any"):
            route = route.replace(f"<{kind}:{name}>", str(value))
    return f"{route.rstrip('/')}/"


def given(route: str, world, people) -> dict[str, object]:
    """What the parts of an address are."""
    found = {
        name: value
        for part in api_world.parts_of_admin(world[0], people.admin).values()
        for name, value in part.items()
    }
    of = world[0].contact if route.startswith("contacts") else world[0].account
    return {**found, "key": "relational" if route.startswith("surveys") else "billing", "external_id": of.external_id}


def pages(world, people) -> list[str]:
    """Every address of the lists, of one row of each, and of the things there is one of."""
    found = [address(listing, world, people) for listing in LISTS.values()]
    found += [filled(listing.route_of_one, world, people) for listing in LISTS.values() if listing.alone]
    return [*found, *(f"{one.address}/" for one in SINGLES.values())]


def test_nothing_that_opens_something_stands_in_an_answer(people, world):
    text = make_key("admin")[1]
    secrets = {SECRET, CHAT, text}
    columns = set()
    for model in apps.get_models():
        if model._meta.app_label not in ("feedback", "loop", "notifications"):
            continue
        for field in model._meta.concrete_fields:
            if any(word in field.name for word in OPENS):
                values = {str(one) for one in model._base_manager.values_list(field.name, flat=True) if one}
                columns |= {f"{model.__name__}.{field.name}"} if values else set()
                secrets |= {one for one in values if len(one) >= TOO_SHORT}
    # What is looked for is there, or looking for it would say nothing.
    assert columns >= {
        "User.password", "SurveyLink.token_hash", "SurveyLink.identity_salt", "AnswerSource.secret", "FilePull.secret",
        "StaffAddress.sealed", "Invitation.token_hash", "Contact.address_hash", "FileImport.stored_as",
        "WebhookEndpoint.secret",
    }  # fmt: skip
    read = 0
    for caller in (with_key(text), signed_in(people.admin)):
        for path in pages(world, people):
            said = caller.get(path)
            body = said.content.decode()
            found = [one for one in secrets if one in body]
            assert not found, (path, found)
            read += said.status_code == 200
    assert read >= 2 * len(LISTS)


def test_a_longer_page_asks_the_database_no_more_often(people, world):
    told = {}
    for name, listing in LISTS.items():
        caller = signed_in(people.agent if name == "notices" else people.admin)  # Ada is told of nothing here
        path = address(listing, world, people)
        few, many = (asked(caller, path, size) for size in (FEW, 2 * NUMBER))
        if few[0] != FEW or many[0] <= FEW or few[1] != many[1]:
            told[name] = {"rows": (few[0], many[0]), "statements": (few[1], many[1])}
    assert told == {}


def asked(caller, path: str, size: int) -> tuple[int, int]:
    """How many rows came, by how many statements."""
    caller.get(path, page_size=1)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        said = caller.get(path, page_size=size)
    assert said.status_code == 200, said.content
    return len(said.json()["results"]), len(statements)


@pytest.mark.parametrize("name", LISTS)
def test_the_example_of_a_list_is_one_of_its_rows(name):
    listing = LISTS[name]

    fits(listing.line(), listing.example)
    fits((listing.whole or listing.line)(), {**listing.example, **listing.besides})


@pytest.mark.parametrize("name", SINGLES)
def test_the_example_of_a_thing_is_as_it_is_written(name):
    fits(SINGLES[name].answer(), SINGLES[name].example)


def fits(serializer: serializers.Serializer, example) -> None:
    """Whether the example has the fields that are written, and no others; also of what lies inside."""
    assert set(example) == set(serializer.fields)
    for name, field in serializer.fields.items():
        inside = getattr(field, "child", field)
        value = example[name]
        if isinstance(inside, serializers.Serializer):
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    fits(inside, each)


@pytest.mark.parametrize("name", [name for name, listing in LISTS.items() if listing.narrows])
def test_every_filter_that_is_described_does_something(name):
    listing = LISTS[name]

    assert set(listing.narrows) == set(listing.query().fields) - {"page_size", "cursor"}


def test_an_unknown_filter_is_refused(admin_key):
    said = admin_key.get("waves/", colour="blue")

    assert said.status_code == 400
    assert said.json()["errors"] == {"colour": ["There is no such field."]}


def test_a_list_is_read_to_its_end_by_its_cursor(people, world):
    caller, seen, path = with_key(make_key("read")[1]), [], "accounts/?page_size=3"
    while path:
        page = caller.client.get(f"/api/v1/{path}").json()
        seen += [row["external_id"] for row in page["results"]]
        path = page["next"] and page["next"].partition("/api/v1/")[2]

    assert seen == [case.account.external_id for case in reversed(world)]


@pytest.mark.parametrize("name", [*LISTS, *SINGLES])
def test_the_documents_say_which_call_reads_it(name):
    described = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    one = LISTS.get(name) or SINGLES[name]
    plain = re.sub(r"<\w+:(\w+)>", lambda part: "{key}" if part[1] == "key" else "{id}", one.address)
    last = plain.rpartition("}/")[2]

    assert f"`{plain}/`" in described or ("{" in plain and f"`{last}/`" in described)
