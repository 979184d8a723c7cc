"""Whatever people, customers and the clock do to cases in whatever order, some things always hold.

Hypothesis makes up weeks of work: answers, corrections, steps by people who may and who may not, on versions new and
old, hours going by, somebody leaving. `LOOP_STATEFUL_EXAMPLES=2000` looks longer.
"""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from feedback import invitations, responses
from feedback.models import Invitation, Response
from loop import access, holds, outcomes, reminders, steps, triage, workflow
from loop.models import Case, CaseEvent, Outcome, Promise, Role, RootCause
from tests import factories, stories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = int(os.environ.get("LOOP_STATEFUL_EXAMPLES", "20"))
CASES = st.integers(0, 9)
SCORES = st.integers(0, 10)
ACTORS = st.sampled_from(["anna", "kim", "lars", "lena", "loop", "loop"])
VERSIONS = st.sampled_from(["none", "none", "now", "now", "stale"])

# Lines of the timeline that a step wrote, and which therefore raised the version. The first assignment came with the
# opening.
STEP_LINES = {
    "assigned", "attempt", "next_try", "held", "resumed", "promised", "promise_kept", "promise_moved",
    "promise_withdrawn", "note", "escalated", "resolved", "not_reached", "withdrawn", "reopened",
}  # fmt: skip


def state_told_by(kinds_and_data):
    """The state a case must be in, after what its timeline says happened."""
    state, reached = "", False
    for kind, data in kinds_and_data:
        if kind == "opened":
            state = "new"
        elif kind == "attempt" and data["reached"]:
            state, reached = "contacted", True
        elif kind in {"resolved", "not_reached", "withdrawn"}:
            state = "resolved"
        elif kind == "reopened":
            state = "contacted" if reached else "new"
    return state


class Weeks(RuleBasedStateMachine):
    """One made-up stretch of work, undone when it ends."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = factories.NOW
        self.versions = {}
        self.first_times = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def begin(self):
        north = factories.team("North")
        self.people = {
            "anna": factories.user("Anna", team=north),
            "kim": factories.user("Kim", team=north),
            "lars": factories.user("Lars", role=Role.LEAD, team=north),
            "lena": factories.user("Lena", role=Role.LEADERSHIP),
            "loop": None,
        }
        nordlund = factories.account(owner=self.people["anna"])
        self.customers = [factories.contact(account=nordlund), factories.contact(account=factories.account())]
        self.billing = RootCause.objects.get(key="billing")

    # -- What customers do ------------------------------------------------------------------------------------------

    @rule(customer=st.integers(0, 1), score=SCORES, wants_callback=st.booleans())
    def answers(self, customer, score, wants_callback):
        self.pass_time(minutes=7)
        asked = invitations.invite(
            survey=factories.survey(), contact=self.customers[customer], due_at=self.now, now=self.now
        )
        self.answer(asked, score, wants_callback=wants_callback)

    @precondition(lambda self: Invitation.objects.filter(response__isnull=False).exists())
    @rule(which=CASES, score=SCORES)
    def corrects_an_answer(self, which, score):
        self.pass_time(minutes=7)
        answered = list(Invitation.objects.filter(response__isnull=False).order_by("-pk"))
        self.answer(answered[which % len(answered)], score)

    @precondition(lambda self: Invitation.objects.filter(survey__key="recovery", cancelled_at=None).exists())
    @rule(which=CASES, score=SCORES)
    def answers_the_recovery_survey(self, which, score):
        waiting = list(Invitation.objects.filter(survey__key="recovery", cancelled_at=None).order_by("pk"))
        asked = waiting[which % len(waiting)]
        self.now = max(self.now, asked.due_at) + timedelta(hours=5)
        invitations.mark_sent(asked.pk, now=self.now)
        self.pass_time(hours=1)
        self.answer(asked, score)

    @rule(score=SCORES)
    def answers_while_opening_is_broken(self, score):
        def fails(*args, **kwargs):
            raise RuntimeError("a bug of ours")

        self.pass_time(minutes=7)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(triage, "triage", fails)
            response = factories.response(score, contact=self.customers[0], now=self.now)
        assert not Case.objects.filter(response=response).exists()

    def answer(self, invitation, score, **details):
        response = responses.record_response(
            survey=invitation.survey,
            contact=invitation.contact,
            invitation=invitation,
            score=score,
            source="page",
            now=self.now,
            **details,
        ).response
        assert response.triaged_at is not None
        if response.is_detractor:
            followed_up = Case.objects.filter(response=response).exists()
            assert followed_up or Outcome.objects.filter(response=response).exists()

    # -- What people do ---------------------------------------------------------------------------------------------

    def step(self, name, which, actor, version, **needs):
        """Take a step, as the page would: refused or not, it is done whole or not at all, and the buttons knew."""
        cases = list(Case.objects.order_by("-pk"))
        if not cases:
            return
        case, who = cases[which % len(cases)], self.people[actor]
        self.pass_time(minutes=3)
        if name in steps.ON_PROMISES:
            needs["promise_id"] = case.promises.unkept().values_list("pk", flat=True).first() or 0
        offered = who is None or name in steps.available(who, case)
        seen = {"none": None, "now": case.version, "stale": case.version - 1}[version]
        refused = None
        try:
            getattr(workflow, name)(case_id=case.pk, actor=who, version=seen, now=self.now, **needs)
        except (access.NotAllowed, workflow.StepNotAllowed, workflow.StepRefused) as refusal:
            refused = refusal
        if refused is None:
            assert offered
            assert version != "stale"
            return
        after = stories.as_it_is_now(case)
        assert (after.version, after.state, after.owner_id) == (case.version, case.state, case.owner_id)
        needs_more = isinstance(refused, workflow.StepRefused)
        assert who is None or version == "stale" or needs_more or not offered, f"{name} by {actor}: {refused}"

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, reached=st.booleans())
    def tries_to_reach_the_customer(self, which, actor, version, reached):
        self.step("attempt", which, actor, version, channel="phone", reached=reached)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, why=st.sampled_from(["", "It follows."]))
    def resolves(self, which, actor, version, why):
        self.step("resolve", which, actor, version, root_cause=self.billing, summary="Put right.", promises_reason=why)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, hours=st.sampled_from([None, 2, 26, 200]))
    def plans_the_next_try(self, which, actor, version, hours):
        at = self.now + timedelta(hours=hours) if hours else None
        self.step("plan_next", which, actor, version, at=at)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, days=st.sampled_from([1, 4, 20]))
    def is_asked_to_wait(self, which, actor, version, days):
        self.step("hold", which, actor, version, until=self.now + timedelta(days=days), reason="On leave.")

    @rule(which=CASES, actor=ACTORS, version=VERSIONS)
    def goes_on(self, which, actor, version):
        self.step("resume", which, actor, version)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, days=st.sampled_from([1, 3, 12]))
    def promises_something(self, which, actor, version, days):
        self.step("promise", which, actor, version, what="A new invoice", due_at=self.now + timedelta(days=days))

    @rule(which=CASES, actor=ACTORS, version=VERSIONS)
    def keeps_a_promise(self, which, actor, version):
        self.step("keep_promise", which, actor, version)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, days=st.sampled_from([2, 9]))
    def moves_a_promise(self, which, actor, version, days):
        due_at = self.now + timedelta(days=days)
        self.step("move_promise", which, actor, version, due_at=due_at, reason="Agreed.")

    @rule(which=CASES, actor=ACTORS, version=VERSIONS)
    def takes_a_promise_back(self, which, actor, version):
        self.step("withdraw_promise", which, actor, version, reason="Found.")

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, on_three_days=st.booleans())
    def gives_up(self, which, actor, version, on_three_days):
        for _day in range(3 if on_three_days else 0):
            self.step("attempt", which, "loop", "none", channel="phone", reached=False)
            self.pass_time(days=1)
        self.step("close_unreached", which, actor, version)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, name=st.sampled_from(["withdraw", "reopen", "escalate"]))
    def gives_a_reason(self, which, actor, version, name):
        self.step(name, which, actor, version, reason="Because.")

    @rule(which=CASES, actor=ACTORS, version=VERSIONS, to=st.sampled_from(["anna", "kim", "lars"]))
    def hands_over(self, which, actor, version, to):
        self.step("assign", which, actor, version, owner=self.people[to], reason="Swap.")

    @rule(which=CASES)
    def puts_into_the_queue(self, which):
        self.step("assign", which, "lars", "none", owner=None, team=factories.team("North"), reason="Anybody.")

    @rule(which=CASES, actor=ACTORS.filter(lambda who: who != "loop"), version=VERSIONS)
    def takes(self, which, actor, version):
        self.step("take", which, actor, version)

    @rule(which=CASES, actor=ACTORS, version=VERSIONS)
    def writes_a_note(self, which, actor, version):
        self.step("note", which, actor, version, text="Words.")

    @rule(back=st.booleans())
    def leaves_or_comes_back(self, back):
        self.people["kim"].is_active = back
        self.people["kim"].save(update_fields=["is_active"])

    # -- What the clock does ----------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 8, 24 * 40]), twice=st.booleans())
    def time_goes_by(self, hours, twice):
        self.pass_time(hours=hours)
        for invitation in Invitation.objects.due(self.now):
            invitations.mark_sent(invitation.pk, now=self.now)
        for _tick in range(2 if twice else 1):
            triage.open_missed(now=self.now)
            holds.end_due(now=self.now)
            reminders.remind_due(now=self.now)
            outcomes.close_unanswered(now=self.now)
        assert not Case.objects.with_due_reminder(self.now).exists()
        assert not Case.objects.due_for_leadership(self.now).exists()
        assert not Case.objects.with_ended_hold(self.now).exists()
        assert not Case.objects.with_due_next_try(self.now).exists()
        assert not Promise.objects.with_due_reminder(self.now).exists()
        assert not Response.objects.filter(triaged_at=None).exists()

    def pass_time(self, **delta):
        self.now += timedelta(**delta)

    # -- What always holds ------------------------------------------------------------------------------------------

    @invariant()
    def timeline_and_case_tell_the_same(self):
        lines = {}
        for event in CaseEvent.objects.order_by("pk"):
            lines.setdefault(event.case_id, []).append((event.kind, event.data))
        for case in Case.objects.all():
            told = lines[case.pk]
            count = Counter(kind for kind, _data in told)
            assert case.state == state_told_by(told)
            steps = sum(count[kind] for kind in STEP_LINES)  # the assignment at its opening made it 1
            assert 0 <= case.version - steps <= count["answer_changed"]  # a correction may bring the deadline forward
            assert case.escalation_level == count["escalated"]
            assert case.reopened_count == count["reopened"]
            assert count["opened"] == 1
            assert count["recovery_planned"] <= count["resolved"] + count["not_reached"]

    @invariant()
    def what_only_rises_or_stays_does(self):
        for case in Case.objects.all():
            assert case.version >= self.versions.get(case.pk, 1)
            self.versions[case.pk] = case.version
            contacted_at, resolved_at = self.first_times.get(case.pk, (None, None))
            assert contacted_at in (None, case.contacted_at)
            assert resolved_at in (None, case.resolved_at)
            self.first_times[case.pk] = (case.contacted_at, case.resolved_at)

    @invariant()
    def an_open_case_is_reminded_of_and_a_closed_one_is_not(self):
        for case in Case.objects.all():
            assert (case.remind_at is not None) == case.is_open
            assert (case.closed_at is None) == case.is_open

    @invariant()
    def a_case_on_hold_has_one_running_and_no_other_case_has(self):
        for case in Case.objects.all():
            running = [hold.until for hold in case.holds.filter(ended_at=None)]
            assert running == ([case.held_until] if case.held_until else [])
            assert case.held_until is None or case.remind_at >= case.held_until

    @invariant()
    def a_case_knows_its_first_unkept_promise_and_closes_over_none_in_silence(self):
        for case in Case.objects.all():
            unkept = [promise.due_at for promise in case.promises.unkept()]
            assert case.promise_due_at == min(unkept, default=None)
            assert case.is_open or not unkept or case.promises_reason
            assert case.is_open or case.next_try_at is None

    @invariant()
    def a_reminder_of_a_round_is_given_once(self):
        keys = CaseEvent.objects.filter(kind__startswith="reminder_").values_list("key", flat=True)
        steps_of_rounds = Counter(key.rpartition(":")[0] for key in keys if ":overdue:" not in key)
        assert set(steps_of_rounds.values()) <= {1}

    @invariant()
    def an_open_case_has_somebody_who_can_act(self):
        """Its owner, or who takes it from the queue; where the owner has left, the lead, who may hand it on."""
        for case in Case.objects.open().select_related("owner"):
            if case.owner is None:
                assert access.may(self.people["anna"], "take", case)
            elif case.owner.is_active:
                assert access.may(case.owner, "attempt", case)
            assert access.may(self.people["lars"], "assign", case)

    @invariant()
    def only_an_outcome_of_the_customer_s_own_later_answer_stands(self):
        for outcome in Outcome.objects.select_related("case", "response"):
            if outcome.response is not None:
                assert outcome.response.contact_id == outcome.case.contact_id
                assert outcome.response_id != outcome.case.response_id


def test_weeks_of_work():
    run_state_machine_as_test(
        Weeks,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
