"""Who is away at an instant, and who does their work? Reads the plan of absences; `loop.absences` writes it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from loop import access
from loop.models import Absence, User


def day_of(user: User, now: datetime) -> date:
    """Which day it is where this person is."""
    return now.astimezone(ZoneInfo(user.time_zone or settings.TIME_ZONE)).date()


@dataclass(frozen=True)
class Presence:
    """The absences that run at one instant, by who is away."""

    running: dict[int, Absence]

    @classmethod
    def at(cls, now: datetime) -> "Presence":
        """One query, whatever it is asked afterwards. Of two absences of one person the one that ends last counts."""
        return Outlook.between(now, now).at(now)

    def stand_in_for(self, user: User) -> User | None:
        """Who does this person's work: their substitute, or where that one is away too, theirs, and so on."""
        seen, absence = {user.pk}, self.running.get(user.pk)
        while absence is not None:
            substitute = absence.substitute
            if substitute is None or substitute.pk in seen or not access.may_own(substitute):
                return None
            seen.add(substitute.pk)
            if (absence := self.running.get(substitute.pk)) is None:
                return substitute
        return None


@dataclass(frozen=True)
class Outlook:
    """The absences planned within some days, to be asked who is away at any instant of them."""

    planned: tuple[Absence, ...]

    @classmethod
    def between(cls, start: datetime, until: datetime) -> "Outlook":
        """One query, whatever it is asked afterwards."""
        days = Q(starts_on__lte=(until + timedelta(days=1)).date(), ends_on__gte=(start - timedelta(days=1)).date())
        around = Absence.objects.filter(days).select_related("user", "substitute").order_by("ends_on", "pk")
        return cls(tuple(around))

    def at(self, instant: datetime) -> Presence:
        days = [(one, day_of(one.user, instant)) for one in self.planned]
        return Presence({one.user_id: one for one, day in days if one.starts_on <= day <= one.ends_on})

    def stand_ins_of(self, user: User) -> list[User]:
        """Everybody who may come to do this person's work within those days, through substitutes of substitutes."""
        found, waiting = {user.pk: user}, [user.pk]
        while waiting:
            away = waiting.pop()
            for one in self.planned:
                if one.user_id == away and one.substitute is not None and one.substitute.pk not in found:
                    found[one.substitute.pk] = one.substitute
                    waiting.append(one.substitute.pk)
        return [person for pk, person in found.items() if pk != user.pk]
