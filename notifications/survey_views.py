"""Where does whoever writes a survey see its mail, before any customer does?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from feedback.models import Survey, SurveyWording
from loop import bell
from loop.views import survey_drafts
from loop.views.frames import mail_in_a_frame
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.views.surveys import for_programme
from notifications import segments, tasks, trying
from notifications.views import framed


@require_safe
@xframe_options_sameorigin
@mail_in_a_frame
@for_programme
def mail(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """The mail of a survey in one language, for the frame beside its words."""
    found = survey_drafts.wording(request, get_object_or_404(Survey, pk=survey_id), language)
    if found is None:
        raise Http404
    return framed(trying.written(found, reader=reader(request), texts=survey_drafts.texts(request, language)).html)


@require_safe
@xframe_options_sameorigin
@mail_in_a_frame
@for_programme
def sms(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """The text message of a survey in one language, and what sending it costs, for the frame beside its words."""
    found = survey_drafts.wording(request, get_object_or_404(Survey, pk=survey_id), language)
    if found is None:
        raise Http404
    text = trying.as_text_message(found, texts=survey_drafts.texts(request, language))
    context = {"text": text, "language": language, "cost": segments.cost(text)}
    return render(request, "notifications/survey/sms.html", context)


@require_POST
@for_managers
def test(request: HttpRequest, survey_id: int, language: str) -> HttpResponse:
    """Send the mail, as it is stored, to whoever asks."""
    stored = get_object_or_404(SurveyWording.objects.select_related("survey"), survey=survey_id, language=language)
    user = reader(request)
    trying.send_test(stored, to=user, now=timezone.now())
    bell.ring(tasks.deliver_due)
    messages.success(
        request, _("A test mail is on its way to %(address)s. Its link records nothing.") % {"address": user.email}
    )
    return redirect(f"{reverse('survey', args=[survey_id])}?language={language}")
