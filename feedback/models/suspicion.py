"""Which answers look like a machine's, so that they wait for a person instead of counting?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Suspicion(models.TextChoices):
    SEVERAL_SCORES = "several_scores", _("several scores by one link within a minute")
    HIDDEN_LINK = "hidden_link", _("followed a link no person sees")
    TOO_SOON = "too_soon", _("sent soon after the mail left")
    CHANGE_WITHOUT_A_TRACE = "change_unseen", _("would change a person's answer, and nobody was seen to send it")
    TOO_MANY = "too_many", _("more answers by one link in a minute than people give")


class Settlement(models.TextChoices):
    ACCEPTED = "accepted", _("accepted as an answer")
    DISMISSED = "dismissed", _("dismissed")
    OVERTAKEN = "overtaken", _("a person's answer came in")


class SuspectAnswer(models.Model):
    """An answer a machine may have given. It is no response: it counts nowhere, opens nothing and alerts nobody."""

    invitation = models.ForeignKey(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="suspect_answers"
    )
    link = models.ForeignKey(
        "feedback.SurveyLink",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suspect_answers",
        help_text="The standing link it came by, where nobody was invited.",
    )
    external_id = models.CharField(
        max_length=100, blank=True, help_text="Names the page it was sent from, of a link or of somebody else's."
    )
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    wants_callback = models.BooleanField(default=False)
    phone = models.CharField(max_length=50, blank=True)
    respondent_name = models.CharField(max_length=100, blank=True)
    respondent_email = models.CharField(max_length=254, blank=True)
    is_forwarded = models.BooleanField(default=False, help_text="Whoever sent it said the link was somebody else's.")
    by_person = models.BooleanField(
        default=False, db_default=False, help_text="There was a trace of a person, whom something else spoke against."
    )
    suspicion = models.CharField(max_length=20, choices=Suspicion.choices)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.CharField(max_length=10, choices=Settlement.choices, blank=True)
    settled_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(suspicion__in=Suspicion.values), name="suspicion_is_known"),
            models.CheckConstraint(
                condition=Q(invitation=None, link__isnull=False) | Q(invitation__isnull=False, link=None),
                name="suspect_came_by_one_link",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settlement="")
                | Q(settled_at__isnull=False, settlement__in=Settlement.values),
                name="suspect_settled_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(settled_at=None), name="suspect_to_verify"),
            models.Index(fields=["invitation", "at"], name="suspect_of_invitation"),
        ]

    def __str__(self) -> str:
        came_by = f"link {self.link_id}" if self.link_id else f"invitation {self.invitation_id}"
        return f"suspect {self.score} of {came_by}: {self.suspicion}"
