"""What happened at the demo company in its last year? Lives through it in the order of time, hour by hour.

Customers answer, cases open, people call when they get to it, the clock reminds, recovery surveys come back. Everybody
has a satisfaction of their own that answers scatter around, so that low scores drift up by themselves, as they do in
life, and following up adds a little.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from django.db import transaction

from feedback import asking_hours, invitations, responses
from feedback.models import Contact, Invitation, Response, Survey
from loop import bell, deadlines, setup_history, sla, sweeping, timeline, workflow
from loop.demo import glad, programme
from loop.demo.company import Company, found
from loop.demo.words import CALL_NOTES, COMPLAINTS, DONE, PRAISE, PROMISES, WISHES
from loop.models import Case, RootCause, State, User

YEAR = timedelta(days=390)  # a little more than twelve months, so that the first month of a report is whole
REMEMBERED = timedelta(days=12)  # the outbox has the mails of these last days
CATCHING_UP = timedelta(days=4)  # nobody has got to the cases of the last days yet
A_WHILE = timedelta(minutes=5)


class NotEmpty(RuntimeError):
    """The demo would mix with what the database already holds."""


def seed(*, accounts: int = 40, answers: int = 340, seed: int = 1, now: datetime) -> dict[str, int]:
    """Fill an empty database with the demo company and its last year.

    Args:
        accounts: how many customer companies besides that of the tour.
        answers: about how many answers to ordinary surveys.
        seed: the same one gives the same company on the same day.
        now: the end of the year, aware.

    Returns:
        How many accounts, contacts, responses and cases there are.

    Raises:
        NotEmpty: the database has people or answers already.
    """
    if User.objects.exists() or Response.objects.exists():
        raise NotEmpty("The database is not empty: the demo company is for a fresh one.")
    chance = Random(seed)  # noqa: S311  a story, not a secret
    # All or nothing: half a company would never be completed. No bell is rung, its clock would be another one.
    with bell.silenced(), setup_history.on_behalf_of(setup_history.DEMO), transaction.atomic():
        company = found(chance, accounts=accounts, now=now - YEAR)
        _Year(chance, company, now).live(answers)
        programme.ask(Random(seed), company, now=now)  # noqa: S311  chances of its own: the year stays as it was
        survey = Survey.objects.get(key="relational")
        # Her mail left a while ago: an answer seconds after it would be taken for a machine's.
        invitations.invite(survey=survey, contact=company.tour_contact, due_at=now - A_WHILE, now=now - A_WHILE)
        with asking_hours.never_closed():  # somebody may start the demo at night, and finds her mail all the same
            sweeping.run_all(now=now - A_WHILE)
            sweeping.run_all(now=now)
        glad.agree(company, now=now)
    return {
        "accounts": accounts + 1,
        "contacts": len(company.contacts) + 1,
        "responses": Response.objects.counted().count(),
        "cases": Case.objects.count(),
    }


@dataclass
class _Year:
    chance: Random
    company: Company
    end: datetime
    feeling: dict[int, float] = field(default_factory=dict)  # contact id to satisfaction, on the scale of the scores
    todo: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    order: count = field(default_factory=count)

    def at(self, when: datetime, what: Callable[[datetime], None]) -> None:
        if when < self.end:
            heappush(self.todo, (when, next(self.order), what))

    def live(self, answers: int) -> None:
        start = self.end - YEAR
        hours = deadlines.policy().calendar.hours()
        for contact in self.company.contacts:
            self.feeling[contact.pk] = self.chance.gauss(8.0, 1.8)
        for _ in range(answers):
            contact = self.chance.choice(self.company.contacts)
            moment = start + YEAR * self.chance.random()
            self.at(
                sla.next_opening(moment, hours) + timedelta(minutes=self.chance.randint(0, 400)), self._answer(contact)
            )
        swedes = [contact for contact in self.company.contacts if contact.language == "sv"]
        for fresh in range(18):  # enough to find in the inbox, more of it Anna's, whose side most people try
            contact = self.chance.choice(swedes if fresh % 2 else self.company.contacts)
            moment = self.end - timedelta(hours=3 + 12 * fresh)
            self.at(moment, self._answer(contact, low=True))
            for minutes in (97, 211):  # and as many others as usual, or the last month would look like a disaster
                self.at(moment - timedelta(minutes=minutes), self._answer(self.chance.choice(self.company.contacts)))
        day = start.replace(hour=0, minute=0)
        while day < self.end:
            if day.weekday() < 5:  # reminders fall due while people work; once a day is often enough for a story
                self.at(day + timedelta(hours=7, minutes=5), self._tick)
            day += timedelta(days=1)
        while self.todo:
            when, _, what = heappop(self.todo)
            what(when)

    def _tick(self, now: datetime) -> None:
        if now > self.end - REMEMBERED:
            sweeping.run_all(now=now)
        else:  # the mails of last winter are nothing anybody looks for, and making them takes most of the time
            for job in ("remind", "close_recovery_checks"):
                sweeping.run(job, now=now)
            for invitation in Invitation.objects.due(now):
                invitations.mark_sent(invitation.pk, now=now)
            timeline.leave_untold(until=now)
        for case in Case.objects.filter(recovery_invitation__sent_at=now, outcome=None):
            if self.chance.random() < 0.5 and case.recovery_invitation:
                self.at(now + timedelta(hours=self.chance.randint(2, 60)), self._recovery_answer(case.pk))

        if now.weekday() == 0:
            self._clear_the_old_ones(now)

    def _clear_the_old_ones(self, now: datetime) -> None:
        """What a team does on a Monday: look at what has been lying about for weeks."""
        for case in Case.objects.overdue(now - timedelta(days=14)).select_related("root_cause").order_by("pk"):
            if self.chance.random() < 0.7:
                cause = case.root_cause.key if case.root_cause else "communication"
                moment = now + timedelta(minutes=self.chance.randint(120, 600))
                self.at(
                    moment,
                    self._call(case.pk, cause, tries=1) if case.state == State.NEW else self._resolve(case.pk, cause),
                )

    def _answer(self, contact: Contact, *, low: bool = False) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            score = self.chance.choice((0, 3, 4, 5)) if low else self._score(contact)
            cause = self.chance.choice(sorted(COMPLAINTS[contact.language]))
            response = responses.record_response(
                survey=Survey.objects.get(key="relational" if self.chance.random() < 0.7 else "transactional"),
                contact=contact,
                score=score,
                comment=self._comment(contact.language, score, cause),
                wants_callback=score <= 6 and self.chance.random() < 0.25,
                source="demo",
                now=now,
            ).response
            if score <= 6 and self.chance.random() < 0.35:  # some answer again soon, often before anybody has called
                soon = now + timedelta(days=self.chance.expovariate(1 / 2.5))
                self.at(sla.next_opening(soon, deadlines.policy().calendar.hours()), self._answer(contact))
            case = Case.objects.filter(response=response).select_related("owner").first()
            patience = 2.2 if low else 0.4
            if case is not None and now < self.end - CATCHING_UP * (patience * self.chance.random()):
                self._plan_follow_up(case, cause, now)

        return happen

    def _score(self, contact: Contact) -> int:
        return max(0, min(10, round(self.chance.gauss(self.feeling[contact.pk], 1.5))))

    def _comment(self, language: str, score: int, cause: str) -> str:
        if self.chance.random() < 0.25:
            return ""
        if score <= 6:
            return self.chance.choice(COMPLAINTS[language][cause])
        return self.chance.choice(WISHES[language] if score <= 8 else PRAISE[language])

    def _plan_follow_up(self, case: Case, cause: str, now: datetime) -> None:
        if case.owner is None and self.chance.random() < 0.15:
            return  # still waiting in the queue
        hours = deadlines.policy().calendar.hours()
        delay = int(self.chance.lognormvariate(5.6, 0.9))  # working minutes; the median is about half a day
        self.at(sla.add_working(now, max(delay, 15), hours), self._call(case.pk, cause, tries=1))

    def _call(self, case_id: int, cause: str, *, tries: int) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            case = Case.objects.select_related("owner", "team").get(pk=case_id)
            if case.state != State.NEW:
                return
            if case.owner is None:
                members = User.objects.filter(memberships__team=case.team, is_active=True, role="agent").order_by("pk")
                taker = self.chance.choice(list(members)) if case.team else self.company.staff["lars@loop.example"]
                case = workflow.take(case_id=case_id, actor=taker, now=now)
            hours = deadlines.policy().calendar.hours()
            reached = self.chance.random() < 0.6
            note = self.chance.choice(CALL_NOTES[cause]) if reached else ""
            channel = self.chance.choice(("phone", "phone", "phone", "email", "meeting"))
            workflow.attempt(
                case_id=case_id,
                channel=channel,
                reached=reached,
                outcome="reached" if reached else self._missed(channel),
                note=note,
                actor=case.owner,
                now=now,
            )
            if reached and self.chance.random() < 0.3:
                self._promise(case_id, cause, now)
            if reached:
                pause = self.chance.randint(60, 5 * 540)
                if self.chance.random() < 0.97:
                    self.at(sla.add_working(now, pause, hours), self._resolve(case_id, cause))
            elif tries < 3:
                again = sla.add_working(now, 540 + self.chance.randint(0, 200), hours)
                workflow.plan_next(case_id=case_id, at=again, actor=case.owner, now=now)
                self.at(again, self._call(case_id, cause, tries=tries + 1))
            else:
                self.at(now + timedelta(hours=1), self._give_up(case_id))

        return happen

    def _missed(self, channel: str) -> str:
        if channel == "email":
            return "sent"
        return self.chance.choice(("no_answer", "no_answer", "voicemail", "busy")) if channel == "phone" else "other"

    def _promise(self, case_id: int, cause: str, now: datetime) -> None:
        """Something is promised; most people keep it, some of them late."""
        case = Case.objects.select_related("owner").get(pk=case_id)
        hours = deadlines.policy().calendar.hours()
        due_at = sla.add_working(now, self.chance.randint(1, 6) * 540, hours)
        workflow.promise(case_id=case_id, what=PROMISES[cause], due_at=due_at, actor=case.owner, now=now)
        if self.chance.random() < 0.85:
            at = sla.add_working(now, self.chance.randint(60, 7 * 540), hours)
            self.at(at, self._keep(case_id))

    def _keep(self, case_id: int) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            case = Case.objects.select_related("owner").get(pk=case_id)
            promise = case.promises.unkept().first()
            if promise is not None:
                workflow.keep_promise(case_id=case_id, promise_id=promise.pk, actor=case.owner, now=now)

        return happen

    def _resolve(self, case_id: int, cause: str) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            case = Case.objects.select_related("owner").get(pk=case_id)
            if case.state != State.CONTACTED:
                return
            root_cause = RootCause.objects.get(key=cause)
            summary = self.chance.choice(DONE[cause])
            for promise in case.promises.unkept().order_by("due_at", "pk"):  # nobody calls it solved before that
                workflow.keep_promise(case_id=case_id, promise_id=promise.pk, actor=case.owner, now=now)
            workflow.resolve(case_id=case_id, root_cause=root_cause, summary=summary, actor=case.owner, now=now)
            if case.contact_id is not None:
                self.feeling[case.contact_id] += 0.6  # following up helps a little

        return happen

    def _give_up(self, case_id: int) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            case = Case.objects.select_related("owner").get(pk=case_id)
            if case.state == State.NEW and workflow.days_with_attempts(case) >= 3:
                workflow.close_unreached(case_id=case_id, reason="No answer on three days.", actor=case.owner, now=now)

        return happen

    def _recovery_answer(self, case_id: int) -> Callable[[datetime], None]:
        def happen(now: datetime) -> None:
            case = Case.objects.select_related("recovery_invitation__survey", "contact").get(pk=case_id)
            if case.recovery_invitation is None or case.contact is None:
                return
            responses.record_response(
                survey=case.recovery_invitation.survey,
                contact=case.contact,
                score=self._score(case.contact),
                source="page",
                invitation=case.recovery_invitation,
                now=now,
            )

        return happen
