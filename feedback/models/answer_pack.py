"""Who gave which score on one day to one survey? Kept as columns of numbers, for figures over people and accounts.

Written by `feedback.tallies` only, in the transaction that counts the day; right whenever the day's `TalliedDay` is and
its `packed_at` says that it counted the columns too.
What the bytes mean is said in `feedback.answer_columns`.
"""

from django.db import models


class AnswerPack(models.Model):
    """The counted answers of one day to one survey, in order of time."""

    day = models.DateField()
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.BinaryField(help_text="Contact, account and score of each.")
    times = models.BinaryField(help_text="When each was given; apart, since few figures ask for it.")
    digest = models.CharField(max_length=32, help_text="Of all of it: the same digest is the same content.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "survey"], name="answer_pack_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.survey_id}"
