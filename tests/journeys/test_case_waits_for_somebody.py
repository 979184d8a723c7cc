"""Nobody looks after Bea's company. Her case waits in a queue until Kim takes it, and then it is his."""

from loop.models import AccountOwner, Case, Team


def test_a_case_waits_until_somebody_takes_it(walk, people, bea):
    AccountOwner.objects.all().delete()
    Team.objects.filter(pk=people.north.pk).update(is_fallback=True)
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 3)
    case = Case.objects.get()
    assert (case.owner, case.team) == (None, people.north)

    # Who answers for a case nobody has? The lead of the queue.
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Lars")]
    walk.until("2026-11-19 13:42")
    assert walk.mails() == [("customer_why", "Bea"), ("reminder_half_time", "Lars")]

    # Kim takes it; Anna, a second later, finds it gone. Nobody mails Kim what he has just done himself.
    assert walk.step(people.colleague, "take", case).status_code == 200
    assert walk.step(people.agent, "take", case).status_code == 404
    case = Case.objects.get()
    assert (case.owner, case.owner_reason) == (people.colleague, "Taken from the queue by Kim")
    walk.sweep()
    assert walk.mails() == []
    walk.until("2026-11-20 08:00")
    assert walk.mails() == [("reminder_due", "Kim")]


def test_a_case_is_handed_over(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 3)
    case = Case.objects.get()
    walk.sweep()
    walk.mails()

    # Lars gives it to Kim before the mail about half-time could reach Anna: what still waits for her is not sent.
    to_kim = f"person-{people.colleague.pk}-{people.north.pk}"
    page = walk.step(people.lead, "assign", case, to=to_kim, reason="Anna is on a course")
    assert page.status_code == 200
    walk.until("2026-11-19 13:42")
    assert walk.mails() == [("case_assigned", "Kim"), ("customer_why", "Bea"), ("reminder_half_time", "Kim")]
    assert walk.step(people.agent, "note", case, note="Hello?").status_code == 404
