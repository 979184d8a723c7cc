"""The page anybody may answer on, and the feedback station: one answer a person, nothing of it left for the next."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from feedback import survey_links, suspects
from feedback.models import Contact, Invitation, Response, SuspectAnswer
from feedback.views import customer_page
from loop.models import Case
from tests import factories
from tests.feedback.doors import hidden, path, send, standing
from tests.feedback.survey_page import SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    return standing("open")


@pytest.fixture(params=["open", "kiosk"])
def either(request):
    return standing(request.param)


class TestAPerson:
    def test_answers_without_a_name(self, either):
        sent = send(path(either), score=9, comment="Quick.", page=SEEN)
        assert sent.status_code == 303
        response = Response.objects.get()
        assert (response.score, response.comment, response.source) == (9, "Quick.", f"link:{either.pk}")
        assert (response.contact, response.invitation, response.respondent_name) == (None, None, "")
        assert not Invitation.objects.exists()
        assert survey_links.answers_by([either]) == {either.pk: 1}

    def test_is_thanked_and_nothing_is_shown_of_what_was_said(self, either):
        sent = send(path(either), score=2, comment="Somebody was rude.", page=SEEN)
        page = Client().get(sent.url).content.decode()
        assert "Thank you" in page
        assert "rude" not in page

    def test_who_is_unhappy_gets_a_case_that_waits_for_somebody(self, either, people):
        send(path(either), score=2, comment="Nobody answered.", page=SEEN)
        case = Case.objects.get()
        assert (case.contact, case.account, case.owner) == (None, None, None)

    def test_may_ask_to_be_called_and_becomes_nobodys_contact(self, either, people):
        eva = factories.contact("Eva", email="eva@fjord.example")
        sent = send(
            path(either),
            score=2,
            page=SEEN,
            wants_callback="on",
            name="Eva\r\nBcc: x",
            email="eva@fjord.example",
            phone="070 1",
        )
        assert sent.status_code == 303
        response = Response.objects.get()
        assert (response.respondent_name, response.respondent_email) == ("Eva Bcc: x", "eva@fjord.example")
        assert (response.phone, response.contact) == ("070 1", None)
        assert list(Contact.objects.all()) == [eva]
        assert not eva.responses.exists()

    def test_who_wants_to_be_called_says_by_what(self, either):
        sent = send(path(either), score=2, page=SEEN, wants_callback="on", name="Eva")
        assert sent.status_code == 400
        assert "Please tell us a number or an e-mail address." in sent.content.decode()
        assert not Response.objects.exists()

    def test_hears_that_an_address_is_none(self, either):
        sent = send(path(either), score=2, page=SEEN, wants_callback="on", email="eva@")
        assert "This is not an e-mail address we could write to." in sent.content.decode()

    def test_leaves_no_name_without_asking_to_be_called(self, either):
        send(path(either), score=2, page=SEEN, name="Eva", email="eva@fjord.example", phone="070 1")
        response = Response.objects.get()
        assert (response.respondent_name, response.respondent_email, response.phone) == ("", "", "")

    def test_who_presses_twice_has_answered_once(self, either):
        browser = Client()
        form = hidden(browser.get(path(either)).content.decode())
        for _press in range(2):
            assert browser.post(path(either), {**form, "score": 2, "page": SEEN}).status_code == 303
        assert Response.objects.count() == Case.objects.count() == 1

    def test_who_goes_back_and_changes_it_has_corrected_it(self, either):
        browser = Client()
        form = hidden(browser.get(path(either)).content.decode())
        browser.post(path(either), {**form, "score": 2, "page": SEEN})
        browser.post(
            path(either), {**form, "score": 4, "page": SEEN, "wants_callback": "on", "email": "eva@fjord.example"}
        )
        response = Response.objects.get()
        assert (response.score, response.respondent_email) == (4, "eva@fjord.example")
        assert response.revisions.count() == 1

    def test_after_another_at_the_same_station_is_another_answer(self):
        station = standing("kiosk")
        browser = Client()
        form = hidden(browser.get(path(station)).content.decode())
        for person in ("aaa", "bbb", "bbb"):
            browser.post(path(station), {**form, "score": 2, "again": person, "page": SEEN})
        assert Response.objects.count() == 2

    def test_with_a_form_we_did_not_make_is_asked_again(self, either):
        for form in ({}, {customer_page.SEAL_FIELD: customer_page.seal("another link", "oabc")}):
            sent = Client().post(path(either), {**form, "score": 2, "comment": "Kept."})
            assert sent.status_code == 403
            assert "Kept." in sent.content.decode()
        assert not Response.objects.exists()

    def test_is_asked_in_the_language_of_the_link(self):
        page = Client().get(path(standing("open", language="sv")), headers={"Accept-Language": "fi"})
        assert page.headers["Content-Language"] == "sv"

    def test_at_a_station_without_scripts_makes_room_for_the_next(self):
        station = standing("kiosk")
        thanks = Client().get(f"{path(station)}?sent")
        assert thanks.headers["Refresh"] == f"6;url={path(station)}"


def close(survey) -> None:
    survey.closes_at = timezone.now()
    survey.save()


class TestALinkThatIsOff:
    @pytest.mark.parametrize("how", ["switched off", "ended", "survey closed long ago"])
    def test_says_so_and_takes_nothing(self, either, how):
        form = hidden(Client().get(path(either)).content.decode())
        if how == "survey closed long ago":
            either.survey.closes_at = timezone.now() - timedelta(days=366)
            either.survey.save()
        else:
            ended = {"switched off": {"is_active": False}, "ended": {"expires_at": timezone.now()}}[how]
            type(either).objects.filter(pk=either.pk).update(**ended)
        assert Client().get(path(either)).status_code == 410
        assert Client().post(path(either), {**form, "score": 2, "page": SEEN}).status_code == 410
        assert not Response.objects.exists()

    def test_of_a_survey_that_has_closed_still_hears_who_opens_it_and_marks_it_late(self):
        link = standing("open")
        close(link.survey)
        page = Client().get(path(link))
        assert "This survey has closed" in page.text
        thanks = Client().post(path(link), {**hidden(page.text), "score": 2, "page": SEEN}, follow=True)
        assert "The survey had closed when your answer came" in thanks.text
        response = Response.objects.get()
        assert (response.is_late, response.score) == (True, 2)
        assert Case.objects.filter(response=response).exists()

    def test_of_a_survey_that_has_closed_changes_nothing_that_was_said_in_time(self):
        link = standing("open")
        form = hidden(Client().get(path(link)).text)
        Client().post(path(link), {**form, "score": 9, "page": SEEN})
        close(link.survey)
        assert Client().post(path(link), {**form, "score": 2, "page": SEEN}).status_code == 400
        assert (Response.objects.get().score, Response.objects.get().is_late) == (9, False)

    def test_at_a_station_of_a_survey_that_has_closed_nobody_is_asked(self):
        station = standing("kiosk")
        form = hidden(Client().get(path(station)).text)
        close(station.survey)
        assert Client().get(path(station)).status_code == 410
        assert Client().post(path(station), {**form, "score": 2, "page": SEEN}).status_code == 410
        assert not Response.objects.exists()

    def test_that_nobody_made_is_not_found(self):
        assert Client().get("/o/aaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
        assert Client().post("/k/aaaaaaaaaaaaaaaaaaaaaa/", {"score": 1}).status_code == 404


class TestAMachine:
    @pytest.mark.parametrize("way", ["hidden field", "hidden link"])
    def test_that_shows_itself_waits_to_be_verified(self, either, way):
        if way == "hidden field":
            sent = send(path(either), score=0, subject="x", page=SEEN)
        else:
            address = suspects.unseen_link(path(either))
            form = hidden(Client().get(address).content.decode())
            sent = Client().post(path(either), {**form, "score": 0, "page": SEEN})
        assert sent.status_code == 303
        assert not Response.objects.exists()
        assert SuspectAnswer.objects.get().link == either

    def test_that_sends_every_score_of_an_open_link_counts_nowhere(self, link):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for score in range(11):
                send(f"{path(link)}?score={score}", score=score)
                clock.shift(1)
        assert not Response.objects.counted().exists()
        assert not Case.objects.open().exists()
        assert suspects.to_verify().count() == 11

    def test_takes_no_person_along_who_was_seen_or_wrote_something(self, link):
        send(path(link), score=2, page=SEEN)
        send(path(link), score=3, comment="Really.")
        for score in (0, 10):
            send(path(link), score=score)
        assert sorted(Response.objects.counted().values_list("score", flat=True)) == [2, 3]

    def test_is_not_suspected_at_a_station_where_many_people_stand(self):
        station = standing("kiosk")
        for score in range(5):
            send(path(station), score=score)
        assert Response.objects.counted().count() == 5

    def test_that_floods_a_link_opens_no_more_cases(self, either, monkeypatch):
        monkeypatch.setattr("feedback.open_answers.MOST_A_MINUTE", 3)
        for _answer in range(5):
            send(path(either), score=0, comment="Spam.", page=SEEN)
        assert Response.objects.count() == Case.objects.count() == 3
        assert {suspect.suspicion for suspect in suspects.to_verify()} == {"too_many"}


class TestVerifying:
    @pytest.fixture
    def suspect(self, either):
        send(path(either), score=1, subject="x", wants_callback="on", name="Eva", phone="070 1", page=SEEN)
        return SuspectAnswer.objects.get()

    def test_counts_it_as_given_with_what_was_left(self, suspect):
        suspects.accept(suspect.pk, by="ada@loop.example", now=timezone.now() + timedelta(hours=1))
        response = Response.objects.get()
        assert (response.score, response.respondent_name, response.phone) == (1, "Eva", "070 1")
        assert response.responded_at == suspect.at
        assert Case.objects.count() == 1
        with pytest.raises(suspects.AlreadySettled):
            suspects.accept(suspect.pk, by="ada@loop.example", now=timezone.now())

    def test_puts_away_all_that_waits_of_the_link(self, suspect, either):
        send(path(either), score=3, subject="x", page=SEEN)
        assert suspects.dismiss(suspect.pk, by="ada@loop.example", now=timezone.now()) == 2
        assert not suspects.to_verify().exists()

    def test_that_came_after_the_survey_had_closed_is_late(self, suspect):
        suspect.link.survey.closes_at = suspect.at
        suspect.link.survey.save()
        suspects.accept(suspect.pk, by="ada@loop.example", now=timezone.now())
        assert Response.objects.get().is_late
        assert suspects.to_verify().count() == 0
