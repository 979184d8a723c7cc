"""Bea opens her link again and corrects what she said: one answer stands, its history is kept, and a case follows."""

from feedback.models import Response
from loop.models import Case
from tests import stories


def test_a_satisfied_customer_becomes_a_detractor(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 8, "All right.")
    walk.sweep()
    assert not Case.objects.exists()
    assert walk.mails() == []

    # The invoice arrives in the afternoon.
    walk.until("2026-11-19 16:00")
    walk.answer(bea, 2, "I take that back.")
    response = Response.objects.get()
    assert (response.score, response.comment) == (2, "I take that back.")
    assert [(before.score, before.comment) for before in response.revisions.all()] == [(8, "All right.")]
    case = Case.objects.get()
    assert (case.owner, case.opened_at) == (people.agent, walk.now)
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Anna")]


def test_a_detractor_says_it_was_worse_than_that(walk, people, bea):
    walk.until("2026-11-19 09:12")
    walk.answer(bea, 6)
    due_before = Case.objects.get().contact_due_at
    walk.sweep()
    walk.mails()

    walk.until("2026-11-19 10:00")
    walk.answer(bea, 0)
    case = Case.objects.get()
    assert case.contact_due_at < due_before
    assert stories.told(case, "answer_changed") == [{"before": 6, "after": 0, "comment": False}]
    walk.sweep()
    assert walk.mails() == [("customer_why", "Bea"), ("case_answer_changed", "Anna")]


def test_looking_at_the_page_says_nothing(walk, people, bea):
    """Mail scanners open links: a visit writes nothing, whatever score stands in the address."""
    for _ in range(3):
        assert walk.open(bea, score=0).status_code == 200
    assert not Response.objects.exists()
