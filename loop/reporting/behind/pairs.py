"""Which cases are in a figure about recovery, about a person, or worth a look?"""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loop import access
from loop.models.case_query import CaseQuerySet
from loop.reporting import integrity, people, recovery, recovery_pairs, recovery_settings, recovery_words
from loop.reporting.behind.asked import About, Asked, Behind, Find, NoSuchFigure
from loop.reporting.behind.cases import of_row
from loop.reporting.case_figures import columns_at_any_time
from loop.reporting.scope import cases_of

STEPS: Mapping[str, tuple[Lazy | str, Q]] = {
    "recovery_followed_up": (gettext_lazy("followed up"), recovery.FUNNEL["followed_up"]),
    "recovery_asked": (gettext_lazy("followed up and asked again"), recovery.FUNNEL["asked"]),
    "recovery_answered": (gettext_lazy("followed up and answered again"), recovery.FUNNEL["answered"]),
    "recovery_recovered": (gettext_lazy("followed up, and in a better category"), recovery.FUNNEL["recovered"]),
    "recovery_improved": (gettext_lazy("followed up, and with a higher score"), recovery.FUNNEL["improved"]),
    "recovery_unchanged": (gettext_lazy("followed up, and unchanged"), recovery.FUNNEL["unchanged"]),
    "recovery_worsened": (gettext_lazy("followed up, and worse"), recovery.FUNNEL["worsened"]),
    "recovery_silent": (gettext_lazy("followed up, asked again, and silent"), recovery.FUNNEL["silent"]),
    "recovery_waiting": (
        gettext_lazy("followed up, asked again, with time left to answer"),
        recovery.FUNNEL["asked"] & ~recovery.FUNNEL["answered"] & ~recovery.FUNNEL["silent"],
    ),
    "unreached_asked": (gettext_lazy("not reached, and asked again"), recovery.UNREACHED_ASKED),
    "unreached_answered": (gettext_lazy("not reached, and answered again"), recovery.UNREACHED_ANSWERED),
}


def find(name: str) -> Find | None:
    """How the cases of a figure are found; None where none is called so."""
    if name in STEPS:
        words, condition = STEPS[name]
        return lambda asked: Behind(About.CASE, (_("detractors"), str(words)), _detractors(asked).filter(condition))
    return OTHERS.get(name)


def _detractors(asked: Asked) -> CaseQuerySet:
    return recovery_pairs.detractor_cases(cases_of(asked.reader, asked.filters))


def _late(asked: Asked) -> Behind:
    words = _("contacted after the call was due, and answered again")
    return Behind(About.CASE, (_("detractors"), words), recovery_pairs.contacted_late(_detractors(asked)))


def _compared(asked: Asked, *, alone: bool, recovered: bool) -> Behind:
    """Of one first score and setting, or of all that are compared; of one row of these where it is asked for."""
    cases = _detractors(asked)
    pairs = recovery_pairs.alone_cases(cases) if alone else recovery_pairs.followed_up_cases(cases)
    found = recovery_settings.settled(pairs, asked.filters).filter(_groups(asked))
    if recovered:
        found = found.filter(recovery_pairs.RECOVERED_ALONE if alone else recovery_pairs.RECOVERED)
    found, row = of_row(found, asked)
    told = [*row, _("answered again before anyone had contacted them") if alone else _("followed up in time")]
    if "score" in asked.own:
        told += [_("first score %(score)s") % {"score": asked.own["score"]}]
        told += [recovery_words.setting(asked.own.get("setting", ""))]
    if recovered:
        told.append(_("recovered"))
    return Behind(About.CASE, tuple(told), found)


def _groups(asked: Asked) -> Q:
    if "score" in asked.own:
        try:
            return recovery_settings.in_group(asked.number("score"), asked.own.get("setting", ""))
        except ValueError:
            raise NoSuchFigure("setting") from None
    columns, filters = columns_at_any_time(asked.reader, asked.filters), asked.filters
    columns = recovery_pairs.detractors(columns, filters)
    ours, theirs = recovery_pairs.followed_up(columns, filters), recovery_pairs.alone(columns, filters)
    strata = recovery_pairs.comparison_of(ours, theirs).strata
    return reduce(or_, (recovery_settings.in_group(one.score, one.setting) for one in strata), Q(pk__in=[]))


def _of_person(asked: Asked) -> Behind:
    """Cases of somebody that have come to an end; of whom figures may be shown, as far as the reader sees them."""
    person = people.shown_people(asked.reader).filter(pk=asked.number("person")).first()
    if person is None:
        raise NoSuchFigure("person")
    counted = people.ended_cases(asked.filters).filter(owner=person)
    seen = counted
    if asked.reader is not None:
        seen = counted.filter(pk__in=access.visible_cases(asked.reader).order_by().values("pk"))
    words = person.display_name, _("come to an end, and not withdrawn")
    return Behind(About.CASE, words, seen, unseen=counted.count() - seen.count())


def _worth_a_look(asked: Asked) -> Behind:
    key = asked.own.get("part", "")
    if key not in integrity.NAMES:
        raise NoSuchFigure("part")
    rows = integrity.rows_of(key, asked.reader, asked.filters)
    about = About.CASE if isinstance(rows, CaseQuerySet) else About.CONTACT
    return Behind(about, (str(integrity.NAMES[key][0]),), rows)


OTHERS: Mapping[str, Find] = {
    "recovery_late": _late,
    "compared": lambda asked: _compared(asked, alone=False, recovered=False),
    "compared_recovered": lambda asked: _compared(asked, alone=False, recovered=True),
    "alone": lambda asked: _compared(asked, alone=True, recovered=False),
    "alone_recovered": lambda asked: _compared(asked, alone=True, recovered=True),
    "person": _of_person,
    "integrity": _worth_a_look,
}
