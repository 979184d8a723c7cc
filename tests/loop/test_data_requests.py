"""Eva asks for a copy of what is stored about her, or for its erasure: what she gets, what goes, and what stays."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import contacts, invitations, sampling
from feedback.models import Contact, Invitation, OpenComplaint, Response
from loop import (
    access,
    callbacks,
    correspondence,
    customer,
    customer_pages,
    data_requests,
    favours,
    promises,
    sweeping,
    thanks,
    workflow,
)
from loop.data_requests import RequestRefused
from loop.models import Ask, Case, CaseEvent, CaseMail, DataRequest, Favour, ThanksPolicy, Wanted
from loop.signals import customer_erased
from notifications.models import Message
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

#: All that is hers, and must be found nowhere afterwards.
TRACES = (
    "Evangelina",
    "evangelina@",
    "Zanzibar",
    "070-123 45",
    "Xylophone",
    "Quokka",
    "Narwhal",
    "Ibis",
    "Ocelot",
    "Wombat",
)


@pytest.fixture
def eva(people) -> Contact:
    account = factories.account("Nordlys AS", owner=people.agent, country="SE")
    return factories.contact(
        "Evangelina", account=account, email="evangelina@nordlys.example", phone="070-123 45 67", title="Zanzibar boss",
        external_id="crm-Xylophone", attributes={"renewal_month": "Quokka", "is_vip": True, "seats": 1200},
    )  # fmt: skip


@pytest.fixture
def favour(eva) -> Favour:
    """Before all this Eva was glad, and agreed to be named."""
    ThanksPolicy.objects.create(survey=factories.survey(), promoter_ask=Ask.REFERENCE)
    glad = factories.response(9, contact=eva, now=later(days=-2)).thanks
    return favours.say_yes(glad, may_name=True, may_call=False, text="Wombat first.", now=later(days=-2, minutes=1))


@pytest.fixture
def case(people, eva) -> Case:
    """A case with something of everything in it."""
    response = factories.response(3, contact=eva, comment="Narwhal came late.", wants_callback=True)
    case = response.case
    workflow.note(case_id=case.pk, text="Evangelina is angry: Ibis.", actor=people.agent, now=later(minutes=1))
    promises.promise(case_id=case.pk, what="An Ocelot", due_at=later(days=2), actor=people.agent, now=later(minutes=2))
    callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=NOW)[3], actor=None, now=later(minutes=3))
    letter = correspondence.Letter(
        key="<1@nordlys.example>", address="evangelina@nordlys.example", name="Evangelina", subject="Ibis", text="Ibis"
    )
    correspondence.receive(letter, case_id=case.pk, now=later(minutes=4))
    customer.write(customer_pages.page_of(case, now=NOW), "Quokka!", now=later(minutes=5))
    invitations.invite(survey=factories.survey(), contact=eva, due_at=later(days=3), now=NOW)
    OpenComplaint.objects.create(contact=eva, reason="Ibis", reported_by="x", reported_at=NOW)
    sweeping.run_all(now=later(minutes=20))
    return stories.as_it_is_now(case)


@pytest.fixture
def page(case):
    return customer_pages.page_of(case, now=NOW)


def asked(page, what="erase", now=None) -> DataRequest:
    customer.ask_about_data(page, what, now=now or later(minutes=30))
    return DataRequest.objects.get(wanted=what, answer="")


def erase(people, page) -> DataRequest:
    return data_requests.erase(asked(page).pk, actor=people.admin, now=later(hours=1))


def everything_stored() -> str:
    """The whole database as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(row) for row in cursor.fetchall()]
    return "\n".join(rows)


def browser(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def own(page, part=""):
    return f"/c/{customer_pages.token_of(page)}/{part}"


class TestErasing:
    def test_leaves_no_trace_in_the_database(self, people, favour, page):
        before = everything_stored()
        assert [trace for trace in TRACES if trace not in before] == []
        erase(people, page)
        sweeping.run_all(now=later(hours=2))
        after = everything_stored()
        assert [trace for trace in TRACES if trace in after] == []

    def test_leaves_no_words_of_an_answer_we_gave_before(self, people, page):
        data_requests.decline(asked(page, "export").pk, reason="Dear Evangelina: no.", actor=people.admin, now=NOW)
        erase(people, page)
        assert "Evangelina" not in everything_stored()

    def test_closes_the_page_of_thanks_too(self, people, favour, page):
        address = thanks.path(favour.thanks)
        assert browser().get(address).status_code == 200
        erase(people, page)
        assert browser().get(address).status_code == 404

    def test_keeps_the_score_for_the_figures(self, people, page, case):
        erase(people, page)
        answer = Response.objects.get()
        assert (answer.score, answer.category, answer.comment) == (3, "detractor", "")
        assert Response.objects.counted().count() == 1
        assert answer.responded_at == case.response.responded_at

    def test_withdraws_the_open_case_and_keeps_its_story(self, people, page, case):
        kinds = stories.kinds(case)
        erase(people, page)
        case = stories.as_it_is_now(case)
        assert (case.state, case.resolution) == ("resolved", "withdrawn")
        assert stories.kinds(case)[: len(kinds)] == kinds
        assert stories.kinds(case)[-1] == "customer_data_request"

    def test_closes_every_link_of_theirs(self, people, page, eva):
        invitation = Invitation.objects.get()
        survey, own_page = f"/s/{invitations.link_token(invitation)}/", own(page)
        assert browser().get(own_page).status_code == 200
        erase(people, page)
        assert browser().get(own_page).status_code == 404
        assert browser().get(own(page, "data/")).status_code == 404
        assert browser().get(survey).status_code == 404

    def test_lets_nobody_write_to_them_any_more(self, people, page, eva, mailoutbox):
        erase(people, page)
        mailoutbox.clear()
        sweeping.run_all(now=later(hours=2))
        sweeping.run_all(now=later(days=40))
        assert [mail for mail in mailoutbox if "evangelina" in str(mail.to)] == []
        assert not Message.objects.filter(contact=eva, state__in=("pending", "uncertain")).exists()

    def test_holds_when_an_import_brings_them_back(self, people, page, eva):
        erase(people, page)
        again, new = contacts.upsert_contact(email="Evangelina@Nordlys.example", name="Evangelina", now=later(days=1))
        assert new
        assert not contacts.may_be_mailed(again)
        assert sampling.why_not(again, factories.survey(), now=later(days=1))

    def test_takes_no_letter_into_their_case_any_more(self, people, page, case):
        erase(people, page)
        letter = correspondence.Letter(key="2", address="evangelina@nordlys.example", name="E", subject="x", text="x")
        with pytest.raises(Case.DoesNotExist):
            correspondence.receive(letter, case_id=case.pk, now=later(hours=2))
        assert CaseMail.objects.count() == 1

    def test_ends_what_they_agreed_to(self, people, favour, page, eva):
        assert Favour.objects.standing().filter(contact=eva).exists()
        erase(people, page)
        assert not Favour.objects.standing().filter(contact=eva).exists()

    def test_leaves_everybody_else_alone(self, people, page, eva):
        other = factories.case(2, owner=people.agent, comment="Mine stays.")
        erase(people, page)
        other = stories.as_it_is_now(other)
        assert (other.response.comment, other.contact.erased_at, other.is_open) == ("Mine stays.", None, True)

    def test_is_for_administrators(self, people, page):
        for who in (people.agent, people.lead, people.leader):
            with pytest.raises(access.NotAllowed):
                data_requests.erase(asked(page).pk, actor=who, now=later(hours=1))
        assert Contact.objects.filter(erased_at=None).count() == Contact.objects.count()

    def test_happens_once(self, people, page):
        request = erase(people, page)
        with pytest.raises(RequestRefused):
            data_requests.erase(request.pk, actor=people.admin, now=later(hours=2))

    def test_is_all_or_nothing(self, people, page, eva):
        def fail(**_kwargs):
            raise RuntimeError

        customer_erased.connect(fail, dispatch_uid="fails")
        try:
            with pytest.raises(RuntimeError):
                erase(people, page)
        finally:
            customer_erased.disconnect(dispatch_uid="fails")
        eva.refresh_from_db()
        assert (eva.name, eva.erased_at) == ("Evangelina", None)
        assert Response.objects.get().comment

    def test_waits_for_a_mail_that_is_leaving(self, people, page, eva):
        Message.objects.filter(contact=eva).update(state="sending", lease_until=later(hours=2))
        with pytest.raises(RequestRefused):
            erase(people, page)

    def test_of_somebody_unnamed_takes_their_words(self, people):
        case = factories.response(2, contact=None, comment="Narwhal").case
        erase(people, customer_pages.page_of(case, now=NOW))
        assert Response.objects.get(case=case).comment == ""
        assert customer_pages.find(customer_pages.token_of(customer_pages.page_of(case, now=NOW))) is None
        assert "Narwhal" not in everything_stored()

    def test_answers_what_else_they_asked(self, people, page):
        asked(page, "export")
        erase(people, page)
        assert data_requests.waiting() == 0


class TestTheGuardsOfTheDatabase:
    """Blanking is the one change a history takes, and it shows."""

    @pytest.fixture
    def attempt(self, people, case):
        workflow.attempt(
            case_id=case.pk, channel="phone", reached=True, note="Ibis", actor=people.agent, now=later(minutes=30)
        )
        return case.attempts.get()

    def refused(self, change):
        with pytest.raises(IntegrityError, match="loop guard"), transaction.atomic():
            change()

    def test_let_notes_be_blanked_and_not_rewritten(self, attempt):
        mine = type(attempt).objects.filter(pk=attempt.pk)
        self.refused(lambda: mine.update(note="Somebody else"))
        self.refused(lambda: mine.update(note="\u2014", reached=False))
        self.refused(lambda: mine.update(answers=[{"x": "y"}]))
        mine.update(note="\u2014", answers=[])
        assert mine.get().note == "\u2014"

    def test_let_a_line_of_the_timeline_be_blanked_once_and_visibly(self, case):
        event = CaseEvent.objects.filter(case=case, kind="note").get()
        mine = CaseEvent.objects.filter(pk=event.pk)
        self.refused(lambda: mine.update(data={"text": "Rewritten"}))
        self.refused(lambda: mine.update(data={"text": "x", "erased": True}, kind="opened"))
        mine.update(data={"text": "\u2014", "erased": True})
        self.refused(lambda: mine.update(data={"text": "Again", "erased": True}))

    def test_do_not_take_a_customer_s_words_for_the_mark(self, case):
        mine = CaseEvent.objects.filter(case=case, kind="note")
        self.refused(lambda: mine.update(data={"text": '"erased": true'}))

    def test_let_a_promise_be_blanked_also_when_it_has_ended(self, people, case):
        made = case.promises.get()
        promises.keep_promise(case_id=case.pk, promise_id=made.pk, actor=people.agent, now=later(hours=1))
        mine = type(made).objects.filter(pk=made.pk)
        self.refused(lambda: mine.update(what="Nothing"))
        self.refused(lambda: mine.update(what="\u2014", due_at=NOW))
        mine.update(what="\u2014")


class TestTheCopy:
    def test_is_all_there_is_of_them_and_nothing_of_others(self, people, favour, page):
        factories.case(1, owner=people.agent, comment="Somebody else's words.")
        text = json.dumps(data_requests.copy_of(asked(page, "export"), now=later(hours=1)), ensure_ascii=False)
        assert [trace for trace in TRACES if trace not in text] == []
        assert "Somebody else" not in text
        for person in people:
            assert person.email not in text
            assert f'"{person.name}"' not in text

    def test_can_be_fetched_from_their_page_once_it_is_given_and_for_a_month(self, people, page, monkeypatch):
        request = asked(page, "export", now=timezone.now())
        assert browser().get(own(page, "data/copy.json")).status_code == 404
        data_requests.give_copy(request.pk, actor=people.admin, now=timezone.now())
        given = browser().get(own(page, "data/copy.json"))
        assert given.json()["person"]["email"] == "evangelina@nordlys.example"
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert "Fetch the copy" in browser().get(own(page, "data/")).text
        assert data_requests.copy_for(page, now=timezone.now() + data_requests.COPY_KEPT * 1.1) is None

    def test_is_told_to_them_with_the_way_to_it(self, people, page, mailoutbox):
        data_requests.give_copy(asked(page, "export").pk, actor=people.admin, now=later(hours=1))
        mailoutbox.clear()
        sweeping.run_all(now=later(hours=1, minutes=1))
        (mail,) = [mail for mail in mailoutbox if mail.to == ["evangelina@nordlys.example"]]
        assert mail.subject == "The copy of your data"
        assert own(page, "data/") in mail.body

    def test_is_shown_on_their_page_in_words_with_addresses_veiled(self, page):
        shown = browser().get(own(page, "data/")).text
        assert "Renewal month" in shown
        assert "renewal_month" not in shown
        assert "evangelina@nordlys.example" not in shown


class TestTheSetupPage:
    def test_shows_what_waits_and_counts_it(self, people, page):
        request = asked(page)
        ada = browser(people.admin)
        assert ada.get(reverse("setup")).context["data_requests"] == 1
        assert "Evangelina" in ada.get(reverse("data-requests")).text
        amounts = {one.key: one.count for one in ada.get(reverse("data-request", args=[request.pk])).context["amounts"]}
        assert (amounts["answers"], amounts["open_cases"], amounts["letters"], amounts["promises"]) == (1, 1, 1, 1)

    def test_erases_only_when_ticked(self, people, page, eva):
        url = reverse("data-request", args=[asked(page, now=timezone.now()).pk])
        said = browser(people.admin).post(url, {"do": "erase"})
        assert said.status_code == 400
        assert "Tick that you are sure" in said.text
        said = browser(people.admin).post(url, {"do": "erase", "sure": "1"}, follow=True)
        assert "Everything personal is erased." in said.text
        eva.refresh_from_db()
        assert eva.erased_at

    def test_declines_with_a_reason_the_customer_reads(self, people, page, mailoutbox):
        url = reverse("data-request", args=[asked(page, now=timezone.now()).pk])
        assert browser(people.admin).post(url, {"do": "decline"}).status_code == 400
        browser(people.admin).post(url, {"do": "decline", "reason": "We must keep invoices."})
        assert "We must keep invoices." in browser().get(own(page, "data/")).text
        mailoutbox.clear()
        sweeping.run_all(now=timezone.now())
        assert any("We must keep invoices." in mail.body for mail in mailoutbox)

    def test_notes_what_was_asked_by_mail(self, people, eva):
        said = browser(people.admin).post(
            reverse("data-requests"), {"who": "evangelina@nordlys.example", "wanted": "erase"}, follow=True
        )
        request = DataRequest.objects.get()
        assert said.redirect_chain[-1][0] == reverse("data-request", args=[request.pk])
        assert (request.contact, request.noted_by, request.case) == (eva, people.admin, None)
        data_requests.erase(request.pk, actor=people.admin, now=NOW)
        with pytest.raises(RequestRefused):
            data_requests.note(eva, Wanted.ERASURE, actor=people.admin, now=NOW)

    def test_says_when_nobody_fits(self, people):
        said = browser(people.admin).post(reverse("data-requests"), {"who": "nobody", "wanted": "erase"})
        assert "Nobody like that is known." in said.text

    def test_gives_the_copy_as_a_file(self, people, page):
        said = browser(people.admin).get(reverse("data-request-copy", args=[asked(page, "export").pk]))
        assert said.json()["person"]["name"] == "Evangelina"
