"""Why was what arrived not taken, in its reader's language? The rows keep the keys."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.answer_sources.calls import Verdict

WORDS: dict[str, Promise] = {
    "not_json": _("The body is no JSON."),
    "no_answer": _("It tells of something else than an answer."),
    "other_survey": _("It is about another survey of the tool."),
    "other_question": _("It is about another question."),
    "no_score": _("There is no score in it."),
    "waits_for_score": _("Words whose score has not come yet; they are added to it."),
    "off_scale": _("The score is not on the survey's scale."),
    "other_scale": _("The question there has another scale than the survey here."),
    "which_question": _("Several questions could be the score: say which one."),
    "unknown_choice": _("The choice has no number in its text."),
    "unreadable_time": _("A time in it cannot be read."),
    "not_complete": _("It is not complete."),
    "left_out": _("The tool leaves it out of its figures."),
    "no_mapping": _("Nobody has said yet where the score stands."),
    "older": _("We have what it said later."),
    "same": _("It says nothing new."),
    "erased": _("The customer's data were erased."),
    "refused": _("It cannot be stored."),
    "several_contacts": _("Several customers have this address: taken without a name."),
    "bad_contact": _("The address cannot be stored: taken without a contact."),
    "unknown_contact": _("We know nobody of this number: taken without a contact."),
    "no_token": _("The token for fetching it cannot be read: give it again."),
    "token_refused": _("The tool does not let us fetch it: look at the token."),
    "gone": _("The tool no longer has it."),
    "no_reply": _("The tool did not answer as it should."),
    "error": _("Loop failed. It is tried again."),
}

VERDICTS: dict[str, Promise] = {
    Verdict.MISSING: _("without a signature or secret"),
    Verdict.FORGED: _("the signature or secret does not fit"),
    Verdict.EXPIRED: _("signed more than five minutes from now"),
}
