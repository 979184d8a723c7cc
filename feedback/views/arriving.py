"""Where do survey tools call? `/in/<key>/`, with the secret behind the key for those that sign nothing.

What is believed is kept and answered with 202 at once; it is read afterwards. No cookie is looked at.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.answer_sources import arriving
from feedback.answer_sources.calls import Call, Verdict

LONGEST = 256 * 1024  # bytes of a body

SAID = {
    Verdict.MISSING: "There is no signature or secret.",
    Verdict.FORGED: "The signature or secret does not fit.",
    Verdict.EXPIRED: "It was signed more than five minutes from now.",
}


@csrf_exempt  # another machine calls, and proves itself by its signature
@require_http_methods(["HEAD", "POST"])
def arrive(request: HttpRequest, key: str, secret: str = "") -> HttpResponse:
    """Keep what a survey tool tells; nobody else is listened to. HEAD: SurveyMonkey asks whether somebody is here."""
    source = arriving.find(key)
    if source is None:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST:
        return _said("The body is too long.", 413)
    call = Call(
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
        url=f"{settings.BASE_URL}{request.get_full_path()}",
        secret=secret,
    )
    taken = arriving.take(source, call, now=timezone.now())
    if taken.verdict != Verdict.GENUINE:
        return _said(SAID[taken.verdict], 401)
    return _said("Taken." if taken.new else "Known already.", 202)


def _said(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
