"""How does somebody become able to sign in, and what may be changed about them? Leaving is `loop.leaving`."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from feedback.contacts import clean_line
from loop import absences, leaving, setup_history, setup_versions, workflow
from loop.models import Membership, Role, Team, User


class PersonRefused(ValueError):
    """This person cannot be added or changed like that; the message says why."""


@transaction.atomic
def add(
    *, email: str, role: str, name: str = "", teams: Sequence[str] = (), password: str | None = None
) -> tuple[User, list[Team]]:
    """Add a person, and the teams they belong to where those are new.

    Args:
        role: one of `Role`.
        teams: names.
        password: without one they cannot sign in before they have set it by `set_password_link`.

    Returns:
        The person, and the teams that did not exist before.

    Raises:
        PersonRefused: no address, one somebody already has, an unknown role, or a password that is too weak.
    """
    email = _checked_address(email)
    if role not in Role.values:
        raise PersonRefused(_no_role(role))
    user = User(email=email, name=clean_line(name)[:200])
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise PersonRefused(" ".join(error.messages)) from None
    user = User.objects.create_user(email, password, name=user.name, role=role)
    new_teams = []
    for team_name in dict.fromkeys(filter(None, map(clean_line, teams))):
        team, created = Team.objects.get_or_create(name=team_name[:200])
        Membership.objects.create(user=user, team=team)
        if created:
            new_teams.append(team)
    return user, new_teams


@transaction.atomic
def change(
    user: User,
    *,
    email: str,
    name: str,
    role: str,
    teams: Sequence[Team],
    language: str,
    time_zone: str,
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> list[str]:
    """Change a person's facts. Returns the names of the fields that are different now.

    Raises:
        PersonRefused: no address or somebody else's, or no such role.
        StillHolds: they would only read from now on, and something hangs on them.
        LastAdmin: they are the only administrator left.
        ChangedMeanwhile: it is not the version that was `seen`, with these teams.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    setup_versions.require_seen(user, seen)
    email = _checked_address(email, besides=user)
    if role not in Role.values:
        raise PersonRefused(_no_role(role))
    if role == Role.LEADERSHIP and user.role != role:
        leaving.require_nothing_left(user, now)
    if role != Role.ADMIN:
        leaving.require_another_admin(user)
    values = {
        "email": email, "name": clean_line(name)[:200], "role": role, "language": language, "time_zone": time_zone
    }  # fmt: skip
    changed = [field for field, value in values.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, values[field])
    if changed:
        setup_history.changed_by(user, actor, now)
        user.save(update_fields=changed)
    if set_teams(user, teams, actor=actor, now=now):
        changed.append("teams")
    absences.settle(now=now)
    return changed


def change_own(user: User, *, name: str, language: str, time_zone: str, now: datetime) -> None:
    """What everybody may change about themselves."""
    user.name, user.language, user.time_zone = clean_line(name)[:200], language, time_zone
    setup_history.changed_by(user, user, now)
    user.save(update_fields=["name", "language", "time_zone"])
    absences.settle(now=now)  # their day may be another one now


def set_teams(user: User, teams: Sequence[Team], *, actor: User | None, now: datetime) -> bool:
    """Put somebody into these teams and no others. Their open cases go along. Returns whether that is a change."""
    wanted, here = {team.pk for team in teams}, {member.team_id: member for member in user.memberships.all()}
    if wanted == set(here):
        return False
    for team_id in sorted(wanted - set(here)):
        member = Membership(user=user, team_id=team_id)
        setup_history.changed_by(member, actor, now)
        member.save()
    for team_id in sorted(set(here) - wanted):
        setup_history.changed_by(here[team_id], actor, now)
        here[team_id].delete()
    _take_cases_along(user, now)
    return True


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def _take_cases_along(user: User, now: datetime) -> None:
    """The open cases of somebody who changed teams belong to a team they are in, so that its lead answers for them."""
    teams = list(user.memberships.values_list("team", flat=True))
    if teams:
        for case in leaving.open_cases(user).exclude(team__in=teams).order_by("pk"):
            reason = case.owner_reason or user.display_name
            workflow.assign(case_id=case.pk, owner=user, reason=reason, actor=None, now=now)


def invite(user: User, *, now: datetime) -> None:
    """Have them mailed the link by which they choose a password; it goes out within the minute."""
    user.invited_at = now
    user.save(update_fields=["invited_at"])


def come_back(user: User, *, actor: User | None, now: datetime) -> None:
    """Somebody who had left works here again."""
    user.is_active = True
    setup_history.changed_by(user, actor, now)
    user.save(update_fields=["is_active"])
    absences.settle(now=now)


def _no_role(role: str) -> str:
    return _("“%(role)s” is not a role; roles are %(known)s.") % {"role": role, "known": ", ".join(Role.values)}


def _checked_address(email: str, *, besides: User | None = None) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise PersonRefused(_("“%(email)s” is not an e-mail address.") % {"email": email}) from None
    others = User.objects.filter(email__iexact=email).exclude(pk=besides.pk if besides else 0)
    if others.exists():
        raise PersonRefused(_("Somebody with the address “%(email)s” is already here.") % {"email": email})
    return email


def set_password_link(user: User) -> str:
    """Where this person chooses a password. Works once, for PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("set-password", args=[uid, default_token_generator.make_token(user)])
    return urljoin(settings.BASE_URL, path)


def call_oneself(user: User, name: str) -> None:
    """What customers read about this person; empty: the name as it is."""
    user.name_for_customers = clean_line(name)[:100]
    user.save(update_fields=["name_for_customers"])
