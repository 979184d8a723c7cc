"""What does somebody do in a survey tool so that it calls us, in the reader's language? By tool, step by step."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import SourceKind

STEPS: dict[str, tuple[Promise, ...]] = {
    SourceKind.TYPEFORM: (
        _("In the form, open Connect, Webhooks, and add a webhook with this address."),
        _("Edit it, paste the secret into Secret, and switch it on."),
        _("Hidden fields email, contact_id or account_id tell who answered."),
    ),
    SourceKind.SURVEY_MONKEY: (
        _("Create a webhook of your app by the API: event response_completed, and response_updated for corrections."),
        _("Give this address as subscription_url; SurveyMonkey asks it once whether somebody is there."),
        _("It tells ids only: Loop fetches each answer with the token."),
    ),
    SourceKind.DELIGHTED: (
        _("Open Integrations, Webhooks, and add a webhook with this address."),
        _("It calls at every change of score or comment; the newest counts."),
        _("Properties such as contact_id or account_id tell who answered, besides the e-mail."),
    ),
    SourceKind.ASK_NICELY: (
        _("Open App Store, Webhooks, and paste the address with the secret in it."),
        _("Or paste the address without the secret, and add a header: Authorization, with Bearer and the secret."),
        _("AskNicely does not sign what it sends: whoever has the address can send answers."),
    ),
    SourceKind.SURVICATE: (
        _("Open Integrations, Webhooks, and paste this address for the survey."),
        _("Choose to be told on each response: score and words come apart, and are put together here."),
    ),
    SourceKind.WOOTRIC: (
        _("Open Settings, Outgoing Webhooks, switch them on and paste the address with the secret in it."),
        _("Choose created and updated."),
        _("No signature of it is documented: whoever has the address can send answers."),
    ),
    SourceKind.HUBSPOT: (
        _("In your app, set this address as target of the webhooks."),
        _("Subscribe to object.creation and object.propertyChange of feedback submissions."),
        _("It tells ids only: Loop fetches each submission with the token, and takes those of NPS surveys."),
    ),
    SourceKind.STANDARD: (
        _("Give this address to the sender, and take over the secret it shows."),
        _("Once something has arrived, say which value is what."),
    ),
    SourceKind.ANY_JSON: (
        _("Have the other system POST each answer as JSON to the address with the secret in it."),
        _("Or send the secret in a header: Authorization, with Bearer and the secret."),
        _("Once something has arrived, say which value is what."),
    ),
}
