"""What has fallen due? Writes reminder and escalation events; never sends.

Each level of a plan is given once: the event, the next time and the escalation are one commit under the row lock, so
the clock may tick twice or in two places. `notifications` tells people of the events. Where nothing but
a reminder is due, cases go in groups.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from loop import deadlines, ladder, promises, reminders_together, timeline, workflow
from loop.models import Case, Promise
from loop.models.event import EventKind

logger = logging.getLogger(__name__)


def remind_due(*, now: datetime) -> int:
    """Give every reminder that is due at `now`. Returns of how many cases and promises."""
    cases = Case.objects.with_due_reminder(now).order_by("remind_at", "pk")
    above = Case.objects.due_for_leadership(now).order_by("leadership_at", "pk")
    tries = Case.objects.with_due_next_try(now).order_by("next_try_remind_at", "pk")
    promised = Promise.objects.with_due_reminder(now).order_by("remind_at", "pk")
    return (
        _together(list(cases.values_list("pk", flat=True)), now)
        + _each("case for leadership,", list(above.values_list("pk", flat=True)), tell_leadership, now)
        + _each("next try of case", list(tries.values_list("pk", flat=True)), remind_of_next_try, now)
        + _each("promise", list(promised.values_list("pk", flat=True)), remind_of_promise, now)
    )


def _together(case_ids: list[int], now: datetime) -> int:
    reminded = 0
    for group in reminders_together.groups(case_ids):
        try:
            done, alone = reminders_together.remind_group(group, now=now)
        except Exception:  # whose fault it was shows when each has its turn
            logger.warning("%d cases could not be reminded of together", len(group), exc_info=True)
            done, alone = 0, group
        reminded += done + _each("case", alone, remind, now)
    return reminded


def _each(what: str, ids: list[int], give: Callable[..., bool], now: datetime) -> int:
    reminded = 0
    for pk in ids:
        try:
            reminded += give(pk, now=now)
        except Exception:  # one that cannot be reminded of must not silence the others
            logger.exception("%s %s could not be reminded of", what, pk)
    return reminded


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def remind(case_id: int, *, now: datetime) -> bool:
    """Give the reminders of one case that are due, and escalate at the breach. Returns whether there were any."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    steps, breached = ladder.climb(case, now=now)
    if not steps:
        return False
    timeline.record_all(steps)
    if breached:
        deadlines.plan_leadership(case, told_at=now)
    case.save(update_fields=[*ladder.CLIMBED, "leadership_at"])
    if breached:
        late = {
            "contact": _("The customer has not been contacted in time."),
            "resolve": _("The case has not been resolved in time."),
        }
        workflow.escalate(
            case_id=case.pk,
            reason=late[deadlines.stage(case)],
            actor=None,
            now=now,
            key=f"escalate:{case.pk}:{case.remind_round}",
            breached_at=case.due_at,
        )
    return True


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)
def tell_leadership(case_id: int, *, now: datetime) -> bool:
    """Raise a case that is overdue for so long that leadership is told of it. Returns whether it was time."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if not case.is_open or case.leadership_at is None or case.leadership_at > now:
        return False
    still = {
        "contact": _("The customer has still not been contacted."),
        "resolve": _("The case has still not been resolved."),
    }
    workflow.escalate(
        case_id=case.pk,
        reason=still[deadlines.stage(case)],
        actor=None,
        now=now,
        key=f"leadership:{case.pk}:{case.remind_round}",
        breached_at=case.due_at,
        to=workflow.LEADERSHIP,
    )
    return True


@transaction.atomic
def remind_of_next_try(case_id: int, *, now: datetime) -> bool:
    """Remind of the next try once its time has come. Returns whether it had."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.next_try_remind_at is None or case.next_try_remind_at > now:
        return False
    at, case.next_try_remind_at = case.next_try_remind_at, None
    timeline.record(
        case,
        EventKind.REMINDER_NEXT_TRY,
        actor=None,
        now=now,
        data={"at": at.isoformat(), "reason": case.next_try_reason, "planned_at": at.isoformat()},
        key=f"next_try:{case.pk}:{case.version}:{at.timestamp():.0f}",
    )
    case.save(update_fields=["next_try_remind_at"])
    return True


@transaction.atomic
def remind_of_promise(promise_id: int, *, now: datetime) -> bool:
    """Remind of a promise; of those reminders that an outage kept back only the last. Returns whether one was due."""
    case_id = Promise.objects.values_list("case", flat=True).get(pk=promise_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)  # promises change under their case's lock
    made = Promise.objects.select_related("promised_by").get(pk=promise_id)
    level, planned_at = "", None
    while made.is_unkept and made.remind_at is not None and made.remind_at <= now:
        level, planned_at = made.remind_level, made.remind_at
        promises.plan_next_reminder(made, now=now)
    if planned_at is None:
        return False
    made.save(update_fields=["remind_at", "remind_level"])
    timeline.record(
        case,
        EventKind.REMINDER_PROMISE_OVERDUE if level == promises.OVERDUE else EventKind.REMINDER_PROMISE,
        actor=None,
        now=now,
        data={**promises.facts(made), "level": level, "planned_at": planned_at.isoformat()},
        key=f"promise:{made.pk}:{made.moved}:{level}:{planned_at.timestamp():.0f}",
    )
    return True
