"""How far is a wave, and what became of each of those decided about?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from feedback import sampling
from feedback.models import Contact, Invitation, Wave, WaveMember
from feedback.models.wave import WaveState
from loop.reporting.shares import Share

FILTER_WORDS = {
    "segment": lambda: _("segment"),
    "size": lambda: _("size"),
    "country": lambda: _("country"),
    "language": lambda: _("language"),
    "active_within_days": lambda: _("active within so many days"),
    "not_asked_within_days": lambda: _("not asked within so many days"),
    "annual_value_from": lambda: _("annual value from"),
}


@dataclass(frozen=True)
class Left:
    """So many for one reason, which `words` tell."""

    reason: str
    words: str
    count: int
    is_in: bool


@dataclass(frozen=True)
class Progress:
    """What became of those asked in a wave. Every one of them is sent, waiting or left out since."""

    asked: int
    sent: int
    answered: Share  # of the mails that arrived
    reminded: int
    bounced: int
    waiting: int
    left_out: list[Left]

    @property
    def done(self) -> int:
        """Those nothing more will be sent to for the first time."""
        return self.asked - self.waiting


def with_figures(waves: QuerySet[Wave], *, contacts: QuerySet[Contact] | None) -> QuerySet[Wave]:
    """Each wave with how many are asked, were sent it and answered, of these contacts; None: of all."""

    def counted(rows: QuerySet[Any]) -> Coalesce:
        if contacts is not None:
            rows = rows.filter(contact__in=contacts.values("pk"))
        per_wave = rows.filter(wave=OuterRef("pk")).order_by().values("wave").annotate(n=Count("pk"))
        return Coalesce(Subquery(per_wave.values("n")), 0)

    sent = Invitation.objects.filter(sent_at__isnull=False)
    return waves.annotate(
        asked=counted(WaveMember.objects.filter(asked=True)),
        sent=counted(sent),
        answered=counted(sent.filter(response__isnull=False, response__retracted_at=None, response__is_late=False)),
    )


def decided(wave: Wave) -> Share:
    """About how many contacts of the base it has been decided so far."""
    members, contacts = WaveMember.objects.filter(wave=wave).count(), Contact.objects.count()
    return Share(min(members, contacts), contacts)


def progress(wave: Wave) -> Progress:
    """How far an approved wave is."""
    invitations = Invitation.objects.filter(wave=wave)
    sent = Q(sent_at__isnull=False)
    figures = invitations.aggregate(
        sent=Count("pk", filter=sent),
        answered=Count(
            "pk", filter=sent & Q(response__isnull=False, response__retracted_at=None, response__is_late=False)
        ),
        reminded=Count("pk", filter=Q(reminded_at__isnull=False)),
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
    )
    called_off = invitations.filter(sent_at=None, cancelled_at__isnull=False).values_list("cancel_reason")
    left_out = dict(called_off.annotate(n=Count("pk")).order_by("-n", "cancel_reason"))
    asked = WaveMember.objects.filter(wave=wave, asked=True).count()
    waiting = max(0, asked - figures["sent"] - sum(left_out.values()))
    if wave.state == WaveState.CLOSED and waiting:  # closed before everybody had a time
        left_out["wave_closed"] = left_out.get("wave_closed", 0) + waiting
        waiting = 0
    arrived = max(figures["sent"] - figures["bounced"], figures["answered"])
    return Progress(
        asked=asked,
        sent=figures["sent"],
        answered=Share(figures["answered"], arrived),
        reminded=figures["reminded"],
        bounced=figures["bounced"],
        waiting=waiting,
        left_out=reasons_in_words(left_out),
    )


def reasons_in_words(found: Mapping[str, int]) -> list[Left]:
    """How many contacts have each reason, in words; those who are asked first."""
    words = sampling.words()
    told = [Left(reason, str(words.get(reason, reason)), n, reason in WaveMember.IN) for reason, n in found.items()]
    return sorted(told, key=lambda left: (not left.is_in, -left.count, left.words))


def filters_in_words(filters: Mapping[str, Any]) -> list[str]:
    """What a wave's filters want, each in words."""
    told = []
    for name, value in filters.items():
        if name == "decision_makers":
            told.append(_("decision makers only") if value else _("no decision makers"))
        else:
            names = dict(settings.LANGUAGES) if name == "language" else {}
            wanted = ", ".join(str(names.get(one, one)) for one in (value if isinstance(value, list) else [value]))
            told.append(f"{_named(name)}: {wanted}")
    return told


def strata_in_words(strata: Sequence[str]) -> str:
    """By what the groups differ that are sampled each by itself."""
    return ", ".join(_named(name) for name in strata)


def _named(name: str) -> str:
    """What a filter asks about: in words, or as your own systems call the attribute of an account or contact."""
    return FILTER_WORDS[name]() if name in FILTER_WORDS else name.partition(":")[2] or name


@dataclass(frozen=True)
class Member:
    """One contact in a wave: why they are asked or not, and what became of it."""

    member: WaveMember
    why: str
    invitation: Invitation | None
    called_off: str


def with_what_became(rows: Sequence[WaveMember]) -> list[Member]:
    """The rows of one page, each with its invitation; one query."""
    words = sampling.words()
    contacts = [row.contact_id for row in rows]
    waves = {row.wave_id for row in rows}
    found = Invitation.objects.filter(wave__in=waves, contact__in=contacts).select_related("response")
    by_contact = {invitation.contact_id: invitation for invitation in found}
    told = []
    for row in rows:
        invitation = by_contact.get(row.contact_id)
        reason = invitation.cancel_reason if invitation is not None else ""
        why = str(words.get(row.reason, row.reason))
        told.append(Member(row, why, invitation, str(words.get(reason, reason))))
    return told
