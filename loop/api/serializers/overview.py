"""What does the overview look like in JSON: one figure of each report, as that report has it?"""

from typing import Any

from rest_framework import serializers

from loop.api.serializers.goals import GoalLine
from loop.api.serializers.money_reports import ResponseRateAnswer
from loop.api.serializers.reports import LoopSharesAnswer, NpsOverviewAnswer, RecoveryAnswer


class OverviewAnswer(serializers.Serializer[Any]):
    nps = NpsOverviewAnswer()
    loop = LoopSharesAnswer()
    recovery = RecoveryAnswer()
    responses = ResponseRateAnswer()
    goals = GoalLine(many=True, help_text="The one due next of the survey and segment asked for.")
