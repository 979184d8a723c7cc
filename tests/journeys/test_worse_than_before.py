"""Bea was called, but her score fell: her case opens again, her lead hears of it, and it ends well the second time."""

from loop.models import Case, RootCause, Verdict
from tests import stories


def test_worse_than_before(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 4)
    case = Case.objects.get()
    billing = RootCause.objects.get(key="billing").pk
    walk.until("2026-11-20 10:00")
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached")
    walk.step(people.agent, "resolve", case, root_cause=billing, summary="Credited.")
    walk.until("2026-12-20 10:00")  # thirty days later is a Sunday: nobody is asked then
    assert ("recovery_invitation", "Bea") not in walk.mails()
    walk.until("2026-12-21 07:00")
    assert walk.mails() == [("recovery_invitation", "Bea")]

    # Asked again she gives a 1. That is no second case but the first one, open again; Anna and her lead are told.
    walk.until("2026-12-21 08:30")
    walk.answer(bea, 1, "It happened again.")
    case = Case.objects.get()
    assert (case.state, case.reopened_count, case.outcome.verdict) == ("contacted", 1, Verdict.WORSENED)
    assert case.resolve_due_at > walk.now
    walk.sweep()
    told = [mail for mail in sorted(walk.mails()) if mail[0] != "weekly"]  # it is Monday
    assert told == [("case_reopened", "Anna"), ("case_reopened", "Lars")]

    # She looks at the page again and adds a word: still one case, and nobody is told a second time that it is open.
    walk.answer(bea, 1, "It happened again, twice.")
    walk.sweep()
    assert Case.objects.count() == 1
    assert [kind for kind, _to in walk.mails() if kind == "case_reopened"] == []

    # Anna finds the real cause. Bea is asked once more, thirty days after that, by a new mail.
    walk.until("2026-12-22 14:00")
    walk.step(people.agent, "attempt", case, channel="meeting", outcome="reached", note="Met at their office.")
    walk.step(people.agent, "resolve", case, root_cause=billing, summary="The template itself was wrong.")
    walk.until("2027-01-21 13:59")
    assert "recovery_invitation" not in [kind for kind, _to in walk.mails()]
    walk.until("2027-01-21 14:00")
    assert walk.mails() == [("recovery_invitation", "Bea")]
    walk.until("2027-01-21 16:00")
    walk.answer(bea, 9)
    case = Case.objects.get()
    assert (case.state, case.outcome.verdict, case.outcome.before, case.outcome.after) == (
        "resolved",
        Verdict.RECOVERED,
        4,
        9,
    )
    assert [line["verdict"] for line in stories.told(case, "outcome")] == ["worsened", "recovered"]
    assert stories.kinds(case).count("resolved") == 2
