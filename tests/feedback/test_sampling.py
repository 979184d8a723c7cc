"""Who may be asked now, and if not, why not? Each reason by itself, in its order, and again when a mail is to leave."""

from datetime import timedelta

import pytest
from django.db.models import Q

from feedback import complaints, contacts, invitations, sampling
from feedback.models import Invitation, ProgrammeRules, Suppression, Wave
from feedback.sampling import Bar, Quiet
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva():
    return factories.contact("Eva", account=factories.account("Fjord AB"))


@pytest.fixture
def survey():
    return factories.survey()


def why_not(contact, key="relational", now=NOW):
    return sampling.why_not(contact, factories.survey(key), now=now)


def asked(contact, *, at=NOW, key="relational", sent=True):
    """The contact was invited, and the mail left unless it waits."""
    invitation = invitations.invite(survey=factories.survey(key), contact=contact, due_at=at, now=at)
    if sent:
        invitations.mark_sent(invitation.pk, now=at)
    return Invitation.objects.get(pk=invitation.pk)


def suppress(contact, reason):
    Suppression.objects.create(address_hash=contact.address_hash, reason=reason, created_at=NOW)


def silent_since(contact, days):
    asked(contact, at=NOW - timedelta(days=days))


#: What makes each bar hold; all others are open then.
SITUATIONS = {
    "no_address": lambda eva: type(eva).objects.filter(pk=eva.pk).update(email="", address_hash=""),
    "opted_out": lambda eva: type(eva).objects.filter(pk=eva.pk).update(opted_out_at=NOW),
    "bounced": lambda eva: suppress(eva, "bounced"),
    "suppressed": lambda eva: suppress(eva, "unsubscribed"),
    "complaint": lambda eva: complaints.report(eva, reason="The roof leaks.", by="anna@loop.example", now=NOW),
    "open_case": lambda eva: factories.response(2, contact=eva, now=NOW - timedelta(days=400)),
    "about_to_be_mailed": lambda eva: asked(eva, at=later(days=13), sent=False),
    "mailed_recently": lambda eva: asked(eva, at=NOW - timedelta(days=13), key="recovery"),
    "answered_recently": lambda eva: factories.response(9, contact=eva, now=NOW - timedelta(days=364)),
    "silent_recently": lambda eva: silent_since(eva, 89),
}


class TestABar:
    def test_has_a_situation_here(self):
        by_mail = [bar.reason for bar in sampling._bars if bar.reason != "no_mobile"]  # that one is about text messages
        assert by_mail == list(SITUATIONS)

    @pytest.mark.parametrize("reason", SITUATIONS)
    def test_keeps_a_contact_from_being_asked(self, eva, reason):
        assert why_not(eva) == ""
        SITUATIONS[reason](eva)
        assert why_not(eva) == reason

    @pytest.mark.parametrize("reason", SITUATIONS)
    def test_is_all_that_keeps_them(self, eva, reason, monkeypatch):
        SITUATIONS[reason](eva)
        monkeypatch.setattr(sampling, "_bars", [bar for bar in sampling._bars if bar.reason != reason])
        assert why_not(eva) == ""

    @pytest.mark.parametrize("reason", SITUATIONS)
    def test_leaves_others_alone(self, eva, reason):
        SITUATIONS[reason](eva)
        assert why_not(factories.contact("Bo", account=eva.account)) == ""

    @pytest.mark.parametrize("reason", SITUATIONS)
    def test_says_in_words_what_it_is(self, reason):
        assert str(sampling.words()[reason])

    def test_that_comes_first_is_the_one_that_is_told(self, eva):
        for situation in reversed(list(SITUATIONS.values())[1:6]):
            situation(eva)
            Suppression.objects.filter(reason="unsubscribed").delete()
        assert why_not(eva) == "opted_out"

    def test_can_be_added_once_before_another(self, eva, monkeypatch):
        monkeypatch.setattr(sampling, "_bars", list(sampling._bars))
        weekend = Bar("weekend", "it is the weekend", lambda _question: Q(pk__gt=0))
        sampling.register(weekend, before="complaint")
        sampling.register(weekend)
        reasons = [bar.reason for bar in sampling._bars]
        assert reasons.count("weekend") == 1
        assert reasons.index("weekend") == reasons.index("complaint") - 1
        assert why_not(eva) == "weekend"


class TestQuietPeriods:
    def test_end_a_year_after_an_answer(self, eva):
        factories.response(9, contact=eva, now=NOW)
        assert why_not(eva, now=later(days=364)) == "answered_recently"
        assert why_not(eva, now=later(days=365)) == ""

    def test_end_ninety_days_after_a_mail_nobody_answered(self, eva):
        asked(eva)
        assert why_not(eva, now=later(days=13)) == "mailed_recently"
        assert why_not(eva, now=later(days=89)) == "silent_recently"
        assert why_not(eva, now=later(days=90)) == ""

    def test_hold_over_all_surveys(self, eva):
        asked(eva, key="product")
        assert why_not(eva, "relational", now=later(days=20)) == "silent_recently"
        factories.response(9, contact=eva, survey_key="transactional", now=later(days=21))
        assert why_not(eva, "product", now=later(days=200)) == "answered_recently"

    def test_begin_again_with_a_reminder(self, eva):
        invitation = asked(eva)
        invitations.mark_reminded(invitation.pk, now=later(days=7))
        assert why_not(eva, now=later(days=20)) == "mailed_recently"

    def test_are_not_begun_by_a_recovery_survey(self, eva):
        invitation = asked(eva, key="recovery")
        factories.response(9, contact=eva, survey_key="recovery", invitation=invitation, now=later(days=1))
        assert why_not(eva, now=later(days=13)) == "mailed_recently"  # but it was a mail
        assert why_not(eva, now=later(days=14)) == ""

    def test_are_begun_by_an_imported_answer(self, eva):
        factories.response(9, contact=eva, source="import:relational", now=NOW - timedelta(days=100))
        assert why_not(eva) == "answered_recently"

    def test_are_not_begun_by_an_answer_of_a_machine(self, eva):
        response = factories.response(9, contact=eva, now=NOW)
        response.retracted_at = NOW
        response.save(update_fields=["retracted_at"])
        assert why_not(eva, now=later(days=1)) == ""

    def test_of_silence_are_not_ended_by_an_answer_of_a_machine(self, eva):
        invitation = asked(eva)
        response = factories.response(9, contact=eva, invitation=invitation, now=NOW)
        response.retracted_at = NOW
        response.save(update_fields=["retracted_at"])
        assert why_not(eva, now=later(days=20)) == "silent_recently"

    def test_are_not_begun_by_a_mail_that_came_back(self, eva):
        invitation = asked(eva)
        Invitation.objects.filter(pk=invitation.pk).update(bounced_at=NOW)
        assert why_not(eva, now=later(days=20)) == ""

    def test_are_what_the_rules_say(self, eva):
        ProgrammeRules.objects.create(pk=1, after_answer_days=30, after_silence_days=20, between_mails_days=5)
        asked(eva)
        assert why_not(eva, now=later(days=4)) == "mailed_recently"
        assert why_not(eva, now=later(days=19)) == "silent_recently"
        assert why_not(eva, now=later(days=20)) == ""
        factories.response(9, contact=eva, now=later(days=20))
        assert why_not(eva, now=later(days=49)) == "answered_recently"
        assert why_not(eva, now=later(days=50)) == ""

    def test_can_be_a_rules_own(self, eva, survey):
        factories.response(9, contact=eva, now=NOW)
        quiet = Quiet(after_answer=10, after_silence=10, between_mails=10)
        assert sampling.why_not(eva, survey, now=later(days=11), quiet=quiet) == ""

    def test_are_read_without_writing_anything(self, eva):
        assert sampling.rules().after_answer_days == 365
        assert sampling.rules().closed_months == [7]
        assert not ProgrammeRules.objects.exists()


class TestAMailThatIsAboutToLeave:
    def of_a_wave(self, contact, *, due_at=NOW):
        wave = Wave.objects.create(
            survey=factories.survey(), name="November", method="whole", seed=1, starts_on=NOW.date(), created_at=NOW
        )
        invitation = asked(contact, at=due_at, sent=False)
        Invitation.objects.filter(pk=invitation.pk).update(wave=wave)
        return Invitation.objects.get(pk=invitation.pk)

    def why_not_leave(self, invitation, now=NOW):
        return sampling.why_not_leave(Invitation.objects.get(pk=invitation.pk), now=now)

    @pytest.mark.parametrize("reason", [name for name in SITUATIONS if name != "about_to_be_mailed"])
    def test_of_a_wave_is_held_back_by_what_has_come_up_since(self, eva, reason):
        invitation = self.of_a_wave(eva)
        assert self.why_not_leave(invitation) == ""
        SITUATIONS[reason](eva)
        if reason == "complaint":
            Invitation.objects.filter(pk=invitation.pk).update(cancelled_at=None, cancel_reason="")
        assert self.why_not_leave(invitation) == reason

    def test_is_not_held_back_by_itself(self, eva):
        invitation = self.of_a_wave(eva)
        invitations.mark_sent(invitation.pk, now=NOW)
        assert self.why_not_leave(invitation, now=later(days=7)) == ""  # its reminder

    def test_gives_way_to_the_one_that_was_due_before_it_and_not_the_other_way(self, eva):
        second, first = self.of_a_wave(eva), self.of_a_wave(eva, due_at=NOW - timedelta(hours=1))
        assert self.why_not_leave(second) == ""  # their waves are not approved yet
        Wave.objects.update(announced_at=NOW, scheduled_at=NOW, approved_at=NOW)
        for wave in Wave.objects.all():
            wave.mark_planned()
            wave.approve()
            wave.save(update_fields=["state"])
        assert self.why_not_leave(second) == "about_to_be_mailed"
        assert self.why_not_leave(first) == ""

    def test_of_two_due_at_once_exactly_one_leaves(self, eva):
        both = [asked(eva, sent=False), asked(eva, sent=False)]
        assert sorted(self.why_not_leave(each) for each in both) == ["", "about_to_be_mailed"]

    def test_does_not_wait_for_a_link_that_has_run_out(self, eva):
        first, second = asked(eva, sent=False), asked(eva, sent=False)
        Invitation.objects.filter(pk=first.pk).update(expires_at=NOW)
        assert self.why_not_leave(second) == ""

    @pytest.mark.parametrize("reason", ["answered_recently", "silent_recently"])
    def test_outside_a_wave_has_the_quiet_period_of_whoever_asked(self, eva, reason):
        invitation = asked(eva, key="transactional", sent=False)
        SITUATIONS[reason](eva)
        assert self.why_not_leave(invitation) == ""

    @pytest.mark.parametrize("reason", ["complaint", "open_case", "mailed_recently"])
    def test_outside_a_wave_is_held_back_all_the_same(self, eva, reason):
        invitation = asked(eva, key="transactional", sent=False)
        SITUATIONS[reason](eva)
        assert self.why_not_leave(invitation) == reason

    @pytest.mark.parametrize("reason", ["no_address", "opted_out", "bounced", "suppressed"])
    def test_after_a_case_is_held_back_by_what_forbids_any_mail(self, eva, reason):
        invitation = asked(eva, key="recovery", sent=False)
        SITUATIONS[reason](eva)
        assert self.why_not_leave(invitation) == reason

    @pytest.mark.parametrize(
        "reason", ["complaint", "open_case", "mailed_recently", "answered_recently", "silent_recently"]
    )
    def test_after_a_case_passes_the_rules_of_the_programme(self, eva, reason):
        invitation = asked(eva, key="recovery", sent=False)
        SITUATIONS[reason](eva)
        assert self.why_not_leave(invitation) == ""

    def test_asks_in_one_query_besides_the_rules(self, eva, django_assert_num_queries):
        invitation = Invitation.objects.select_related("survey").get(pk=self.of_a_wave(eva).pk)
        with django_assert_num_queries(2):
            sampling.why_not_leave(invitation, now=NOW)


class TestAnAddressSharedByTwoContacts:
    def test_that_opted_out_at_one_account_is_mailed_at_neither(self, eva):
        other = factories.contact("Eva", account=factories.account("Berg AS"), email=eva.email)
        contacts.opt_out(eva, now=NOW)
        assert why_not(other) == "suppressed"

    def test_is_found_whatever_its_case(self, eva):
        other = factories.contact("Eva", account=factories.account("Berg AS"), email=eva.email.upper())
        suppress(eva, "bounced")
        assert why_not(other) == "bounced"
