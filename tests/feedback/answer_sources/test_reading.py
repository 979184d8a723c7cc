"""What a tool says becomes the answer it means: the score from the value, whatever category stands beside it."""

import json
from pathlib import Path

import pytest
from django.utils.functional import Promise

from feedback.answer_sources import reasons
from feedback.answer_sources.payloads import NoPayload, told_in
from feedback.answer_sources.tools import BY_ID, TOOLS
from tests import factories
from tests.feedback.answer_sources import senders
from tests.feedback.answer_sources.conftest import work

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", senders.KINDS)
RECORDED = Path(__file__).parents[4] / "shared" / "data" / "payloads"


def taken(made):
    """The one answer that came of it, or why there is none."""
    work()
    row = made.rows()[-1]
    assert row.why in {"", *reasons.WORDS}
    return made.responses()[-1] if row.state == "done" else (row.state, row.why)


@KINDS
def test_an_answer_is_taken_with_score_words_and_sender(tool, api, kind):
    made = tool(kind)
    said = {"score": 3, "comment": "Räksmörgås & “quotes” 🙂", "email": "eva@customer.example", "at": senders.BEGAN}
    if kind in BY_ID:
        api.has(kind, id="r-7", **said)
    assert made.tell(7, **said) == 202

    response = taken(made)
    assert (response.score, response.category, response.comment) == (3, "detractor", "Räksmörgås & “quotes” 🙂")
    assert (response.external_id, response.contact.email) == ("r-7", "eva@customer.example")
    assert response.survey.key == "relational"
    assert response.case.state == "new"


@KINDS
@pytest.mark.parametrize("score", [0, 6, 7, 8, 9, 10])
def test_the_category_follows_from_the_score(tool, api, kind, score):
    made = tool(kind)
    api.has(kind, score=score) if kind in BY_ID else None
    made.tell(0, score=score)
    expected = "detractor" if score < 7 else "passive" if score < 9 else "promoter"
    response = taken(made)
    assert (response.score, response.category) == (score, expected)


@pytest.mark.parametrize("kind", [kind for kind in senders.KINDS if kind not in BY_ID])
@pytest.mark.parametrize("score", [11, -1, "8.5", 8.5, "ten", True])
def test_what_is_not_on_the_scale_is_refused_and_kept(tool, kind, score):
    made = tool(kind)
    told = senders.payload(kind, score=5)
    made.post(
        made.sent(
            json.dumps(told).replace('"5"' if '"5"' in json.dumps(told) else " 5", f" {json.dumps(score)}").encode()
        )
    )
    assert taken(made) == ("refused", "off_scale") or (score is True and taken(made)[0] in ("ignored", "refused"))
    assert made.responses() == []


@KINDS
def test_a_comment_cut_off_in_the_middle_of_an_emoji_is_taken(tool, api, kind):
    made = tool(kind)
    said = {"score": 3, "comment": "Angry \ud83d", "email": "eva@customer.example"}
    if kind in BY_ID:
        api.has(kind, id="r-7", **said)
    assert made.tell(7, **said) == 202
    assert taken(made).comment == "Angry \N{REPLACEMENT CHARACTER}"


def test_an_event_named_by_half_a_letter_is_taken(tool):
    made = tool("typeform")
    told = senders.payload("typeform", 1) | {"event_id": "\udc00"}
    assert made.post(made.sent(told)) == 202


class TestTypeform:
    def test_without_an_answer_to_the_question_there_is_no_score(self, tool):
        made = tool("typeform")
        told = senders.payload("typeform")
        told["form_response"]["answers"] = []
        made.post(made.sent(told))
        assert taken(made) == ("ignored", "no_score")

    def test_two_scales_are_not_guessed_between_until_one_is_named(self, tool):
        made = tool("typeform")
        told = senders.payload("typeform", score=2)
        other = {"type": "number", "number": 9, "field": {"id": "X", "type": "opinion_scale", "ref": "x"}}
        told["form_response"]["answers"].insert(0, other)
        made.post(made.sent(told))
        assert taken(made) == ("refused", "which_question")
        assert made.rows()[0].detail == "X, NpsField"

        made.renew(score_question="likely")
        told["event_id"] = "again"
        made.post(made.sent(told))
        assert taken(made).score == 2

    def test_a_question_of_another_scale_is_refused(self, tool):
        made = tool("typeform")
        told = senders.payload("typeform", score=5)
        told["form_response"]["definition"]["fields"][0]["properties"] = {"steps": 10, "start_at_one": True}
        made.post(made.sent(told))
        assert taken(made) == ("refused", "other_scale")

    def test_another_form_is_left_alone(self, tool):
        made = tool("typeform", only_survey="other")
        made.tell()
        assert taken(made) == ("ignored", "other_survey")

    def test_a_customer_is_known_by_a_hidden_field(self, tool):
        eva = factories.contact("Eva", external_id="C-2001")
        made = tool("typeform")
        told = senders.payload("typeform")
        told["form_response"]["hidden"] = {"contact_id": "C-2001", "user_id": "elsewhere"}
        made.post(made.sent(told))
        assert taken(made).contact == eva


class TestSurvicate:
    def test_words_that_come_after_the_score_are_added_to_it(self, tool):
        made = tool("survicate")
        made.tell(score=2, comment="")
        work()
        made.post(made.sent(senders.survicate_words("r-0", "The invoice.", factories.NOW)))
        work()
        (response,) = made.responses()
        assert (response.score, response.comment) == (2, "The invoice.")

    def test_words_that_come_before_the_score_wait_for_it(self, tool):
        made = tool("survicate")
        made.post(made.sent(senders.survicate_words("r-0", "The invoice.", factories.NOW)))
        work()
        assert (made.rows()[0].state, made.rows()[0].why, made.responses()) == ("ignored", "waits_for_score", [])
        made.tell(score=2, comment="", at=senders.BEGAN)
        work()
        work()
        (response,) = made.responses()
        assert (response.score, response.comment) == (2, "The invoice.")
        assert [row.state for row in made.rows()] == ["done", "done"]

    def test_a_choice_of_another_question_is_no_score(self, tool):
        made = tool("survicate")
        told = senders.payload("survicate")
        told["event"]["questionAnswered"]["choice"] = {"id": 5, "body": "Great", "comment": None}
        made.post(made.sent(told))
        assert taken(made) == ("ignored", "other_question")


class TestWootric:
    def test_what_it_leaves_out_is_left_alone(self, tool):
        made = tool("wootric")
        told = senders.payload("wootric")
        told["response"]["excluded_from_calculations"] = "true"
        made.post(made.sent(told))
        assert taken(made) == ("ignored", "left_out")

    def test_a_form_is_read_as_its_json_is(self, tool):
        made = tool("wootric")
        sent = made.sent(b"event_name=created&response[id]=r-9&response[score]=4&response[text]=Slow%21")
        made.post(sent.but(headers={"Content-Type": "application/x-www-form-urlencoded"}))
        response = taken(made)
        assert (response.score, response.comment, response.external_id) == (4, "Slow!", "r-9")


class TestHubSpot:
    def test_a_promoter_of_another_kind_of_question_is_left_alone(self, tool, api):
        made = tool("hubspot")
        api.has("hubspot", hs_survey_type="CSAT", hs_value="2")
        made.tell()
        assert taken(made) == ("ignored", "other_question")

    def test_several_in_one_call_are_several_answers(self, tool, api):
        made = tool("hubspot")
        told = [senders.payload("hubspot", number)[0] for number in (1, 2, 2, 3)]
        for number in (1, 2, 3):
            api.has("hubspot", number)
        made.post(made.sent(told))
        work()
        assert [response.score for response in made.responses()] == [1, 2, 3]

    def test_what_is_about_other_objects_is_left_alone(self, tool):
        made = tool("hubspot")
        made.post(made.sent([{"objectTypeId": "0-1", "objectId": 1, "subscriptionType": "object.creation"}]))
        assert taken(made) == ("ignored", "no_answer")


class TestMapping:
    def test_without_one_nothing_is_lost(self, tool):
        made = tool("json", survey="relational")
        made.renew(mapping={})
        made.tell(score=1)
        assert taken(made) == ("refused", "no_mapping")

    def test_the_same_without_a_name_of_its_own_is_one_answer(self, tool):
        made = tool("json")
        made.renew(mapping={"score": "/rating"})
        for _time in range(3):
            made.post(made.sent(b'{"rating": "9"}'))
        made.post(made.sent(b'{"rating": "8"}'))
        work()
        assert [response.score for response in made.responses()] == [9, 8]

    def test_a_time_that_cannot_be_read_is_told(self, tool):
        made = tool("json")
        made.renew(mapping={"score": "/rating", "responded_at": "/when"})
        made.post(made.sent(b'{"rating": 9, "when": "the other day"}'))
        assert taken(made) == ("refused", "unreadable_time")
        assert made.rows()[0].detail == "the other day"


class TestWhoAnswered:
    def tell(self, made, **told):
        made.renew(mapping={"score": "/s", **{name: f"/{name}" for name in told}})
        made.post(made.sent(json.dumps({"s": 3, **told}).encode()))
        return taken(made)

    def test_somebody_known_stays_as_we_know_them(self, tool):
        eva = factories.contact("Eva Ek", email="eva@customer.example")
        response = self.tell(tool("json"), email="EVA@customer.example", name="eva")
        assert response.contact == eva
        eva.refresh_from_db()
        assert eva.name == "Eva Ek"

    def test_somebody_new_becomes_a_contact_of_their_account(self, tool):
        account = factories.account("Ek AB")
        response = self.tell(tool("json"), email="new@customer.example", name="Nia", account_id=account.external_id)
        assert (response.contact.name, response.contact.account) == ("Nia", account)

    def test_an_address_of_two_is_taken_without_a_contact(self, tool):
        for _time in range(2):
            factories.contact(account=factories.account(), email="info@customer.example")
        made = tool("json")
        response = self.tell(made, email="info@customer.example")
        assert (response.contact, response.respondent_email) == (None, "info@customer.example")
        assert made.rows()[0].why == "several_contacts"

    def test_what_is_no_address_is_taken_without_a_contact(self, tool):
        made = tool("json")
        response = self.tell(made, email="no address", name="Nia")
        assert (response.contact, response.respondent_name) == (None, "Nia")
        assert made.rows()[0].why == "bad_contact"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1e999, NaN]", b"[" * 100_000])
def test_what_is_no_json_is_kept_with_the_reason(tool, body):
    made = tool("json")
    assert made.post(made.sent(body)) == 202
    assert taken(made) == ("refused", "not_json")


@KINDS
@pytest.mark.parametrize("body", [b"null", b"[]", b"0", b'"x"', b'{"a": {"b": [1, {"c": null}]}}', b'{"event": []}'])
def test_any_json_is_read_without_failing(tool, kind, body):
    made = tool(kind)
    assert made.post(made.sent(body)) == 202
    assert taken(made)[0] in ("ignored", "refused")


def test_every_reason_has_words():
    assert all(isinstance(words, Promise) for words in (*reasons.WORDS.values(), *reasons.VERDICTS.values()))


def test_a_form_that_contradicts_itself_is_read_as_far_as_it_can_be():
    assert told_in(b"a=1&a[b]=2&c[d][e]=3&%5B=4", "application/x-www-form-urlencoded") == {
        "a": "1",
        "c": {"d": {"e": "3"}},
    }
    with pytest.raises(NoPayload):
        told_in(b"&".join(b"a=1" for _field in range(2000)), "application/x-www-form-urlencoded")


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not here")
@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("typeform", "typeform_form_response_min", ("ignored", "no_score")),
        ("delighted", "delighted_survey_response_min", 10),
        ("asknicely", "asknicely_webhook", 10),
        ("wootric", "wootric_webhook_created_redacted", 10),
        ("wootric", "wootric_webhook_updated_redacted", 10),
        ("survicate", "survicate_question_answered", ("ignored", "other_question")),
    ],
)
def test_what_was_recorded_of_the_tools_is_read(tool, kind, name, expected):
    made = tool(kind)
    assert TOOLS[kind]
    made.post(made.sent((RECORDED / f"{name}.json").read_bytes()))
    found = taken(made)
    assert (found if isinstance(found, tuple) else found.score) == expected
