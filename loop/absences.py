"""Who is away, when, and who does their work meanwhile?

Open cases stay whose they are. While somebody is away, whoever stands in sees them, may act on them and is reminded of
them; `settle` keeps on each person's row what the plan comes to now, so that an absence begins and ends by itself.
A new case is given to the substitute; what they have not begun by the end goes back.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import formats, translation
from django.utils.translation import gettext as _

from loop import access, callbacks, setup_history, workflow
from loop.models import Absence, Case, Membership, Role, State, User
from loop.presence import Presence, day_of

logger = logging.getLogger(__name__)

LONGEST = timedelta(days=2 * 366)


class AbsenceRefused(ValueError):
    """The absence cannot be planned like that; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@transaction.atomic
def plan(
    *,
    user: User,
    starts_on: date,
    ends_on: date,
    substitute: User | None,
    actor: User | None,
    now: datetime,
    absence: Absence | None = None,
) -> Absence:
    """Write down that somebody will be away, or change what is written down.

    Args:
        ends_on: the last day away.
        actor: who plans it; None for a machine that may.
        absence: the one to change.

    Raises:
        NotAllowed: neither their own, nor of somebody in a team the actor leads.
        AbsenceRefused: the days or the substitute will not do; names the field.
    """
    require(actor, user)
    # Of two plans for one person the second one sees the first; nobody who logs something under their name waits.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _check_days(user, starts_on, ends_on, now, absence)
    _check_substitute(user, substitute)
    changed = absence or Absence(user=user)
    changed.starts_on, changed.ends_on, changed.substitute = starts_on, ends_on, substitute
    setup_history.changed_by(changed, actor, now)
    changed.save()
    settle(now=now)
    return changed


@transaction.atomic
def end(absence: Absence, *, actor: User | None, now: datetime) -> None:
    """Somebody is back early, or does not go: from today on they are here. What they missed goes back to them.

    Raises:
        NotAllowed: neither their own, nor of somebody in a team the actor leads.
        AbsenceRefused: it is over already.
    """
    require(actor, absence.user)
    today = day_of(absence.user, now)
    if absence.ends_on < today:
        raise AbsenceRefused("absence", _("This absence is over already."))
    setup_history.changed_by(absence, actor, now)
    if absence.starts_on >= today:
        hand_back(absence, now=now)
        absence.delete()
    else:
        absence.ends_on = today - timedelta(days=1)
        absence.save(update_fields=["ends_on"])
    settle(now=now)


def require(actor: User | None, user: User) -> None:
    """Raise NotAllowed unless `actor` may plan absences of `user`."""
    if actor is not None and not access.may_plan_absence(actor, user):
        raise access.NotAllowed(f"{actor} may not plan absences of {user}.")


def _check_days(user: User, starts_on: date, ends_on: date, now: datetime, absence: Absence | None) -> None:
    if ends_on < starts_on:
        raise AbsenceRefused("ends_on", _("The last day lies before the first."))
    if ends_on < day_of(user, now):
        raise AbsenceRefused("ends_on", _("The last day is over already."))
    if ends_on - starts_on > LONGEST:
        raise AbsenceRefused("ends_on", _("An absence is at most two years long."))
    others = Absence.objects.filter(user=user, starts_on__lte=ends_on, ends_on__gte=starts_on)
    other = others.exclude(pk=absence.pk if absence and absence.pk else 0).order_by("starts_on").first()
    if other is not None:
        message = _("%(name)s is away from %(first)s to %(last)s already. Change or end that absence instead.")
        shown = {"first": formats.date_format(other.starts_on), "last": formats.date_format(other.ends_on)}
        raise AbsenceRefused("starts_on", message % {"name": user.display_name, **shown})


def _check_substitute(user: User, substitute: User | None) -> None:
    if substitute is None:
        return
    if substitute.pk == user.pk:
        raise AbsenceRefused("substitute", _("Nobody can stand in for themselves."))
    if not substitute.is_active:
        raise AbsenceRefused("substitute", _("%(name)s cannot sign in any more.") % {"name": substitute.display_name})
    if not access.may_own(substitute):
        message = _("%(name)s only reads cases and takes no step.") % {"name": substitute.display_name}
        raise AbsenceRefused("substitute", message)


@transaction.atomic
def settle(*, now: datetime) -> int:
    """Note on each person's row who is away and who does whose work at `now`; hand back after absences that are over.

    Agreed calls of the days to come go to whoever does the work then: the customer has the time, and is told who calls.
    Safe to repeat and to run twice at once. Returns how many people it changed something for.
    """
    presence = Presence.at(now)
    concerned = Q(away_until__isnull=False) | Q(stand_in__isnull=False) | ~Q(covering_people=[])
    stand_ins = {pk: presence.stand_in_for(one.user) for pk, one in presence.running.items()}
    working_for = defaultdict(list)
    for pk, stand_in in stand_ins.items():
        if stand_in is not None and presence.running[pk].user.is_active:
            working_for[stand_in.pk].append(pk)
    leading = _teams_led(pk for people in working_for.values() for pk in people)
    changed = 0
    for user in User.objects.filter(concerned | Q(pk__in=[*presence.running, *working_for])).order_by("pk"):
        absence, people = presence.running.get(user.pk), sorted(working_for.get(user.pk, ()))
        stand_in = stand_ins.get(user.pk)
        values = {
            "away_until": absence.ends_on if absence else None,
            "stand_in_id": stand_in.pk if stand_in else None,
            "covering_people": people,
            "covering_teams": sorted({team for pk in people for team in leading.get(pk, ())}),
        }
        if any(getattr(user, name) != value for name, value in values.items()):
            changed += User.objects.filter(pk=user.pk).update(**values)
    over = Absence.objects.filter(handed_back_at=None, ends_on__lte=(now + timedelta(days=1)).date())
    for absence in over.select_related("user").order_by("pk"):
        if absence.ends_on < day_of(absence.user, now):
            try:
                changed += hand_back(absence, now=now)
            except Exception:  # one absence that cannot be wound up must not hold up the others
                logger.exception("what came during absence %s is not handed back", absence.pk)
    return changed + callbacks.follow_absences(now=now)


def _teams_led(people: Iterable[int]) -> dict[int, list[int]]:
    """The teams of those of these people who are leads."""
    teams = defaultdict(list)
    for member in Membership.objects.filter(user__in=list(people), user__role=Role.LEAD):
        teams[member.user_id].append(member.team_id)
    return teams


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def hand_back(absence: Absence, *, now: datetime) -> int:
    """Give the cases that came during an absence and that nobody has begun to whom they would have gone.

    A case in which somebody tried to reach the customer stays with whoever did, and one whose customer asked for
    somebody else does not go to whom they asked to be spared. Returns how many went back.
    """
    locked = Absence.objects.select_for_update(of=("self",)).filter(pk=absence.pk, handed_back_at=None).first()
    if locked is None:
        return 0
    returned = 0
    if access.may_own(absence.user):
        untouched = Case.objects.filter(
            covers=absence, state=State.NEW, attempts=None, wants_someone_else=False
        ).order_by("pk")
        reason = _("%(name)s is back") % {"name": absence.user.display_name}
        for case_id in list(untouched.values_list("pk", flat=True)):
            workflow.assign(case_id=case_id, owner=absence.user, reason=reason, actor=None, now=now)
            returned += 1
    Absence.objects.filter(pk=absence.pk).update(handed_back_at=now)
    return returned
