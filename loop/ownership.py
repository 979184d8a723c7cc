"""What goes with an owner: the team whose lead answers for them, the accounts they look after, and how it is told."""

from datetime import datetime
from typing import Any

from feedback.models import Account
from loop.models import AccountOwner, Team, User


def team_of(owner: User, *, preferred: int | None = None) -> Team | None:
    """The team whose lead answers for a case of `owner`: the `preferred` one if they are in it, else their first."""
    teams = list(Team.objects.filter(memberships__user=owner).order_by("pk"))
    return next((team for team in teams if team.pk == preferred), teams[0] if teams else None)


def told(owner: User | None, team: Team | None, reason: str) -> dict[str, Any]:
    """An assignment as its timeline line keeps it."""
    return {
        "owner": owner.pk if owner else None,
        "owner_name": owner.display_name if owner else "",
        "team": team.pk if team else None,
        "team_name": team.name if team else "",
        "reason": reason,
    }


def set_account_owner(account: Account, user: User, *, now: datetime) -> bool:
    """Make `user` responsible for `account`. Open cases stay with whom they are. Returns whether that is a change."""
    ownership, created = AccountOwner.objects.get_or_create(account=account, defaults={"user": user, "since": now})
    if created:
        return True
    if ownership.user_id == user.pk:
        return False
    ownership.user, ownership.since = user, now
    ownership.save(update_fields=["user", "since"])
    return True
