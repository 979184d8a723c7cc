"""Who may be asked now, and if not, why not?

Every reason not to ask is a bar, tried in a fixed order; the first that holds is the one that is told. A package above
registers its own (`loop`: an open case). What the programme's rules say holds over all surveys. The same bars are tried
when a wave is planned and again when each mail is about to leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from feedback.contacts import BOUNCED
from feedback.models import (
    AskBy,
    Contact,
    Invitation,
    OpenComplaint,
    ProgrammeRules,
    Response,
    Suppression,
    Survey,
    Wave,
    WaveMember,
)
from feedback.models.invitation import EMBEDDED, InvitationQuerySet
from feedback.models.survey import SurveyKind
from feedback.models.wave import WaveState


class Covers(IntEnum):
    """Which surveys a bar keeps back. Each covers what the next one does, and more."""

    WAVES = 1  # and whatever a rule asks about before it invites
    SURVEYS = 2  # everything but the recovery survey, which a case sends
    EVERYTHING = 3


@dataclass(frozen=True)
class Quiet:
    """How long a contact is left in peace, in days."""

    after_answer: int
    after_silence: int
    between_mails: int

    @classmethod
    def of_programme(cls) -> "Quiet":
        """What the programme's rules say."""
        in_force = rules()
        return cls(in_force.after_answer_days, in_force.after_silence_days, in_force.between_mails_days)


@dataclass(frozen=True)
class Question:
    """What is about to be asked: the facts a bar may depend on.

    `leaving` is the invitation whose mail is about to leave; None while nobody has been invited yet. `channel` is the
    way by which it is, or would be, sent; what keeps mails or text messages from arriving is no bar to a link.
    """

    survey: Survey
    now: datetime
    quiet: Quiet
    leaving: Invitation | None = None
    channel: str = AskBy.EMAIL


Condition = Callable[[Question], Q | Exists]


@dataclass(frozen=True)
class Bar:
    """A reason not to ask. `holds` gives the condition on a contact as SQL."""

    reason: str
    words: StrOrPromise
    holds: Condition
    covers: Covers = Covers.SURVEYS


def rules() -> ProgrammeRules:
    """The programme's rules; the defaults where nobody has written down any."""
    return ProgrammeRules.objects.filter(pk=1).first() or ProgrammeRules(pk=1)


def _invitations(question: Question) -> InvitationQuerySet:
    """The contact's other invitations. A link in the company's own mails is no question of ours until answered."""
    found = Invitation.objects.filter(contact=OuterRef("pk")).exclude(channel=EMBEDDED)
    return found.exclude(pk=question.leaving.pk) if question.leaving is not None else found


#: What finds the suppression of where a message goes, by channel.
REACHED_AT = {AskBy.EMAIL: "address_hash", AskBy.SMS: "mobile_hash"}


def _unreachable(channel: str) -> Condition:
    """Whether there is nowhere to send to by this channel."""
    return lambda question: Q(**{REACHED_AT[AskBy(channel)]: ""}) if question.channel == channel else Q(pk=None)


def _came_back(question: Question) -> Q | Exists:
    """Whether what we sent there by this channel does not arrive."""
    if question.channel not in REACHED_AT:
        return Q(pk=None)
    where = OuterRef(REACHED_AT[AskBy(question.channel)])
    return Exists(Suppression.objects.filter(address_hash=where, reason=BOUNCED))


def _suppressed(question: Question) -> Q:
    """Whether somebody said, at this address or number, that they want no more.

    Said at an address it is that person's word for every way to ask; said at a number it holds for text messages, and
    for somebody of whom we have nothing else: several may share a telephone.
    """
    said = Suppression.objects.exclude(reason=BOUNCED)
    by_number = Q(Exists(said.filter(address_hash=OuterRef("mobile_hash"))))
    if question.channel != AskBy.SMS:
        by_number &= Q(address_hash="")
    return Q(Exists(said.filter(address_hash=OuterRef("address_hash")))) | by_number


def _complained(_question: Question) -> Exists:
    return Exists(OpenComplaint.objects.filter(contact=OuterRef("pk"), ended_at=None))


def _about_to_be_mailed(question: Question) -> Q | Exists:
    """Another survey leaves within the quiet period. Of two that leave at once the one that was due first does."""
    mine = question.leaving
    if mine is not None:
        before_me = Q(due_at__lt=mine.due_at) | Q(due_at=mine.due_at, pk__lt=mine.pk)
        rivals = Invitation.objects.due(question.now).filter(before_me, contact=OuterRef("pk"))
        return Exists(rivals.filter(expires_at__gt=question.now))
    until = question.now + timedelta(days=question.quiet.between_mails)
    waiting = _invitations(question).filter(sent_at=None, cancelled_at=None, due_at__lt=until)
    condition = Q(Exists(waiting.filter(expires_at__gt=question.now)))
    approved = Wave.objects.filter(state__in=[WaveState.SENDING, WaveState.PAUSED], scheduled_at=None)
    if unscheduled := list(approved.values_list("pk", flat=True)):
        chosen = WaveMember.objects.filter(contact=OuterRef("pk"), wave__in=unscheduled, asked=True)
        condition |= Q(Exists(chosen))
    return condition


def _mailed(question: Question) -> Exists:
    since = question.now - timedelta(days=question.quiet.between_mails)
    return Exists(_invitations(question).filter(Q(sent_at__gt=since) | Q(reminded_at__gt=since)))


def _answered(question: Question) -> Exists:
    since = question.now - timedelta(days=question.quiet.after_answer)
    answers = Response.objects.counted().filter(contact=OuterRef("pk"), responded_at__gt=since)
    return Exists(answers.exclude(survey__kind=SurveyKind.RECOVERY))


def _silent(question: Question) -> Exists:
    """A mail that came back asked nobody."""
    since = question.now - timedelta(days=question.quiet.after_silence)
    asked = _invitations(question).unanswered().filter(sent_at__gt=since, bounced_at=None)
    return Exists(asked.exclude(survey__kind=SurveyKind.RECOVERY))


# Opt-outs, bounces and suppression before everything; the quiet periods last. Recovery surveys, which a case sends,
# neither respect those of an answer and of silence nor begin one, but they are mails like any other.
_bars: list[Bar] = [
    Bar("no_address", _("no e-mail address"), _unreachable(AskBy.EMAIL), Covers.EVERYTHING),
    Bar("no_mobile", _("no mobile number"), _unreachable(AskBy.SMS), Covers.EVERYTHING),
    Bar("opted_out", _("does not want surveys"), lambda _question: Q(opted_out_at__isnull=False), Covers.EVERYTHING),
    Bar("bounced", _("what we send there comes back"), _came_back, Covers.EVERYTHING),
    Bar("suppressed", _("the address must not be mailed"), _suppressed, Covers.EVERYTHING),
    Bar("complaint", _("an open complaint was reported"), _complained),
    Bar("about_to_be_mailed", _("another survey is about to leave"), _about_to_be_mailed),
    Bar("mailed_recently", _("had a survey mail a short while ago"), _mailed),
    Bar("answered_recently", _("answered within the quiet period"), _answered, Covers.WAVES),
    Bar("silent_recently", _("was asked a while ago and did not answer"), _silent, Covers.WAVES),
]

# Why somebody is asked, and further reasons why not.
_OTHER_WORDS: dict[str, StrOrPromise] = {
    WaveMember.DRAWN: _("drawn by lot"),
    WaveMember.SELECTED: _("selected by the filters"),
    WaveMember.EVERYBODY: _("nothing keeps them out, and all such are asked"),
    WaveMember.NOT_DRAWN: _("not drawn"),
    WaveMember.FILTERED: _("not what the filters select"),
    "wave_closed": _("the wave was closed before the mail left"),
    "link_expired": _("the link ran out before the mail could leave"),
}


def register(bar: Bar, *, before: str = "about_to_be_mailed") -> None:
    """Add a reason not to ask, tried before the one named `before`. Registering it again changes nothing."""
    if all(known.reason != bar.reason for known in _bars):
        position = next(number for number, known in enumerate(_bars) if known.reason == before)
        _bars.insert(position, bar)


def words() -> dict[str, StrOrPromise]:
    """What each reason to ask, not to ask, or to call an invitation off says to people."""
    return {**{bar.reason: bar.words for bar in _bars}, **_OTHER_WORDS}


def with_bar(contacts: QuerySet[Contact], question: Question) -> QuerySet[Contact]:
    """The contacts, each annotated with `bar`: the first reason not to ask them, "" for none."""
    return contacts.annotate(bar=_first_bar(question, Covers.WAVES))


def why_not(
    contact: Contact, survey: Survey, *, now: datetime, quiet: Quiet | None = None, channel: str = AskBy.EMAIL
) -> str:
    """The first reason not to ask this contact now by this channel; "" when they may be asked."""
    question = Question(survey, now, quiet or Quiet.of_programme(), channel=channel)
    return _bar_of(contact.pk, question, Covers.WAVES)


def why_not_leave(invitation: Invitation, *, now: datetime) -> str:
    """The first reason why the mail of this invitation, or its reminder, must not leave now; "" for none.

    Quiet periods after an answer and after silence were settled by whoever invited without a wave, such as a rule with
    a period of its own; those of a wave are asked again.
    """
    survey = invitation.survey
    if survey.kind == SurveyKind.RECOVERY:
        covers = Covers.EVERYTHING
    else:
        covers = Covers.SURVEYS if invitation.wave_id is None else Covers.WAVES
    question = Question(survey, now, Quiet.of_programme(), leaving=invitation, channel=invitation.channel)
    return _bar_of(invitation.contact_id, question, covers)


def _bar_of(contact_id: int, question: Question, covers: Covers) -> str:
    found = Contact.objects.filter(pk=contact_id).values_list(_first_bar(question, covers))
    return str(found.get()[0])


def _first_bar(question: Question, covers: Covers) -> Case:
    """The reason of the first bar that holds and covers as much, in SQL."""
    whens = [When(bar.holds(question), then=Value(bar.reason)) for bar in _bars if bar.covers >= covers]
    return Case(*whens, default=Value(""), output_field=CharField())
