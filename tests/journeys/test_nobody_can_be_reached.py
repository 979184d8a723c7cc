"""Anna calls on three days and reaches nobody. The case is closed as what it is, and Bea is asked again like others."""

from loop.models import Case, Verdict


def test_nobody_can_be_reached(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 6)
    case = Case.objects.get()
    for day in ("19", "20"):
        walk.until(f"2026-11-{day} 15:00")
        walk.step(people.agent, "attempt", case, channel="phone", outcome="no_answer", note="Voicemail.")

    # After two days it is too early to give up: the page says what is missing and nothing is closed.
    page = walk.step(people.agent, "close_unreached", case)
    assert page.status_code == 400
    assert "so far there are 2" in page.content.decode()
    assert Case.objects.get().state == "new"

    walk.until("2026-11-23 08:30")
    walk.step(people.agent, "attempt", case, channel="email", outcome="no_answer")
    walk.step(people.agent, "close_unreached", case, reason="On parental leave, says the switchboard.")
    case = Case.objects.get()
    assert (case.state, case.resolution, case.contacted_at) == ("resolved", "not_reached", None)
    walk.mails()

    # No reminder comes any more. What becomes of a score without a call is worth knowing, so Bea is asked again.
    walk.until("2026-12-23 08:30")
    assert walk.mails() == [("recovery_invitation", "Bea")]
    walk.until("2026-12-23 12:15")
    walk.answer(bea, 7)
    assert Case.objects.get().outcome.verdict == Verdict.RECOVERED
