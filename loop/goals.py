"""By how much is the NPS to rise, and until when? Set by leadership and administrators, with their history."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Account, Survey
from feedback.models.survey import SurveyKind
from loop import access, setup_history, setup_versions
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import Goal, User
from loop.reporting.filters import EARLIEST, LATEST

MOST_POINTS = 200


@dataclass(frozen=True)
class GoalFacts:
    """What a goal says; the NPS of `survey` (None: all but recovery) and `segment` ("": all) is meant."""

    points: int
    due_on: date
    baseline_first: date
    baseline_last: date
    survey: Survey | None = None
    segment: str = ""
    is_active: bool = True


@transaction.atomic
def save(
    facts: GoalFacts, *, actor: User | None, now: datetime, goal: Goal | None = None, seen: int | None = None
) -> Goal:
    """Set a goal, or change `goal`; `actor` None is a machine whose key may.

    Raises:
        NotAllowed: it is not for this person to say.
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    if actor is not None and not access.may_set_goals(actor):
        raise NotAllowed(f"{actor} may not set goals.")
    found = Goal() if goal is None else Goal.objects.select_for_update().get(pk=goal.pk)
    if found.pk:
        setup_versions.require_seen(found, seen)
    _check(facts)
    for field in fields(facts):
        setattr(found, field.name, getattr(facts, field.name))
    setup_history.save(found, actor=actor, now=now)
    return found


def _check(facts: GoalFacts) -> None:
    if not 1 <= facts.points <= MOST_POINTS:
        raise ChangeRefused("points", _("A number from 1 to %(most)d, please.") % {"most": MOST_POINTS})
    for field in ("baseline_first", "baseline_last", "due_on"):
        if not EARLIEST <= getattr(facts, field) <= LATEST:
            told = {"first": EARLIEST, "last": LATEST}
            raise ChangeRefused(field, _("Choose a day from %(first)s to %(last)s.") % told)
    if facts.baseline_first > facts.baseline_last:
        raise ChangeRefused("baseline_last", _("It must not end before it begins."))
    if facts.due_on <= facts.baseline_last:
        raise ChangeRefused("due_on", _("The goal lies after the time it is compared with."))
    if facts.survey is not None and facts.survey.kind == SurveyKind.RECOVERY:
        raise ChangeRefused("survey", _("Recovery surveys ask people picked for being unhappy: theirs is no NPS."))
    if facts.segment and not Account.objects.filter(segment=facts.segment).exists():
        raise ChangeRefused("segment", _("No customer is in a segment “%(text)s”.") % {"text": facts.segment})
