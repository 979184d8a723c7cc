"""What do the reports look like in JSON? They say it themselves by `as_dict`; this tells readers of the API."""

from typing import Any

from rest_framework import serializers

from feedback.clustered import Weighing
from feedback.reporting import By
from feedback.scale_warnings import Oddity
from loop.reporting.expected_recovery import Finding, Reason

FINDINGS = [finding.value for finding in Finding]


class Interval(serializers.ListField):
    """The two ends of a 95 % interval."""

    def __init__(self, *, open_ended: bool = False, **kwargs: Any) -> None:
        child = serializers.FloatField(allow_null=open_ended)
        super().__init__(child=child, min_length=2, max_length=2, **kwargs)


class FromTo(serializers.Serializer[Any]):
    """First and last day, both included; `from` is a word that cannot be declared as a field."""

    def get_fields(self) -> dict[str, Any]:
        days = {"from": serializers.DateField(**self.day), "to": serializers.DateField(**self.day)}
        return {**days, **super().get_fields()}

    day: dict[str, Any] = {}


class Covered(FromTo):
    """What the report was narrowed to; empty: not narrowed."""

    kind = serializers.CharField(allow_blank=True)
    survey = serializers.CharField(allow_blank=True)
    touchpoint = serializers.CharField(allow_blank=True)
    segment = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)
    account = serializers.CharField(allow_blank=True)
    team = serializers.CharField(allow_blank=True)


class ShareOf(serializers.Serializer[Any]):
    """A share between 0 and 1; null when n is 0."""

    count = serializers.IntegerField()
    n = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    interval = Interval(allow_null=True)


class NpsFigures(serializers.Serializer[Any]):
    """In points, -100 to 100; null without answers, or where they must not be added up."""

    n = serializers.IntegerField(allow_null=True)
    promoter = serializers.IntegerField(allow_null=True)
    passive = serializers.IntegerField(allow_null=True)
    detractor = serializers.IntegerField(allow_null=True)
    nps = serializers.FloatField(allow_null=True)
    interval = Interval(allow_null=True)


class Move(serializers.Serializer[Any]):
    """A difference of two NPS in points, with its interval and its two-sided p."""

    points = serializers.FloatField()
    interval = Interval()
    p = serializers.FloatField()
    beyond_chance = serializers.BooleanField()


class AgainstOthersLine(Move):
    """Against all other rows together; `stands_out` allows for how many rows there are."""

    stands_out = serializers.BooleanField()


class NpsGroupLine(NpsFigures):
    """Answers on one scale, of the programme or of recovery surveys: these never share a figure."""

    scale = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    recovery = serializers.BooleanField()


class NpsGroupTotal(NpsGroupLine):
    """`rows_left_out` of many customers have fewer answers than those shown; theirs are in the total."""

    rows_left_out = serializers.IntegerField()


class NpsLine(NpsGroupLine, FromTo):
    """One period, survey or part of the customers."""

    day = {"required": False}
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    against_others = AgainstOthersLine(allow_null=True)


class NpsChange(Move):
    """Against as many days just before, allowing for people who answered both times."""

    n_before = serializers.IntegerField()
    pairs_of_the_same_people = serializers.IntegerField()
    smallest_detectable = serializers.FloatField(allow_null=True)


class RollingLine(NpsFigures, FromTo):
    """The twelve months up to one month."""

    key = serializers.CharField()
    name = serializers.CharField()
    against_others = AgainstOthersLine(allow_null=True)


class WeighedLine(serializers.Serializer[Any]):
    """One of three questions about the same answers; the error is taken over accounts, by Student's t below ten."""

    weighing = serializers.ChoiceField([weighing.value for weighing in Weighing])
    currency = serializers.CharField(allow_blank=True)
    nps = serializers.FloatField()
    standard_error = serializers.FloatField(allow_null=True)
    interval = Interval(allow_null=True)
    accounts = serializers.IntegerField()
    effective_accounts = serializers.FloatField()
    n = serializers.IntegerField()
    by_student = serializers.BooleanField()


class WeighedAnswer(serializers.Serializer[Any]):
    figures = WeighedLine(many=True)
    without_account = serializers.IntegerField()


class ScaleWarningLine(serializers.Serializer[Any]):
    survey = serializers.CharField()
    warning = serializers.ChoiceField([oddity.value for oddity in Oddity])
    zeros = serializers.IntegerField()
    n = serializers.IntegerField()
    words = serializers.CharField()


class NpsOverviewAnswer(NpsFigures):
    filters = Covered()
    by = serializers.ChoiceField([by.value for by in By])
    no_total_because = serializers.CharField(allow_blank=True)
    groups = NpsGroupTotal(many=True)
    warnings = ScaleWarningLine(many=True)
    rows = NpsLine(many=True)
    few = serializers.BooleanField(help_text="Fewer than ten answers: tell the counts, not an NPS.")
    change = NpsChange(allow_null=True)


class NpsAnswer(NpsOverviewAnswer):
    rolling_year = RollingLine(many=True)
    weighed = WeighedAnswer(allow_null=True)


class Wait(serializers.Serializer[Any]):
    """The median wait (Kaplan-Meier) in hours; null where more than half still wait."""

    median = serializers.FloatField(allow_null=True)
    interval = Interval(open_ended=True)
    n = serializers.IntegerField()
    waiting = serializers.IntegerField()
    closed_without_contact = serializers.IntegerField()


class ResolutionWait(serializers.Serializer[Any]):
    """The median time to the resolution that stands (Kaplan-Meier) in hours; null where more than half are unsolved."""

    median = serializers.FloatField(allow_null=True)
    interval = Interval(open_ended=True)
    n = serializers.IntegerField()
    waiting = serializers.IntegerField()
    closed_unsolved = serializers.IntegerField()


class ResolutionWaits(serializers.Serializer[Any]):
    customer_clock = ResolutionWait()
    working_time = ResolutionWait()


class Waits(serializers.Serializer[Any]):
    customer_clock = Wait()
    working_time = Wait()


class TeamLoadLine(serializers.Serializer[Any]):
    """What waits in a team now."""

    team = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()


class LoopLine(serializers.Serializer[Any]):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    opened_after = serializers.DateTimeField(required=False)
    opened_before = serializers.DateTimeField(required=False)
    contacted_in_time = ShareOf()
    resolved = ShareOf()


class ThenLine(serializers.Serializer[Any]):
    """Shares by then (Aalen-Johansen): contacted, closed otherwise, waiting; the interval is of the contacted."""

    hours = serializers.FloatField()
    contacted = serializers.FloatField()
    interval = Interval()
    closed_otherwise = serializers.FloatField()
    waiting = serializers.FloatField()


class ContactedBy(serializers.Serializer[Any]):
    customer_clock = ThenLine(many=True)
    working_time = ThenLine(many=True)


class AgeLine(serializers.Serializer[Any]):
    """Of the cases open now, whenever they opened."""

    more_than_days = serializers.IntegerField()
    up_to_days = serializers.IntegerField(allow_null=True)
    open = ShareOf()
    overdue = serializers.IntegerField()


class LoopDetailsOf(serializers.Serializer[Any]):
    backlog_by_age = AgeLine(many=True)
    unreminded = ShareOf()
    reminders_a_case = serializers.FloatField(allow_null=True)
    promises_kept_in_time = ShareOf()
    promises_kept_late = serializers.IntegerField()


class LoopSharesAnswer(serializers.Serializer[Any]):
    filters = Covered()
    by = serializers.ChoiceField([by.value for by in By])
    n = serializers.IntegerField()
    contacted_in_time = ShareOf()
    resolved = ShareOf()
    not_reached = ShareOf()
    withdrawn = ShareOf()
    open = ShareOf()
    reopened = ShareOf()
    customer_confirmed = ShareOf()
    contact_goal = serializers.FloatField()
    teams = TeamLoadLine(many=True)


class LoopAnswer(LoopSharesAnswer):
    hours_to_first_contact = Waits()
    hours_to_resolution = ResolutionWaits()
    contacted_by = ContactedBy()
    details = LoopDetailsOf()
    rows = LoopLine(many=True)


class LeftOut(serializers.Serializer[Any]):
    """`setting`: kind of the first and of the second survey, how long in between at most, which half of which year."""

    score = serializers.IntegerField()
    n = serializers.IntegerField()
    setting = serializers.CharField(allow_blank=True)


class RecoveryVerdict(serializers.Serializer[Any]):
    finding = serializers.ChoiceField(FINDINGS)
    reason = serializers.ChoiceField([reason.value for reason in Reason], allow_blank=True)
    words = serializers.CharField()
    assumption = serializers.CharField(allow_blank=True)


class FunnelLine(serializers.Serializer[Any]):
    followed_up = serializers.IntegerField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    recovered = serializers.IntegerField()
    improved = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    worsened = serializers.IntegerField()
    silent = serializers.IntegerField()
    other_scale = serializers.IntegerField()
    waiting = serializers.IntegerField()


class RecoveryLine(serializers.Serializer[Any]):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    n = serializers.IntegerField()
    observed = serializers.IntegerField()
    expected = serializers.FloatField()


class SecondEstimate(serializers.Serializer[Any]):
    """The difference with score, setting, worth and the wish for a call held equal."""

    effect = serializers.FloatField()
    interval = Interval()
    n = serializers.IntegerField()


class PooledOdds(serializers.Serializer[Any]):
    """The odds of those followed up against the others, over all strata (Mantel-Haenszel); 1: no difference."""

    ratio = serializers.FloatField()
    interval = Interval()
    statistic = serializers.FloatField()
    p = serializers.FloatField()


class RecoveryAnswer(serializers.Serializer[Any]):
    """Observed recovery beside what would have been expected without following up."""

    filters = Covered()
    by = serializers.ChoiceField([by.value for by in By])
    n = serializers.IntegerField()
    n_comparison = serializers.IntegerField()
    observed = serializers.IntegerField()
    expected = serializers.FloatField()
    observed_share = serializers.FloatField(allow_null=True)
    expected_share = serializers.FloatField(allow_null=True)
    effect = serializers.FloatField(allow_null=True)
    standard_error = serializers.FloatField(allow_null=True)
    interval = Interval(allow_null=True)
    smallest_detectable = serializers.FloatField(allow_null=True)
    left_out = LeftOut(many=True)
    passed_over = serializers.IntegerField(help_text="Compared with, though others due later were called first.")
    unrecorded = serializers.IntegerField(help_text="Of those, without a reason that can be held equal.")
    adjusted = SecondEstimate(allow_null=True)
    odds_ratio = PooledOdds(allow_null=True)
    bounds = Interval(allow_null=True)
    contacted_late = serializers.IntegerField()
    verdict = RecoveryVerdict()
    funnel = FunnelLine()
    answer_rate = ShareOf()
    answer_rate_unreached = ShareOf()
    rows = RecoveryLine(many=True)
