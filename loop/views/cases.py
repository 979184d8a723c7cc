"""What does one case ask of its reader, and what happened so far? The case page, also when a step was refused on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Subquery
from django.forms import CharField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from feedback import responses, survey_links
from feedback.contact_zones import zone_of
from feedback.models import Contact, Response
from loop import access, call_forms, forms, snoozes, steps, timeline
from loop import call_order as calling
from loop.callback_forms import CallForm
from loop.clocks import clocks
from loop.free_times import LENGTH
from loop.models import Case, State, User
from loop.models import Promise as Promised
from loop.models.event import CaseEvent, EventKind
from loop.refused import first_refused
from loop.sla import Why
from loop.snooze_forms import SnoozeForm
from loop.surroundings import Surroundings, with_words
from loop.views import call_order, mail_panel, story
from loop.views.session import reader, signed_in

SCORES_SHOWN = 12
ANSWERS_READ = 200  # of the whole account, to find those to show among them
STORY_SHOWN = 12  # lines; what lies further back is folded


@dataclass(frozen=True)
class Step:
    """How a step appears on the page: its form, the words that open it, and the words of its button."""

    form: type[forms.StepForm]
    name: Promise
    button: Promise
    fields: str = "loop/cases/_fields.html"


STEPS = {
    "take": Step(forms.TakeForm, _("Take this case"), _("Take this case")),
    "attempt": Step(call_forms.AttemptForm, _("Log a call"), _("Save"), "loop/cases/_call.html"),
    "resolve": Step(call_forms.ResolveForm, _("Resolve"), _("Resolve"), "loop/cases/_resolving.html"),
    "plan_next": Step(call_forms.PlanNextForm, _("Plan the next try"), _("Save")),
    "hold": Step(call_forms.HoldForm, _("Wait, as the customer asked"), _("Put on hold")),
    "resume": Step(call_forms.ResumeForm, _("End the hold"), _("Go on")),
    "promise": Step(call_forms.PromiseForm, _("Note a promise"), _("Save")),
    "keep_promise": Step(call_forms.KeepPromiseForm, _("Kept"), _("Kept")),
    "move_promise": Step(call_forms.MovePromiseForm, _("Another time"), _("Save the new time")),
    "withdraw_promise": Step(call_forms.WithdrawPromiseForm, _("Take it back"), _("Take it back")),
    "note": Step(forms.NoteForm, _("Write a note"), _("Save note")),
    "assign": Step(forms.AssignForm, _("Hand over"), _("Hand over")),
    "someone_else": Step(forms.SomeoneElseForm, _("The customer wants somebody else"), _("Hand it to the lead")),
    "escalate": Step(forms.EscalateForm, _("Escalate"), _("Escalate")),
    "close_unreached": Step(forms.CloseUnreachedForm, _("Close as not reached"), _("Close as not reached")),
    "withdraw": Step(forms.WithdrawForm, _("Withdraw"), _("Withdraw")),
    "reopen": Step(forms.ReopenForm, _("Reopen"), _("Reopen")),
}

WHEN_HELD = _("Wait until another time")  # what the step to hold a case is called on one that is held

# The one step that is shown open, by the state of the case: the first of these that the reader may take.
NEXT_STEP = {
    State.NEW: ("take", "attempt"),
    State.CONTACTED: ("take", "resolve"),
    State.RESOLVED: (),
}


@dataclass(frozen=True)
class Refusal:
    """Why a step was not taken, the form as it was filled in, and who was faster where that is the reason."""

    step: str
    form: forms.StepForm
    message: str = ""
    meanwhile: int = 0


@require_safe
@signed_in
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case, or 404 when it lies outside what the reader sees."""
    return case_page(request, load(reader(request), case_id))


def load(user: User, case_id: int) -> Case:
    """The case with all that its page shows, or 404."""
    cases = access.visible_cases(user).for_display().select_related("recovery_invitation", "contact__account")
    cases = cases.annotate(
        put_off_until=Subquery(snoozes.put_off_until(user, timezone.now())), needs_reason=calling.needs_reason()
    )
    return get_object_or_404(with_words(cases), pk=case_id)


def _counts_as_tried(event: CaseEvent, case: Case) -> bool:
    """Attempts made before a case was opened again were for what it was then."""
    return event.kind == EventKind.ATTEMPT and (case.reopened_at is None or event.at >= case.reopened_at)


def case_page(
    request: HttpRequest,
    case: Case,
    refusal: Refusal | None = None,
    status: int = 200,
    *,
    call_form: CallForm | None = None,
    snooze_form: SnoozeForm | None = None,
) -> HttpResponse:
    """The page of a case; with a refusal the refused step is open and holds what was typed.

    Args:
        call_form: for a call that was not agreed.
        snooze_form: for a time that was refused.
    """
    user, now = reader(request), timezone.now()
    around = Surroundings(user, case, now)
    events = timeline.story(case)
    lines = story.tell(events, user)
    scores, others = _answers(case)
    context = {
        "case": case,
        "now": now,
        "refusal": refusal,
        "call_form": call_form,
        "story": lines[:STORY_SHOWN],
        "earlier": lines[STORY_SHOWN:],
        "why_deadline": _why(case),
        "phone": case.response.phone or (case.contact.phone if case.contact else ""),
        "came_by": survey_links.came_by(case.response),
        "local_time": _local_time(case, now),
        "clocks": clocks(case, around.holds, now=now),
        "hold": next((hold for hold in around.holds if hold.ended_at is None), None),
        "scores": scores,
        "said_before": responses.by_people(case.response) if case.response.revised_at else [],
        "others": others,
        "why_form": call_order.form_for(
            needs_reason=around.needs_reason, may_note="note" in steps.available_in_sight(user, case)
        ),
        "mail": mail_panel.panel(user, case, events, now),
        "open_beside": around.beside,
        "guide": around.guide,
        "snooze_form": snooze_form or _snooze_form(around),
        "tried": around.tried([event.at for event in events if _counts_as_tried(event, case)]),
        **_steps(around, refusal),
    }
    # What is missing is said where it is missing; above the case only what is about all of it.
    context["banner"] = refusal is not None and not _is_told_at_the_form(refusal, context)
    if refusal and refusal.meanwhile:
        context["meanwhile"] = [story.line(event, user) for event in events[: min(refusal.meanwhile, 3)]]
    return render(request, "loop/cases/case.html", context, status=status)


def _snooze_form(around: Surroundings) -> SnoozeForm | None:
    """For whoever is reminded of an open case."""
    if not around.case.is_open or not snoozes.may(around.user, around.case):
        return None
    return SnoozeForm(case=around.case, hours=around.hours, now=around.now)


def _steps(around: Surroundings, refusal: Refusal | None) -> dict[str, Any]:
    """The step to take next, and the others the reader may take, each with its form; those on promises beside them."""
    case = around.case
    allowed = steps.available_in_sight(around.user, case)
    following = next((step for step in NEXT_STEP[State(case.state)] if step in allowed), "")
    offered = [_offer(key, around, refusal) for key in STEPS if key in allowed and key not in steps.ON_PROMISES]
    return {
        "next_step": next((offer for offer in offered if offer["key"] == following), None),
        "other_steps": [offer for offer in offered if offer["key"] != following],
        "promises": [_promised(promise, around, allowed, refusal) for promise in around.promises],
        "typed": _typed(refusal) if refusal and refusal.step not in allowed else [],
    }


def _offer(key: str, around: Surroundings, refusal: Refusal | None) -> dict[str, Any]:
    step, refused = STEPS[key], refusal is not None and refusal.step == key
    form = refusal.form if refusal and refused else step.form(case=around.case, around=around)
    return {
        "key": key,
        "name": WHEN_HELD if key == "hold" and around.case.held_until else step.name,
        "button": step.button,
        "form": form,
        "fields": step.fields,
        "open": refused,
        "url": f"case-{key}",
    }


def _is_told_at_the_form(refusal: Refusal, context: dict[str, Any]) -> bool:
    """Whether the page still has the refused form, with something in it that says what is wrong."""
    promised = [offer for row in context["promises"] for offer in row["others"]]
    is_there = any(
        offer["open"] for offer in [context["next_step"] or {"open": False}, *context["other_steps"], *promised]
    )
    says_it = bool(first_refused(refusal.form) or refusal.form.non_field_errors())
    return is_there and says_it and not refusal.message


def _promised(promise: Promised, around: Surroundings, allowed: list[str], refusal: Refusal | None) -> dict[str, Any]:
    """A promise with the steps on it."""
    offers = []
    for key in ("keep_promise", "move_promise", "withdraw_promise"):
        if key in allowed:
            about = refusal if refusal and refusal.form.data.get("promise") == str(promise.pk) else None
            offer = _offer(key, around, about)
            offer["form"].about(promise)
            offers.append(offer)
    return {
        "promise": promise,
        "late": promise.due_at < around.now,
        "keep": next((offer for offer in offers if offer["key"] == "keep_promise"), None),
        "others": [offer for offer in offers if offer["key"] != "keep_promise"],
    }


def _typed(refusal: Refusal) -> list[tuple[str, str]]:
    """What was typed into a form that the page no longer offers, for its writer to copy."""
    fields = [field for field in refusal.form.visible_fields() if type(field.field) is CharField]
    return [(str(field.label), str(field.value())) for field in fields if field.value()]


def _why(case: Case) -> str:
    """Why this deadline: the policy's sentence and the days that did not count."""
    if not case.due_reason or case.state != State.NEW:
        return ""
    why = Why.from_dict(case.due_reason)
    named = gettext("Policy: %(name)s.") % {"name": case.due_reason["policy"]} if "policy" in case.due_reason else ""
    return " ".join(filter(None, (why.sentence(), why.skipped_sentence(), named, _moved_by_a_call(case))))


def _moved_by_a_call(case: Case) -> str:
    """That the first contact is due when the call is over on which the customer agreed with us."""
    at = case.call_at  # type: ignore[attr-defined]
    return gettext("The agreed call has moved it.") if at is not None and case.contact_due_at == at + LENGTH else ""


def _local_time(case: Case, now: datetime) -> str:
    """What the customer's clock shows, where it is another time than the reader's; else nothing."""
    if case.contact is None:
        return ""
    there = now.astimezone(zone_of(case.contact))
    # Made into text here: a template would turn the time back into the reader's own.
    differs = there.utcoffset() != timezone.localtime(now).utcoffset()
    return date_format(there, pgettext("date format: weekday, time", "D H:i")) if differs else ""


def _answers(case: Case) -> tuple[list[Response], list[Response]]:
    """This contact's latest answers, oldest first; and the latest of each other person at the same account."""
    if case.contact_id is None:
        return [case.response], []
    here = Q(pk=case.contact_id)
    if case.account_id is not None:
        here |= Q(account=case.account_id)
    # People first, then their answers by the index of both: a condition on joined people would read every answer.
    people = Contact.objects.filter(here).values("pk")
    found = Response.objects.counted().filter(contact__in=people)
    answers = found.select_related("contact").order_by("-responded_at", "-pk")
    own: list[Response] = []
    others: dict[int | None, Response] = {}
    for answer in answers[:ANSWERS_READ]:
        if answer.contact_id == case.contact_id:
            own.append(answer)
        else:
            others.setdefault(answer.contact_id, answer)
    return own[:SCORES_SHOWN][::-1], list(others.values())[:SCORES_SHOWN]
