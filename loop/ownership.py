"""What goes with an owner: the team whose lead answers for them, the accounts they look after, and how it is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from feedback import inserting
from feedback.models import Account
from feedback.prepared import Prepared
from loop.models import AccountOwner, Team, User

GIVEN = ("user", "since")  # what changes when an account gets another owner


_teams = Prepared(lambda user: Team.objects.filter(memberships__user=user).order_by("pk"), user=int)


def team_of(owner: User, *, preferred: int | None = None) -> Team | None:
    """The team whose lead answers for a case of `owner`: the `preferred` one if they are in it, else their first."""
    teams = _teams.all(user=owner.pk)
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
    changed = _give(ownership, user, now)
    if changed:
        ownership.save(update_fields=GIVEN)
    return changed


@transaction.atomic
def set_account_owners(given: Sequence[tuple[Account, User]], *, now: datetime) -> list[bool]:
    """`set_account_owner` for many, one after the other, by a few statements. Returns which of them were a change.

    Raises:
        IntegrityError: somebody has given one of the accounts its first owner meanwhile; nothing is written.
    """
    accounts = {account.pk for account, _user in given}
    known = AccountOwner.objects.select_for_update(of=("self",)).filter(account__in=accounts).order_by("account")
    standing = {one.account_id: one for one in known}
    new: dict[int, AccountOwner] = {}
    changed: dict[int, AccountOwner] = {}
    changes = []
    for account, user in given:
        ownership = standing.get(account.pk)
        if ownership is None:
            ownership = standing[account.pk] = new[account.pk] = AccountOwner(account=account, user=user, since=now)
            changes.append(True)
            continue
        changes.append(_give(ownership, user, now))
        if changes[-1] and account.pk not in new:
            changed[account.pk] = ownership
    inserting.insert_all(AccountOwner, [*new.values()], key=lambda one: one.account_id)
    AccountOwner.objects.bulk_update(changed.values(), GIVEN)
    return changes


def _give(ownership: AccountOwner, user: User, now: datetime) -> bool:
    if ownership.user_id == user.pk:
        return False
    ownership.user, ownership.since = user, now
    return True
