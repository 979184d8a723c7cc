"""Which answers are in an NPS, and which questions in a response rate?"""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models.invitation import WITHOUT_RATE
from feedback.nps import LOWEST_PASSIVE, LOWEST_PROMOTER
from feedback.reporting import row_of
from loop.reporting import responses
from loop.reporting.behind.asked import About, Asked, Behind, Find, NoSuchFigure
from loop.reporting.behind.cases import row_words
from loop.reporting.programme import ANSWERED, CHANNELS
from loop.reporting.scope import NOT_PROGRAMME, invitations_of, responses_of

# By the score, which says the same as the category (`response_category_fits_score`): asked by category, PostgreSQL may
# go through the index of words in comments, which holds only some categories.
ANSWERS: Mapping[str, tuple[Lazy | str, Q]] = {
    "answers": (gettext_lazy("answered on these days"), Q()),
    "promoters": (gettext_lazy("promoters"), Q(score__gte=LOWEST_PROMOTER)),
    "passives": (gettext_lazy("passives"), Q(score__gte=LOWEST_PASSIVE, score__lt=LOWEST_PROMOTER)),
    "detractors": (gettext_lazy("detractors"), Q(score__lt=LOWEST_PASSIVE)),
}
ARRIVED = ~responses.CAME_BACK
QUESTIONS: Mapping[str, tuple[Lazy | str, Q]] = {
    "sent": (gettext_lazy("asked on these days"), Q()),
    "arrived": (gettext_lazy("asked, and the question arrived"), ARRIVED),
    "answered": (gettext_lazy("asked, and answered"), ANSWERED),
    "silent": (gettext_lazy("asked, the question arrived, no answer"), ARRIVED & ~ANSWERED),
    "came_back": (gettext_lazy("asked, and the question came back undelivered"), responses.CAME_BACK),
}
#: Scales that must not share a figure: the lowest score, and whether it is of the programme.
KINDS_OF = {"0": (0, True), "1": (1, True), "0r": (0, False), "1r": (1, False)}


def find(name: str) -> Find | None:
    """How the answers or questions of a figure are found; None where none is called so."""
    if name in ANSWERS:
        return lambda asked: _answers(asked, *ANSWERS[name])
    if name in QUESTIONS:
        return lambda asked: _questions(asked, *QUESTIONS[name])
    return None


def _answers(asked: Asked, words: Lazy | str, condition: Q) -> Behind:
    found, told = responses_of(asked.reader, asked.filters).filter(condition), [str(words)]
    if (kind_of := asked.own.get("kind_of")) is not None:
        if kind_of not in KINDS_OF:
            raise NoSuchFigure("kind_of")
        scale_min, in_programme = KINDS_OF[kind_of]
        found = found.filter(~NOT_PROGRAMME if in_programme else NOT_PROGRAMME, survey__scale_min=scale_min)
        told.append(_("asked from %(lowest)d to 10") % {"lowest": scale_min})
    if (key := asked.own.get("row")) is not None:
        periods = asked.filters.periods()
        row = row_of(asked.filters.by, "responded_at", periods, response="", account="contact__account__")
        found = found.annotate(row=row).filter(row=key)
        told.insert(0, row_words(asked, key))
    return Behind(About.ANSWER, tuple(told), found)


def _questions(asked: Asked, words: Lazy | str, condition: Q) -> Behind:
    found = invitations_of(asked.reader, asked.filters).exclude(channel__in=WITHOUT_RATE).filter(condition)
    part, key, told = asked.own.get("part"), asked.own.get("row", ""), [str(words)]
    if part is not None:
        if part not in responses.ROWS:
            raise NoSuchFigure("part")
        path = responses.ROWS[part]
        found = found.filter(Q(**{path: key}) if key else Q(**{path: ""}) | Q(**{f"{path}__isnull": True}))
        told.insert(0, str(CHANNELS.get(key, key)) or _("none"))
    return Behind(About.QUESTION, tuple(told), found)
