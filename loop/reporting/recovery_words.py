"""How do we tell, in words, whether following up made a difference?"""

from collections import Counter
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.models.survey import SurveyKind
from loop.reporting.expected_recovery import FEWEST_FOR_A_VERDICT, Comparison, Finding, Reason
from loop.reporting.shares import percent


def sentences(found: Comparison) -> list[str]:
    """The verdict in the active language: finding, figures, difference, what it would take, who is left out.

    A recovery rate is only ever told in one sentence with the rate expected without a contact.
    """
    told = [_finding(found), *_figures(found)]
    if found.finding == Finding.CANNOT_TELL and found.n:
        told += _power(found)
    if found.left_out:
        left_out: Counter[int] = Counter()
        for stratum in found.left_out:
            left_out[stratum.score] += stratum.followed_up
        scores = "; ".join(_left_out(score, n) for score, n in sorted(left_out.items()))
        told.append(
            _("Left out, with nobody of the same first score to compare with: %(scores)s.") % {"scores": scores}
        )
    return told


def _left_out(score: int, n: int) -> str:
    told = {"score": score, "n": n}
    return ngettext("%(n)d customer with a %(score)d", "%(n)d customers with a %(score)d", n) % told


def _finding(found: Comparison) -> str:
    if found.finding == Finding.MORE:
        return _("More recovered than chance explains.")
    if found.finding == Finding.LESS:
        return _("Fewer recovered than expected.")
    return {
        Reason.NOBODY_ANSWERED: _("Cannot tell yet: no followed-up detractor has answered again."),
        Reason.NOBODY_TO_COMPARE_WITH: _(
            "Cannot tell: there is nobody to compare with, so no expected value can be given."
        ),
        Reason.TOO_FEW: _("Cannot tell yet: at least %(fewest)d customers are needed in both groups.")
        % {"fewest": FEWEST_FOR_A_VERDICT},
        Reason.CHANCE: _("Cannot tell yet: the difference could be chance."),
        Reason.BY_CHOICE: _(
            "No verdict: %(n)d of those compared with were passed over for reasons nobody has written down."
        )
        % {"n": found.unrecorded},
        Reason.REASONS: _(
            "Cannot tell: with what is recorded about both groups held equal, the difference could be chance."
        ),
        Reason.THIN: _("Cannot tell yet: there are too few customers with the same first score to compare with."),
    }[found.reason or Reason.CHANCE]


def _figures(found: Comparison) -> list[str]:
    observed, expected, interval = found.observed_share, found.expected_share, found.interval
    if observed is None or expected is None or interval is None:
        return []
    if found.is_few:
        counted = {
            "observed": found.observed,
            "n": found.n,
            "expected": f"{found.expected:.1f}",
            "alone": found.n_alone,
        }
        return [
            _(
                "%(observed)d of %(n)d followed-up detractors recovered. Without a contact, %(expected)s of them would "
                "be expected to, by customers with the same first scores "
                "(%(alone)d who answered again before anyone had contacted them)."
            )
            % counted
        ]
    told = [
        _(
            "%(observed)s of %(n)d followed-up detractors recovered. "
            "Without a contact, %(expected)s of customers with the same first scores would have too "
            "(%(alone)d who answered again before anyone had contacted them)."
        )
        % {"observed": percent(observed), "n": found.n, "expected": percent(expected), "alone": found.n_alone},
    ]
    told.append(
        _("The difference is %(points)s points, with a 95%% interval from %(low)s to %(high)s.")
        % {"points": points(observed - expected), "low": points(interval[0]), "high": points(interval[1])}
    )
    return told


def _power(found: Comparison) -> list[str]:
    smallest = found.smallest_detectable
    if smallest is None:
        told = [_("With these numbers no difference, however large, would reliably show.")]
    else:
        told = [
            _("With these numbers only a difference of %(points)d points or more would reliably show.")
            % {"points": ceil(100 * smallest)}
        ]
    if found.more_answers_needed:
        told.append(
            _("If the true difference is as large as the one seen, about %(more)d more second answers are needed.")
            % {"more": ceil(found.more_answers_needed / 10) * 10}
        )
    return told


def points(share: float) -> str:
    """A difference of shares in percentage points, signed: "+11", "−2"."""
    return f"{round(100 * share):+d}".replace("-", "\N{MINUS SIGN}")


def setting(code: str) -> str:
    """A setting of `recovery_settings` in words: "relational, then recovery · within 30 days · 2026, first half"."""
    if not code:
        return ""
    first, again, gap, half = code.split("|")
    year, _dash, number = half.partition("-")
    kinds = dict(SurveyKind.choices)
    after = {"30d": _("within 30 days"), "120d": _("31 to 120 days later")}.get(gap, _("later"))
    when = (_("%(year)s, first half") if number == "1" else _("%(year)s, second half")) % {"year": year}
    return f"{kinds.get(first, first)} → {kinds.get(again, again)} · {after} · {when}"


def assumption() -> str:
    """What must be true for the difference to be due to the follow-up."""
    return _(
        "The two groups were not drawn by lot: if what kept people from being contacted in time also goes with how "
        "they score later, the difference is not due to the follow-up alone."
    )
