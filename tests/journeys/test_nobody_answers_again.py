"""Bea was called and helped, and is silent when asked again. Silence is an outcome of its own, until she speaks."""

from loop.models import Case, RootCause, Verdict


def test_nobody_answers_again(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 5)
    case = Case.objects.get()
    walk.until("2026-11-19 11:00")
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached")
    walk.step(people.agent, "resolve", case, root_cause=RootCause.objects.get(key="price").pk, summary="New terms.")
    walk.sweep()
    assert walk.mails()[-1] == ("customer_solved", "Bea")  # to which she says nothing either

    # She is asked after thirty days, which end on a Saturday, so on Monday. For two weeks nobody draws a conclusion.
    walk.until("2026-12-19 11:00")
    assert walk.mails() == []
    walk.until("2026-12-21 07:00")
    assert walk.mails() == [("recovery_invitation", "Bea")]
    walk.until("2027-01-04 06:59")
    assert not hasattr(Case.objects.get(), "outcome")

    # Then her silence is written down: neither recovered nor not, and no reason to mail anybody.
    walk.until("2027-01-04 07:00")
    assert Case.objects.get().outcome.verdict == Verdict.NO_ANSWER
    assert walk.mails() == []

    # Her link lives for sixty days. In February she answers after all, and her answer takes the place of the silence.
    walk.until("2027-02-10 16:00")
    walk.answer(bea, 8)
    outcome = Case.objects.get().outcome
    assert (outcome.verdict, outcome.before, outcome.after) == (Verdict.RECOVERED, 5, 8)


def test_an_answer_after_the_link_has_run_out_is_followed_up_all_the_same(walk, people, bea):
    walk.until("2027-01-19 09:00")
    assert "This survey has closed" in walk.open(bea).content.decode()
    walk.answer(bea, 2)
    case = Case.objects.select_related("response").get()
    assert (case.is_open, case.response.is_late) == (True, True)


def test_a_link_of_two_years_ago_says_that_it_has_run_out(walk, people, bea):
    walk.until("2028-11-19 09:00")
    page = walk.open(bea)
    assert page.status_code == 410
    assert not Case.objects.exists()
