"""How does a test get to each address of the lists of the API? One of each, read from what a world already holds."""

from datetime import timedelta

from feedback.models import (
    AddedLanguage,
    AnswerSource,
    ArrivedAnswer,
    OpenComplaint,
    SurveyLink,
    SuspectAnswer,
    TriggerRule,
    Wave,
    WaveSeries,
)
from loop.models import (
    AssignmentRule,
    Callback,
    Case,
    ConversationGuide,
    DataRequest,
    FileImport,
    FilePull,
    MailTemplate,
    Promise,
    SavedView,
    SlaPolicy,
    User,
    WorkCalendar,
)
from notifications.models import Message, ReportSubscription
from tests import factories


def parts(case: Case, agent: User) -> dict[str, dict[str, object]]:
    """What to put into each address of the API that reads one thing; of `case` and its `agent` where there are more."""
    call = call_of(case)
    language, _ = AddedLanguage.objects.get_or_create(language="is", defaults={"texts": {"Send": "Senda"}})
    wave: dict[str, object] = {"wave_id": _first(Wave)}
    source: dict[str, object] = {"source_id": _first(AnswerSource)}
    pull: dict[str, object] = {"pull_id": _first(FilePull)}
    file: dict[str, object] = {"import_id": _first(FileImport)}
    survey: dict[str, object] = {"key": "relational"}
    return {
        "api-response": {"response_id": case.response_id},
        "api-suspect-answer": {"suspect_answer_id": _first(SuspectAnswer)},
        "api-promise": {"promise_id": Promise.objects.filter(case=case).values_list("pk", flat=True)[0]},
        "api-call": {"call_id": call.pk},
        "api-survey": survey,
        "api-standing-links": survey,
        "api-standing-link": {
            **survey,
            "link_id": SurveyLink.objects.filter(survey__key="relational").values_list("pk", flat=True)[0],
        },
        "api-language": {"language": language.language},
        "api-wave": wave,
        "api-wave-members": wave,
        "api-repeated-wave": {"repeated_wave_id": _first(WaveSeries)},
        "api-trigger": {"trigger_id": _first(TriggerRule)},
        "api-complaint": {"complaint_id": _first(OpenComplaint)},
        "api-person": {"email": agent.email},
        "api-team": {"team_id": agent.teams.values_list("pk", flat=True)[0]},
        "api-saved-view": {"view_id": SavedView.objects.filter(user=agent).values_list("pk", flat=True)[0]},
        "api-sla-policy": {"policy_id": _first(SlaPolicy)},
        "api-calendar": {"calendar_id": _first(WorkCalendar)},
        "api-assignment-rule": {"rule_id": _first(AssignmentRule)},
        "api-root-cause": {"key": "billing"},
        "api-guide": {"guide_id": _first(ConversationGuide)},
        "api-mail-template": {"template_id": _first(MailTemplate)},
        "api-answer-source": source,
        "api-arrivals": source,
        "api-arrival": {**source, "arrival_id": _first(ArrivedAnswer)},
        "api-import": file,
        **{f"api-import-{step}": file for step in ("start", "stop", "resume", "discard", "result")},
        "api-pull": pull,
        "api-pull-runs": pull,
        "api-pull-fetch": pull,
        "api-data-request": {"request_id": _first(DataRequest)},
        "api-message": {"message_id": Message.objects.filter(case=case).values_list("pk", flat=True)[0]},
        "api-notice": {
            "notice_id": Message.notices.filter(case=case, user=agent).values_list("pk", flat=True)[0],
        },
    }


def parts_of_admin(case: Case, admin: User) -> dict[str, dict[str, object]]:
    """The same, where the administrator has what is a person's own and is in no team."""
    agent = case.owner
    assert agent
    mine = SavedView.objects.filter(user=admin).values_list("pk", flat=True)[0]
    SavedView.objects.get_or_create(user=agent, name="Own", defaults={"query": "tab=mine", "created_at": factories.NOW})
    subscribed = ReportSubscription.objects.filter(user=admin).values_list("pk", flat=True)[0]
    return {
        **parts(case, agent),
        "api-saved-view": {"view_id": mine},
        "api-report-subscription": {"subscription_id": subscribed},
    }


def call_of(case: Case) -> Callback:
    """A call that was agreed for the case and held: one that is booked would change what steps do."""
    starts = factories.later(minutes=-30)
    made, _ = Callback.objects.get_or_create(
        case=case,
        defaults={
            "owner": case.owner,
            "starts_at": starts,
            "ends_at": starts + timedelta(minutes=15),
            "booked_at": starts,
            "state": "held",
            "settled_at": factories.NOW,
        },
    )
    return made


def _first(model: type) -> int:
    found: int = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]  # type: ignore[attr-defined]
    return found
