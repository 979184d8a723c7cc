"""A promoter or passive who complains in words is called, by a rule; no figure of recovery counts such a case."""

import pytest

from feedback import responses
from feedback.editing import ChangedMeanwhile, Edit
from feedback.models import Response
from loop import outcomes, search, word_lists, word_rules, workflow
from loop.changes import ChangeRefused
from loop.models import Case, Outcome, RootCause, WordRule
from loop.reporting import recovery_pairs
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

BROKEN = "Great people. But the export is broken."


def switched_on(survey="relational", **facts) -> WordRule:
    words = {language: list(listed) for language, listed in word_lists.COMPLAINTS.items()}
    fields = {"for_promoters": True, "for_passives": True, "words": words, **facts}
    return WordRule.objects.create(survey=factories.survey(survey), **fields)


@pytest.fixture
def tove(people):
    account = factories.account("Fjord AS", owner=people.agent)
    return factories.contact("Tove", account=account, language="en")


class TestWithoutARule:
    def test_praise_and_complaint_of_a_promoter_open_nothing(self, tove):
        factories.response(9, contact=tove, comment=BROKEN)
        assert not Case.objects.exists()

    def test_a_rule_begins_with_our_words_and_switched_off(self):
        rule = word_rules.rule_of(factories.survey())
        assert (rule.for_promoters, rule.for_passives) == (False, False)
        assert set(rule.words) == {"en", "sv", "nb", "da", "fi"}
        assert WordRule().words == {}


class TestAnAnswer:
    def test_of_a_promoter_with_a_complaint_opens_a_case_that_says_why(self, people, tove):
        switched_on()
        case = factories.response(9, contact=tove, comment=BROKEN).case
        assert (case.state, case.owner, case.opened_by_word) == ("new", people.agent, "broken")
        (opened,) = stories.told(case, "opened")
        assert (opened["rule"], opened["word"], opened["survey"]) == ("words", "broken", "relational")

    def test_is_due_like_any_other_that_is_not_among_the_lowest(self, tove):
        switched_on()
        case = factories.response(9, contact=tove, comment=BROKEN).case
        usual = factories.response(6, contact=factories.contact("Bo", account=tove.account)).case
        assert (case.contact_due_at, case.resolve_due_at) == (usual.contact_due_at, usual.resolve_due_at)

    def test_without_such_a_word_opens_none(self, tove):
        switched_on()
        factories.response(9, contact=tove, comment="Great people, and the export is a joy.")
        assert not Case.objects.exists()

    def test_of_a_passive_opens_none_where_the_rule_is_for_promoters(self, tove):
        switched_on(for_passives=False)
        factories.response(8, contact=tove, comment=BROKEN)
        assert not Case.objects.exists()
        factories.response(9, contact=tove, comment=BROKEN)
        assert Case.objects.count() == 1

    def test_to_another_survey_opens_none(self, tove):
        switched_on("product")
        factories.response(9, contact=tove, comment=BROKEN)
        assert not Case.objects.exists()

    def test_told_twice_opens_one(self, tove):
        switched_on()
        for _time in range(2):
            factories.response(9, contact=tove, comment=BROKEN, external_id="A-1")
        answer = Response.objects.get()
        responses.record_response(
            survey=answer.survey, contact=tove, score=9, comment=BROKEN + "!", source="page", corrects=answer, now=NOW
        )
        assert Case.objects.count() == 1

    def test_of_a_detractor_opens_its_case_for_the_score(self, tove):
        switched_on()
        assert factories.response(3, contact=tove, comment=BROKEN).case.opened_by_word == ""

    def test_that_gets_its_words_later_opens_the_case_then(self, tove):
        switched_on()
        answer = factories.response(9, contact=tove)
        assert not Case.objects.exists()
        correct(answer, 9, BROKEN)
        assert Case.objects.get().opened_by_word == "broken"

    def test_that_is_put_right_within_minutes_withdraws_it(self, tove):
        switched_on()
        answer = factories.response(9, contact=tove, comment=BROKEN)
        correct(answer, 9, "Great people.")
        case = Case.objects.get()
        assert (case.state, case.resolution) == ("resolved", "withdrawn")
        assert "needs no call any more" in stories.told(case, "withdrawn")[0]["reason"]

    def test_corrected_upwards_from_a_low_score_keeps_the_case_for_its_words(self, tove):
        switched_on()
        answer = factories.response(3, contact=tove, comment=BROKEN)
        correct(answer, 9, BROKEN)
        assert Case.objects.get().is_open

    def test_that_asks_for_a_call_opens_a_case_without_any_rule(self, tove):
        assert factories.response(10, contact=tove, wants_callback=True).case.opened_by_word == ""

    def test_can_be_found_by_its_words(self, people, tove):
        switched_on()
        case = factories.response(9, contact=tove, comment=BROKEN).case
        assert search.cases_found(Case.objects.all(), "broken", 5) == [case]


class TestTheFigures:
    def solved(self, case):
        factories.reach(case, now=later(hours=1))
        return workflow.resolve(
            case_id=case.pk,
            root_cause=RootCause.objects.get(key="product"),
            summary="Repaired.",
            actor=None,
            now=later(hours=2),
        )

    def test_such_a_case_asks_nobody_again(self, tove):
        switched_on()
        case = self.solved(factories.response(8, contact=tove, comment=BROKEN).case)
        assert case.recovery_invitation is None

    def test_a_better_score_later_is_no_recovery(self, tove):
        switched_on()
        self.solved(factories.response(8, contact=tove, comment=BROKEN).case)
        factories.response(10, contact=tove, now=later(days=40))
        assert not Outcome.objects.exists()
        assert outcomes.close_unanswered(now=later(days=90)) == 0

    def test_a_worse_score_later_opens_a_case_of_its_own(self, tove):
        switched_on()
        first = self.solved(factories.response(9, contact=tove, comment=BROKEN).case)
        second = factories.response(8, contact=tove, now=later(days=40))
        assert not hasattr(Response.objects.get(pk=second.pk), "case")
        third = factories.response(2, contact=tove, now=later(days=80))
        assert Case.objects.get(response=third).state == "new"
        assert Case.objects.get(pk=first.pk).reopened_count == 0

    def test_the_recovery_report_does_not_know_it(self, people, tove):
        switched_on()
        self.solved(factories.response(9, contact=tove, comment=BROKEN).case)
        assert not recovery_pairs.detractor_cases(Case.objects.all()).exists()

    def test_a_low_score_that_got_better_still_is_one(self, tove):
        switched_on()
        self.solved(factories.response(3, contact=tove, comment=BROKEN).case)
        factories.response(9, contact=tove, comment="Better.", now=later(days=40))
        assert Outcome.objects.get().verdict == "recovered"


class TestWords:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "I’m DISAPPOINTED with support"),
            ("en", "The app doesn’t work on my phone"),
            ("sv", "Jag är besviken på supporten"),
            ("sv", "Exporten FUNGERAR INTE alls"),
            ("nb", "Vi er misfornøyde med leveransen"),
            ("da", "Appen virker ikke på min telefon"),
            ("da", "Skærmen var ødelagt"),
            ("fi", "Olemme tyytymättömiä laskutukseen"),
            ("fi", "Vienti ei toimi"),
        ],
    )
    def test_of_our_lists_find_what_customers_write(self, language, text):
        assert word_rules.find(text, word_lists.COMPLAINTS[language])

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "Everything works, and answers come quickly"),
            ("sv", "Allt fungerar fint, snabba svar"),
            ("nb", "Alt virker fint, raske svar"),
            ("da", "Alt virker fint, hurtige svar"),
            ("fi", "Kaikki toimii, nopeat vastaukset"),
        ],
    )
    def test_of_our_lists_leave_praise_alone(self, language, text):
        assert not word_rules.find(text, word_lists.COMPLAINTS[language])

    @pytest.mark.parametrize(
        ("word", "text", "found"),
        [
            ("missnöj", "MISSNOJD", True),
            ("ödelagt", "ødelagt", True),
            ("not working", "It is not  working!", True),
            ("not working", "It is working, not bad", False),
            ("bug", "debugging", False),
            ("bug", "A bug.", True),
            ("e", "", False),
        ],
    )
    def test_begin_a_word_whatever_capitals_and_accents(self, word, text, found):
        assert bool(word_rules.find(text, [word])) == found

    def test_of_the_answers_own_language_count(self, people):
        """“fel” is wrong in Swedish and begins “felt” in English."""
        switched_on(words={"sv": ["fel"], "en": ["broken"]})
        for language, opens in (("en", False), ("en-GB", False), ("sv", True), ("", True), ("de", True)):
            person = factories.contact(language=language)
            answer = factories.response(9, contact=person, comment="It felt good")
            assert Case.objects.filter(response=answer).exists() == opens, language

    def test_norwegian_by_any_name_is_read_with_the_norwegian_list(self):
        switched_on(words={"nb": ["dårlig"]})
        person = factories.contact(language="no")
        assert factories.response(9, contact=person, comment="Dårlig opplæring").case

    def test_of_the_language_the_answer_was_given_in_go_before_the_contacts(self):
        switched_on(words={"sv": ["fel"], "en": ["broken"]})
        person = factories.contact(language="sv")
        answer = factories.response(9, contact=person, comment="It felt good", language="en")
        assert not Case.objects.filter(response=answer).exists()


class TestTryingARule:
    def test_says_which_answers_of_the_last_month_it_would_have_opened_cases_for(self, tove):
        wanted = factories.response(9, contact=tove, comment=BROKEN)
        factories.response(8, contact=tove, comment="Fine.", now=later(hours=1))
        factories.response(9, contact=tove, comment=BROKEN, now=later(days=-31))
        factories.response(3, contact=tove, comment=BROKEN)
        rule = word_rules.changed(
            factories.survey(), {"for_promoters": True, "for_passives": True, "words": word_lists.COMPLAINTS}
        )
        would = word_rules.would_open(rule, now=later(hours=2))
        assert would.looked_at == 2
        assert [(one.response, one.word) for one in would.found] == [(wanted, "broken")]
        assert not WordRule.objects.exists()

    @pytest.mark.parametrize(
        "words", [{"en": ["ab"]}, {"en": ["x" * 61]}, {"en": [f"word{n}" for n in range(101)]}, {}]
    )
    def test_with_words_that_are_none_is_refused(self, words):
        with pytest.raises(ChangeRefused):
            word_rules.changed(
                factories.survey(), {"for_promoters": True, "for_passives": False, "words": {"en": words}}
            )

    def test_is_stored_once_by_whoever_is_faster(self, people):
        facts = {"for_promoters": True, "for_passives": False, "words": {"en": ["broken"]}}
        survey = factories.survey()
        first = word_rules.change(survey, facts, actor=people.admin, edit=Edit(people.admin.email, NOW, 0), now=NOW)
        assert first.version == 1
        with pytest.raises(ChangedMeanwhile):
            word_rules.change(survey, facts, actor=people.admin, edit=Edit("b@loop.example", NOW, 0), now=NOW)


def correct(answer, score, comment):
    responses.record_response(
        survey=answer.survey,
        contact=answer.contact,
        score=score,
        comment=comment,
        source="page",
        corrects=answer,
        by_person=True,
        now=later(minutes=2),
    )
