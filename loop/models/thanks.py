"""How are happy customers thanked, what may they be asked for, and which words of theirs open a case all the same?"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.edited import Edited


class Thank(models.TextChoices):
    """How somebody is thanked. The page after the survey has the survey's own words in any case."""

    MAIL = "mail", _("by mail, once the answer has settled")
    PAGE = "page", _("only on the page, right after the answer")
    NONE = "none", _("not at all")


class Ask(models.TextChoices):
    """What somebody who is glad may be asked for."""

    REFERENCE = "reference", _("whether we may name them, or somebody may call them")
    REVIEW = "review", _("a public review")
    REFERRAL = "referral", _("whom else we could help")


class ThanksPolicy(Edited):
    """How promoters and passives of one survey are thanked. No row: on the page, and nothing is asked of anybody."""

    survey = models.OneToOneField("feedback.Survey", on_delete=models.PROTECT, related_name="thanks_policy")
    promoter_thanks = models.CharField(max_length=10, choices=Thank.choices, default=Thank.PAGE)
    promoter_ask = models.CharField(max_length=10, choices=Ask.choices, blank=True)
    passive_thanks = models.CharField(max_length=10, choices=Thank.choices, default=Thank.PAGE)
    passive_ask = models.CharField(max_length=10, choices=Ask.choices, blank=True)
    review_url = models.URLField(max_length=500, blank=True)
    referral_url = models.URLField(max_length=500, blank=True)
    quiet_days = models.PositiveSmallIntegerField(default=180, help_text="Nobody is asked again within so many days.")
    own_words = models.JSONField(
        default=dict, blank=True, help_text="Words of one's own, by ask and language; others are Loop's."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(promoter_thanks__in=Thank.values, passive_thanks__in=Thank.values),
                name="thanks_policy_ways_are_known",
            ),
            models.CheckConstraint(
                condition=Q(promoter_ask__in=["", *Ask.values], passive_ask__in=["", *Ask.values]),
                name="thanks_policy_asks_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"thanks of survey {self.survey_id}"


class WordRule(Edited):
    """Which words open a case for an answer that is no detractor's. No row: none do."""

    survey = models.OneToOneField("feedback.Survey", on_delete=models.PROTECT, related_name="word_rule")
    for_promoters = models.BooleanField(default=False)
    for_passives = models.BooleanField(default=False)
    words = models.JSONField(default=dict, blank=True, help_text="By language: beginnings of words, or several words.")

    def __str__(self) -> str:
        return f"words of survey {self.survey_id}"


class ThanksQuerySet(models.QuerySet["Thanks"]):
    def due(self, now: datetime) -> "ThanksQuerySet":
        """Thanks that are to be mailed by now and have not left."""
        return self.filter(send_after__lte=now, mailed_at=None, withheld="")


class Thanks(models.Model):
    """What was decided about thanking for one answer: how, and what is asked. One row an answer, so nobody is thanked
    twice; its page is where the customer says yes, and takes it back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    response = models.OneToOneField("feedback.Response", on_delete=models.PROTECT, related_name="thanks")
    # No index of its own: `thanks_of_contact` begins with it.
    contact = models.ForeignKey("feedback.Contact", on_delete=models.PROTECT, related_name="thanks", db_index=False)
    token_hash = models.CharField(max_length=64, unique=True)
    decided_at = models.DateTimeField()
    ask = models.CharField(max_length=10, choices=Ask.choices, blank=True)
    not_asked = models.CharField(max_length=30, blank=True, help_text="Why nothing is asked, where the policy asks.")
    send_after = models.DateTimeField(null=True, blank=True, help_text="When the mail may leave; empty: there is none.")
    mailed_at = models.DateTimeField(null=True, blank=True)
    withheld = models.CharField(max_length=30, blank=True, help_text="Why there are no thanks after all.")

    objects = ThanksQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ask__in=["", *Ask.values]), name="thanks_ask_is_known"),
        ]
        indexes = [
            models.Index(  # read by notifications: which mails of thanks may leave
                fields=["send_after"],
                condition=Q(send_after__isnull=False, mailed_at=None, withheld=""),
                name="thanks_due",
            ),
            models.Index(fields=["contact", "decided_at"], name="thanks_of_contact"),  # the quiet period
        ]

    def __str__(self) -> str:
        return f"thanks for response {self.response_id}"


class FavourQuerySet(models.QuerySet["Favour"]):
    def standing(self) -> "FavourQuerySet":
        """Those nobody has taken back."""
        return self.filter(revoked_at=None)


class Favour(models.Model):
    """A customer's yes, and whether they have taken it back. Said again, it is another row."""

    BY_CUSTOMER, BY_LOOP = "customer", "loop"

    thanks = models.ForeignKey(Thanks, on_delete=models.PROTECT, related_name="favours")
    contact = models.ForeignKey("feedback.Contact", on_delete=models.PROTECT, related_name="favours")
    kind = models.CharField(max_length=10, choices=Ask.choices)
    may_name = models.BooleanField(default=False, help_text="We may name them as a customer.")
    may_call = models.BooleanField(default=False, help_text="Somebody who considers us may call them.")
    text = models.TextField(blank=True, help_text="In their own words: whom we could help, or what to keep in mind.")
    said_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When whoever looks after the account read of it.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=10, blank=True)
    revocation_told_at = models.DateTimeField(null=True, blank=True)

    objects = FavourQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Ask.REFERENCE) & (Q(may_name=True) | Q(may_call=True))
                | Q(kind=Ask.REFERRAL) & ~Q(text="") & Q(may_name=False, may_call=False),
                name="favour_says_what",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="", revocation_told_at=None)
                | Q(revoked_at__isnull=False, revoked_by__in=["customer", "loop"]),
                name="favour_revoked_says_by_whom",
            ),
            models.UniqueConstraint(fields=["thanks"], condition=Q(revoked_at=None), name="favour_stands_once"),
        ]
        indexes = [
            models.Index(fields=["said_at"], name="favour_said"),  # the list
        ]

    def __str__(self) -> str:
        return f"favour {self.pk}: {self.kind}"
