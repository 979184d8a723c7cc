"""Ada sets a survey tool up, sees its secret once, says which value is what, and sees what arrived and why not."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback.answer_sources import setting_up
from feedback.models import AnswerSource
from tests import factories
from tests.feedback.answer_sources import senders
from tests.feedback.answer_sources.calling import Caller
from tests.feedback.answer_sources.conftest import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client, people):
    client.force_login(people.admin)
    return client


def page(client, name, *args, **data):
    return client.get(reverse(name, args=args), data).content.decode()


def form(**given):
    return {"name": "Our form", "survey": factories.survey().pk, **given}


class TestSettingUp:
    def test_typeform_gets_a_secret_that_is_shown_once_and_works(self, ada):
        made = ada.post(reverse("answer-source-new", args=["typeform"]), form(), follow=True)
        source = AnswerSource.objects.get()
        shown = re.findall(r"<code class=\"breaks\">([^<]+)</code>", made.content.decode())
        secret = next(text for text in shown if "/" not in text)

        assert "no-store" in made["Cache-Control"]
        assert f"http://testserver/in/{source.key}/" in shown
        assert Caller(source, secret).tell() == 202
        assert secret not in page(ada, "answer-source", source.pk)
        assert secret not in str(AnswerSource.objects.values().get())

    def test_any_json_gets_an_address_with_its_secret(self, ada):
        made = ada.post(reverse("answer-source-new", args=["json"]), form(), follow=True)
        address = re.search(r"http://testserver(/in/[\w-]+/[\w-]{40,}/)", made.content.decode())[1]
        assert Client().post(address, data="{}", content_type="application/json").status_code == 202

    def test_delighted_gives_us_the_secret_it_has(self, ada):
        ada.post(reverse("answer-source-new", args=["delighted"]), form(secret="key of the project"))
        assert Caller(AnswerSource.objects.get(), "key of the project").tell() == 202

    def test_survey_monkey_signs_with_two_of_them(self, ada):
        given = form(client_id="abc", secret="of the app", token="t0ken", api_base="https://api.eu.surveymonkey.com")
        ada.post(reverse("answer-source-new", args=["surveymonkey"]), given)
        source = AnswerSource.objects.get()
        assert (source.api_base, setting_up.token_of(source)) == ("https://api.eu.surveymonkey.com", "t0ken")
        assert Caller(source, "abc&of the app").tell() == 202

    @pytest.mark.parametrize(
        ("kind", "wrong", "field"),
        [
            ("typeform", {"name": ""}, "name"),
            ("typeform", {"survey": ""}, "survey"),
            ("delighted", {"secret": ""}, "secret"),
            ("delighted", {"secret": "short"}, "secret"),
            ("standard", {"secret": "of no such kind"}, "secret"),
            ("hubspot", {"secret": "of the app", "api_base": "https://api.hubapi.com", "token": ""}, "token"),
            ("hubspot", {"secret": "of the app", "api_base": "https://inside.example", "token": "t"}, "api_base"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, ada, kind, wrong, field):
        answer = ada.post(reverse("answer-source-new", args=[kind]), form(**wrong))
        assert (answer.status_code, AnswerSource.objects.count()) == (400, 0)
        assert answer.context["form"].errors[field]

    def test_a_survey_that_is_asked_after_a_case_cannot_be_chosen(self, ada):
        answer = ada.post(reverse("answer-source-new", args=["typeform"]), form(survey=factories.survey("recovery").pk))
        assert answer.status_code == 400

    def test_only_administrators_do_it(self, client, people, tool):
        made = tool("typeform")
        for person in (people.agent, people.lead, people.leader):
            client.force_login(person)
            for name in ("answer-source", "answer-source-change", "answer-source-try"):
                assert client.get(reverse(name, args=[made.source.pk])).status_code == 403
            assert client.post(reverse("answer-source-secret", args=[made.source.pk])).status_code == 403


class TestChanging:
    def test_saves_what_was_filled_in(self, ada, tool):
        made = tool("typeform")
        given = form(version=made.source.version, score_question="likely", only_survey="lT4Z3j")
        ada.post(reverse("answer-source-change", args=[made.source.pk]), given)
        changed = AnswerSource.objects.get()
        assert (changed.name, changed.score_question, changed.only_survey) == ("Our form", "likely", "lT4Z3j")
        assert changed.changed_by == "ada@loop.example"

    def test_tells_who_was_faster(self, ada, tool):
        made = tool("typeform")
        answer = ada.post(reverse("answer-source-change", args=[made.source.pk]), form(version=99))
        assert answer.status_code == 409
        assert AnswerSource.objects.get().name == "Our typeform"

    def test_keeps_a_token_that_is_not_given_anew(self, ada, tool):
        made = tool("hubspot")
        given = form(version=made.source.version, api_base="https://api.hubapi.com", token="")
        ada.post(reverse("answer-source-change", args=[made.source.pk]), given)
        assert setting_up.token_of(AnswerSource.objects.get()) == "token-of-the-api"

    def test_a_new_secret_counts_beside_the_one_before_until_that_is_ended(self, ada, tool):
        made = tool("delighted")
        secret = reverse("answer-source-secret", args=[made.source.pk])
        ada.post(secret, {"secret": "the next key of it"})
        newer = Caller(made.source, "the next key of it")
        assert (made.tell(1), newer.tell(2)) == (202, 202)
        ada.post(secret, {"end": "1"})
        assert (made.tell(3), newer.tell(4)) == (401, 202)

    def test_switched_off_it_is_not_there(self, ada, tool):
        made = tool("typeform")
        switch = reverse("answer-source-switch", args=[made.source.pk])
        ada.post(switch, {"to": "off"})
        assert made.tell() == 404
        ada.post(switch, {"to": "on"})
        assert made.tell() == 202


class TestWhatArrived:
    def test_is_listed_with_its_score_or_why_not(self, ada, tool):
        made = tool("typeform")
        made.tell(1, score=3)
        made.tell(2, score=77)
        made.post(made.sent(senders.payload("typeform"), secret="of somebody else"))
        work()
        text = page(ada, "answer-source", made.source.pk)
        assert "The score is not on the survey&#x27;s scale." in text
        assert "77" in text
        assert "the signature or secret does not fit" in text
        assert "1 was not taken" in text
        assert "not all taken" in page(ada, "answer-sources")
        refused = page(ada, "answer-source", made.source.pk, state="refused")
        assert refused.count("Read again</button>") == 1

    def test_is_shown_as_it_came_and_nothing_of_it_is_markup(self, ada, tool):
        made = tool("json")
        made.post(made.sent(b'{"s": "<script>alert(1)</script>"}'))
        row = made.rows()[0]
        text = page(ada, "answer-source-arrival", made.source.pk, row.pk)
        assert "{&quot;s&quot;: &quot;&lt;script&gt;" in text

    def test_is_read_again_on_request(self, ada, tool):
        made = tool("typeform")
        told = senders.payload("typeform", score=2)
        told["form_response"]["answers"].append(
            {"type": "number", "number": 9, "field": {"id": "X", "type": "opinion_scale", "ref": "x"}}
        )
        made.post(made.sent(told))
        work()
        made.renew(score_question="NpsField")
        ada.post(reverse("answer-source-replay", args=[made.source.pk]))
        work()
        assert [response.score for response in made.responses()] == [2]

    def test_of_another_source_is_not_shown_or_read(self, ada, tool):
        one, other = tool("typeform"), tool("delighted")
        one.tell()
        row = one.rows()[0]
        shown = ada.get(reverse("answer-source-arrival", args=[other.source.pk, row.pk]))
        assert shown.status_code == 404


class TestTryingIt:
    def test_shows_how_it_would_be_read_and_stores_nothing(self, ada, tool):
        made = tool("delighted")
        body = json.dumps(senders.payload("delighted", score=3, comment="Slow."))
        text = ada.post(reverse("answer-source-try", args=[made.source.pk]), {"body": body}).content.decode()
        assert "So it would be read" in text
        assert "<dd>3</dd>" in text
        assert "<dd>Slow.</dd>" in text
        assert (made.rows(), made.responses()) == ([], [])

    def test_says_why_not(self, ada, tool):
        made = tool("delighted")
        text = ada.post(reverse("answer-source-try", args=[made.source.pk]), {"body": "{"}).content.decode()
        assert "The body is no JSON." in text


class TestMapping:
    BODY = json.dumps({"answer": {"rating": 4, "text": "Slow.", "email": "eva@customer.example", "id": "a-1"}})

    @pytest.fixture
    def made(self, tool):
        made = tool("json")
        made.renew(mapping={})
        made.post(made.sent(self.BODY.encode()))
        work()
        return made

    def send(self, ada, made, do, **chosen):
        given = {"body": self.BODY, "version": made.source.version, "do": do, **chosen}
        return ada.post(reverse("answer-source-mapping", args=[made.source.pk]), given)

    def test_shows_the_values_of_what_arrived_last_and_guesses(self, ada, made):
        shown = ada.get(reverse("answer-source-mapping", args=[made.source.pk]))
        assert "/answer/rating — 4" in shown.content.decode()
        assert shown.context["form"]["email"].value() == "/answer/email"

    def test_is_previewed_without_being_saved(self, ada, made):
        text = self.send(ada, made, "preview", score="/answer/rating", comment="/answer/text").content.decode()
        assert "<dd>Slow.</dd>" in text
        assert AnswerSource.objects.get().mapping == {}

    def test_saved_it_reads_what_waited_for_it(self, ada, made):
        assert made.rows()[0].why == "no_mapping"
        self.send(ada, made, "save", score="/answer/rating", comment="/answer/text", external_id="/answer/id")
        work()
        (response,) = made.responses()
        assert (response.score, response.comment, response.external_id) == (4, "Slow.", "a-1")

    def test_of_another_body_keeps_what_was_chosen(self, ada, made):
        given = {"body": '{"other": 1}', "do": "show", "score": "/answer/rating", "version": made.source.version}
        shown = ada.post(reverse("answer-source-mapping", args=[made.source.pk]), given)
        assert shown.context["form"]["score"].value() == "/answer/rating"
        assert "/other — 1" in shown.content.decode()

    def test_without_a_score_is_refused(self, ada, made):
        assert self.send(ada, made, "save", comment="/answer/text").status_code == 400

    def test_of_a_place_that_is_not_there_is_refused(self, ada, made):
        assert self.send(ada, made, "save", score="/made/up").status_code == 400

    def test_a_tool_we_know_has_none(self, ada, tool):
        assert ada.get(reverse("answer-source-mapping", args=[tool("typeform").source.pk])).status_code == 404


class TestTheAddress:
    def test_of_nobody_is_not_there(self, client):
        assert client.post("/in/made-up/", data="{}", content_type="application/json").status_code == 404

    def test_answers_survey_monkey_which_asks_first(self, client, tool):
        assert client.head(tool("surveymonkey").path).status_code == 200

    def test_takes_no_book(self, client, tool):
        made = tool("json")
        body = b'{"a": "' + b"x" * 262_144 + b'"}'
        assert made.post(made.sent(body)) == 413
        assert made.rows() == []
