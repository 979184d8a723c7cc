"""The walk of ARCHITECTURE.md, section 6: a detractor's answer, its case, reminders, the call, and the second answer.

Read this first: it shows what Loop does, in the order in which it happens. Nothing here uses a broker; `sweep` alone
takes every fact all the way to its reader.
"""

from datetime import date

from feedback.models import Response
from loop.models import Case, RootCause, Verdict
from loop.reporting import filters
from loop.reporting.recovery import recovery_report
from tests import stories


def test_a_detractor_is_recovered(walk, people, bea):
    # On Thursday Bea answers with a 3. Her answer and its case are there at once: Anna's, for she looks after Nordlund.
    walk.until("2026-11-19 09:12")
    thanks = walk.answer(bea, 3, "Your invoices are wrong every month.")
    assert thanks.status_code == 200
    case = Case.objects.get()
    assert (case.state, case.owner, case.owner_reason) == ("new", people.agent, "Anna looks after Nordlund AB")
    assert case.response.comment == "Your invoices are wrong every month."
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Anna")]

    # So low a score is due within one working day. Half of it passes, and the day it is due on begins.
    walk.until("2026-11-19 13:42")
    assert walk.mails() == [("reminder_half_time", "Anna")]
    walk.until("2026-11-20 08:00")
    assert walk.mails() == [("reminder_due", "Anna")]

    # Anna has not called when it is due: she hears of it, and so does her lead.
    walk.until("2026-11-20 09:12")
    assert sorted(walk.mails()) == [
        ("case_escalated", "Anna"),
        ("case_escalated", "Lars"),
        ("reminder_overdue", "Anna"),
    ]
    assert Case.objects.get().escalation_level == 1

    # She calls. From now on the resolution is what is due.
    walk.until("2026-11-20 10:00")
    page = walk.step(
        people.agent, "attempt", case, channel="phone", outcome="reached", note="Twice charged in October."
    )
    assert page.status_code == 200
    case = Case.objects.get()
    assert (case.state, case.contacted_at) == ("contacted", walk.now)
    assert case.due_at == case.resolve_due_at

    # On Monday the cause is found and put right, which needs its name and what was done.
    walk.until("2026-11-23 15:00")
    billing = RootCause.objects.get(key="billing")
    walk.step(people.agent, "resolve", case, root_cause=billing.pk, summary="Credited; the template is corrected.")
    case = Case.objects.get()
    assert (case.state, case.resolution, case.root_cause) == ("resolved", "solved", billing)
    assert walk.mails() == []

    # Bea is asked at once whether it is solved; she leaves it at that. Thirty days later she is asked for her score
    # again; not a day earlier.
    walk.sweep()
    assert walk.mails() == [("customer_solved", "Bea")]
    walk.until("2026-12-23 14:59")
    assert walk.mails() == []
    walk.until("2026-12-23 15:00")
    assert walk.mails() == [("recovery_invitation", "Bea")]

    # She gives a 9. No second case opens: the answer is compared with her first one, and Anna learns of it.
    walk.until("2026-12-28 11:00")
    walk.answer(bea, 9, "All is well now.")
    assert Response.objects.count() == 2
    case = Case.objects.get()
    assert (case.outcome.verdict, case.outcome.before, case.outcome.after) == (Verdict.RECOVERED, 3, 9)
    walk.sweep()
    weekly = [("weekly", "Lars"), ("weekly", "Lena")]  # it is Monday: last week's figures, for the lead and leadership
    assert sorted(walk.mails()) == [("case_outcome", "Anna"), *weekly]

    # All of it stands on the timeline of the case, and leadership sees one customer recovered.
    assert stories.kinds(case) == [
        "opened",
        "assigned",
        "customer_done",
        "reminder_half_time",
        "reminder_due",
        "reminder_overdue",
        "escalated",
        "attempt",
        "resolved",
        "recovery_planned",
        "outcome",
    ]
    winter = filters.ReportFilters(date(2026, 11, 1), date(2026, 12, 31))
    funnel = recovery_report(people.leader, winter, walk.now).funnel
    assert (funnel.followed_up, funnel.asked, funnel.answered, funnel.recovered) == (1, 1, 1, 1)

    # A year later nothing is left to do.
    walk.until("2027-12-28 11:00")
    assert walk.mails() == []
