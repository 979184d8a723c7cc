"""surveys/{key}/words/: which words open a case for a higher score is read, tried and set by call, as on the page."""

import pytest

from loop import word_lists
from loop.models import Case, WordRule
from tests import factories
from tests.loop.api.conftest import make_key, signed_in, with_key

pytestmark = pytest.mark.django_db

PATH = "surveys/relational/words/"
TRY = f"{PATH}try/"


def body(**fields):
    return {"for_promoters": True, "for_passives": False, "words": {"en": ["too slow", "disappoint"]}, **fields}


@pytest.fixture(autouse=True)
def survey(people):
    return factories.survey()


def test_before_anybody_wrote_a_rule_there_are_the_lists_to_begin_with(read):
    said = read.get(PATH).json()

    assert (said["for_promoters"], said["for_passives"], said["version"]) == (False, False, 0)
    assert said["words"]["en"] == word_lists.COMPLAINTS["en"]


def test_is_set_read_again_and_opens_a_case(admin_key):
    said = admin_key.put(PATH, body(version=0))
    assert said.status_code == 200
    assert said.json()["words"] == {"en": ["too slow", "disappoint"]}
    assert admin_key.get(PATH).json() == said.json()

    factories.response(9, comment="Good, but too slow.")
    assert Case.objects.get().opened_by_word == "too slow"


def test_who_was_slower_is_told_and_changes_nothing(people, admin_key):
    assert signed_in(people.admin).put(PATH, body(version=0)).status_code == 200
    said = admin_key.put(PATH, body(for_passives=True, version=0))

    assert (said.status_code, said.json()["type"]) == (409, "urn:loop:problem:stale-version")
    assert WordRule.objects.get().for_passives is False


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"words": {"xx": ["slow"]}}, "words.xx"),
        ({"words": {"en": ["a"]}}, "words.en"),
        ({"words": {"en": [f"word{n}" for n in range(101)]}}, "words.en"),
        ({"words": {}}, "body"),
        ({"words": "slow"}, "words"),
        ({"words": {"en": [7]}}, "words.en.0"),
        ({"for_promoters": "yes"}, "for_promoters"),
        ({"colour": "red"}, "colour"),
    ],
)
@pytest.mark.parametrize("way", ["put", "post"])
def test_what_is_wrong_is_named_and_nothing_is_stored(admin_key, fields, named, way):
    said = admin_key.put(PATH, body(**fields)) if way == "put" else admin_key.post(TRY, body(**fields))

    assert said.status_code == 400
    assert named in said.json()["errors"]
    assert not WordRule.objects.exists()


def test_trying_says_for_which_answers_a_case_would_have_been_opened(admin_key):
    slow = factories.response(9, comment="Lovely people, but too slow.")
    factories.response(10, contact=factories.contact("Bo"), comment="Lovely.")
    said = admin_key.post(TRY, body()).json()

    assert (said["looked_at"], said["would_open"]) == (2, 1)
    assert said["answers"] == [{"response": slow.pk, "score": 9, "category": "promoter", "word": "too slow"}]
    assert not WordRule.objects.exists()
    assert not Case.objects.exists()


def test_of_a_survey_that_is_not_there(admin_key):
    assert admin_key.get("surveys/none/words/").status_code == 404
    assert admin_key.put("surveys/none/words/", body()).status_code == 404
    assert admin_key.post("surveys/none/words/try/", body()).status_code == 404


def test_of_people_administrators_alone(people):
    for person in people:
        caller, may = signed_in(person), person == people.admin
        assert caller.get(PATH).status_code == (200 if may else 403)
        assert caller.post(TRY, body()).status_code == (200 if may else 403)
        assert caller.put(PATH, body()).status_code == (200 if may else 403)


@pytest.mark.parametrize(("scope", "reads", "sets"), [("read", 200, 403), ("write", 403, 403), ("ingest", 403, 403)])
def test_of_keys_those_that_read_and_those_that_manage(scope, reads, sets):
    caller = with_key(make_key(scope)[1])

    assert caller.get(PATH).status_code == reads
    assert caller.post(TRY, body()).status_code == reads
    assert caller.put(PATH, body()).status_code == sets
