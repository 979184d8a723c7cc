"""Finding cases by words: alike on both databases, in any capitals, and never what somebody may not see."""

import unicodedata

import pytest
from django.db import connection
from django.db.models import Q

from feedback import responses
from feedback.models import Account, Contact
from loop import access, search
from loop.models import Case
from tests import factories
from tests.factories import NOW, later
from tests.feedback import sendings

pytestmark = pytest.mark.django_db


@pytest.fixture
def karin(people):
    account = factories.account("Holmgren Åkeri AB", owner=people.agent)
    contact = factories.contact("Karin Ødegård", account=account, email="karin.o@customer.example")
    return factories.response(2, contact=contact, comment="Fel på FAKTURAN igen, 50% för mycket_").case


@pytest.fixture
def other(people):
    account = factories.account("Nordisk Bygg AS", owner=people.agent)
    return factories.response(3, contact=factories.contact("Bo Ek", account=account), comment="Ingen ringer.").case


def found(text, user):
    return list(search.matching(access.visible_cases(user), text).order_by("pk"))


def test_who_left_a_name_at_a_station_is_found_by_it(people):
    open_link = factories.response(2, respondent_name="Åse Dahl", respondent_email="ase@customer.example").case
    for text in ("åse", "dahl", "ase@customer", "ÅSE customer.example", "ås"):
        assert found(text, people.admin) == [open_link]
    assert found("åsa", people.admin) == []


class TestWhatIsFound:
    @pytest.mark.parametrize(
        "text",
        [
            "karin", "KARIN", "ødegård", "ØDEGÅRD", "degå", "åkeri", "ÅKERI", "Åk", "karin.o@", "fakturan", "Fel på",
            "karin igen", "igen holmgren karin", "50%", "mycket_", "på fakturan",
        ],
    )  # fmt: skip
    def test_a_part_of_a_word_in_any_capitals(self, people, karin, other, text):
        assert found(text, people.agent) == [karin]

    @pytest.mark.parametrize("text", ["akeri ab", "odegard", "karin ringer", "5_%", "50_", "%fel", "[k]arin", "kar*"])
    def test_a_letter_is_itself_and_no_sign_stands_for_others(self, people, karin, other, text):
        assert found(text, people.agent) == []

    @pytest.mark.parametrize("letters", ["åäöøæ", "éüðþ"])
    def test_every_letter_has_its_capital(self, people, letters):
        case = factories.case(owner=people.agent, comment=f"x{letters}x")

        assert found(letters.upper(), people.agent) == found(letters, people.agent) == [case]

    def test_letters_typed_in_two_parts_are_the_same_letters(self, people, karin, other):
        assert found(unicodedata.normalize("NFD", "åkeri"), people.agent) == [karin]

    def test_a_number_is_that_of_a_case(self, people, karin, other):
        assert found(f"#{other.pk}", people.agent) == [other]
        assert other in found(str(other.pk), people.agent)

    @pytest.mark.parametrize("text", ["#99999999999999999999", "\x00", "9" * 200, "#", "' OR 1=1 --"])
    def test_odd_words_find_nothing_and_break_nothing(self, people, karin, text):
        assert found(text, people.agent) == ([karin] if text == "\x00" else [])

    def test_words_of_a_corrected_answer_are_found_although_it_is_a_promoters_now(self, people):
        eva = factories.contact(account=factories.account(owner=people.agent))
        asked = sendings.invite(eva)
        sendings.take(asked, 2, comment="bad")
        sendings.take(asked, 9, seconds=3600, comment="needle")

        assert found("needle", people.agent) == [Case.objects.get()]

    def test_words_of_somebody_happy_who_wants_a_call_are_found(self, people):
        eva = factories.contact(account=factories.account(owner=people.agent))
        answer = responses.record_response(
            survey=factories.survey(),
            contact=eva,
            score=9,
            comment="needle",
            wants_callback=True,
            source="test",
            now=NOW,
        )

        assert found("needle", people.agent) == [answer.response.case]

    def test_a_word_that_very_many_hold_is_found_too(self, people, karin, other, monkeypatch):
        monkeypatch.setattr(search, "NAMED_AT_MOST", 1)

        assert found("ing", people.agent) == [other]
        assert found("n", people.agent) == [other]
        assert len(found("holmgren", people.agent)) == 1


class TestShortWords:
    def test_find_beginnings_of_names_only(self, people, karin, other):
        assert found("bo", people.agent) == [other]
        assert found("ek", people.agent) == [other]
        assert found("in", people.agent) == []

    def test_and_that_is_known(self):
        assert search.is_short("bo ek")
        assert not search.is_short("bo ekman")
        assert not search.is_short(" ")


class TestWhoFinds:
    @pytest.mark.parametrize(
        ("name", "finds"),
        [("agent", True), ("colleague", False), ("lead", True), ("other_agent", False), ("other_lead", False),
         ("leader", True), ("admin", True)],
    )  # fmt: skip
    @pytest.mark.parametrize("text", ["karin", "fakturan", "åkeri", "ka", "#number"])
    def test_only_who_sees_the_case(self, people, karin, name, finds, text):
        words = text.replace("number", str(karin.pk))

        assert found(words, getattr(people, name)) == ([karin] if finds else [])


class TestForTheMenu:
    def test_open_cases_come_first_by_what_is_due_then_the_latest_closed(self, people):
        old = factories.resolved_case(owner=people.agent, contact_name="Karin A")
        new = factories.resolved_case(owner=people.agent, contact_name="Karin B", now=later(days=1))
        calm = factories.case(6, owner=people.agent, contact_name="Karin C", now=later(days=2))
        urgent = factories.case(1, owner=people.agent, contact_name="Karin D", now=later(days=2))

        first = search.cases_found(access.visible_cases(people.agent), "karin", 3)

        assert [case.pk for case in first] == [urgent.pk, calm.pk, new.pk]
        assert old not in first


class TestTheFirstFew:
    """However little of a list is read at once, they are the first of all that fit, in their order."""

    @pytest.fixture
    def many(self, people):
        words = ["common", "common rare", "", "common", "", "", "", "", "", "common", "", "common rare"]
        return [
            factories.case(owner=people.agent, comment=word or "calm", now=later(hours=place))
            for place, word in enumerate(words)
        ]

    @pytest.mark.parametrize("text", ["common", "rare", "rare common", "calm", "nobody", "#7"])
    @pytest.mark.parametrize("order", [("next_due_at", "pk"), ("-next_due_at", "-pk")])
    @pytest.mark.parametrize("most", [1, 2, 3, 5, 20])
    @pytest.mark.parametrize("named", [1, 3, 2000])
    def test_are_those_of_the_whole_list(self, people, many, monkeypatch, text, order, most, named):
        monkeypatch.setattr(search, "READ_AT_ONCE", 2)
        monkeypatch.setattr(search, "READ_FIRST", 5)
        monkeypatch.setattr(search, "NAMED_AT_MOST", named)
        cases = access.visible_cases(people.agent).open()
        whole = [case.pk for case in search.matching(cases, text).order_by(*order)]

        looked = search.Looked(text, cases.db)

        assert search.first(cases, looked, order, most) == whole[:most]
        assert search.first(cases, looked, order, most) == whole[:most]  # what it knows by now changes nothing

    def test_of_a_common_word_take_one_statement(self, people, many, django_assert_num_queries):
        cases = access.visible_cases(people.leader)
        with django_assert_num_queries(1):
            search.first(cases, search.Looked("common", cases.db), ("next_due_at", "pk"), 3)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (Contact.objects.filter(name__has_word="zebra"), "contact_name_words"),
        (Contact.objects.filter(email__has_word="zebra"), "contact_email_words"),
        (Contact.objects.filter(name__begins_word="zb"), "contact_name_words"),
        (Account.objects.filter(name__has_word="zebra"), "account_name_words"),
    ],
)
def test_postgresql_can_answer_from_the_index(rows, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert index in rows.explain()


@pytest.mark.postgres
def test_postgresql_can_answer_from_the_index_over_comments():
    found = responses.Response.objects.filter(search.WITH_INDEXED_COMMENT, Q(comment__has_word="zebra"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        assert "response_comment_words" in found.explain()
