"""Where else am I told, or my team: a chat, a mobile telephone? Everybody sets their own; leads that of their team."""

from django.conf import settings
from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loop import access, bell
from loop.models import Team
from loop.views.session import reader, signed_in
from notifications import preferences, staff_addresses, tasks
from notifications.forms import PreferenceForm
from notifications.models import StaffAddress, StaffChannel
from notifications.staff_address_forms import FurtherAddressForm


def forms_of(request: HttpRequest) -> dict[str, FurtherAddressForm]:
    """The forms of a person's own page: what stands, or what is usual."""
    stands = staff_addresses.of_person(reader(request))
    return {channel: _form(channel, stands.get(channel)) for channel in StaffChannel.values}


def _form(channel: str, stands: StaffAddress | None) -> FurtherAddressForm:
    return FurtherAddressForm(channel=channel, stands=stands, usual=staff_addresses.USUAL[StaffChannel(channel)])


@require_POST
@signed_in
def my_address(request: HttpRequest, channel: str) -> HttpResponse:
    """Keep an address of one's own and of what it is told; try it; take it away."""
    if channel not in StaffChannel.values:
        raise Http404
    user = reader(request)
    stands = staff_addresses.of_person(user).get(channel)
    if "test" in request.POST or "remove" in request.POST:
        _test_or_remove(request, stands)
        return redirect("my-messages")
    usual = staff_addresses.USUAL[StaffChannel(channel)]
    form = FurtherAddressForm(request.POST, channel=channel, stands=stands, usual=usual)
    if form.is_valid():
        said, wanted = form.cleaned_data["address"], form.cleaned_data["wanted"]
        try:
            staff_addresses.save(user=user, channel=channel, said=said, wanted=wanted, now=timezone.now())
        except staff_addresses.AddressRefused as refused:
            form.add_error("address", str(refused))
        else:
            flash.success(request, _("Saved."))
            return redirect("my-messages")
    wanted_mails = [kind for kind in preferences.OPTIONAL if kind not in preferences.unwanted(user)]
    context = page_context(PreferenceForm(initial={"wanted": wanted_mails}), {**forms_of(request), channel: form})
    return render(request, "notifications/preferences/mine.html", context, status=400)


def page_context(form: PreferenceForm, further: dict[str, FurtherAddressForm]) -> dict[str, object]:
    """What the page of one's own mails shows; text messages only where a gateway is set up."""
    shown = [one for channel, one in further.items() if channel != StaffChannel.SMS or settings.SMS_URL or one.stands]
    return {"form": form, "further": shown}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def team_chat(request: HttpRequest, team_id: int) -> HttpResponse:
    """The chat of a team and of what it is told; its leads and administrators set it."""
    team = _led_team(request, team_id)
    stands = staff_addresses.of_team(team)
    usual = staff_addresses.USUAL_OF_TEAM
    if request.method != "POST":
        return _team_page(request, team, FurtherAddressForm(channel=StaffChannel.CHAT, stands=stands, usual=usual))
    if "test" in request.POST or "remove" in request.POST:
        _test_or_remove(request, stands)
        return redirect("team-chat", team_id=team.pk)
    form = FurtherAddressForm(request.POST, channel=StaffChannel.CHAT, stands=stands, usual=usual)
    if form.is_valid():
        said, wanted = form.cleaned_data["address"], form.cleaned_data["wanted"]
        try:
            staff_addresses.save(team=team, channel=StaffChannel.CHAT, said=said, wanted=wanted, now=timezone.now())
        except staff_addresses.AddressRefused as refused:
            form.add_error("address", str(refused))
        else:
            flash.success(request, _("Saved."))
            return redirect("team-chat", team_id=team.pk)
    return _team_page(request, team, form, status=400)


def _led_team(request: HttpRequest, team_id: int) -> Team:
    """403 for who leads nobody, 404 for others' teams."""
    user = reader(request)
    if access.may_manage(user):
        return get_object_or_404(Team, pk=team_id)
    if not access.may_lead(user) or not access.led_teams(user).exists():
        raise PermissionDenied
    return get_object_or_404(access.led_teams(user), pk=team_id)


def _team_page(request: HttpRequest, team: Team, form: FurtherAddressForm, *, status: int = 200) -> HttpResponse:
    return render(request, "notifications/preferences/team_chat.html", {"team": team, "one": form}, status=status)


def _test_or_remove(request: HttpRequest, stands: StaffAddress | None) -> None:
    if stands is None:
        flash.warning(request, _("There is no address yet."))
    elif "remove" in request.POST:
        staff_addresses.remove(stands)
        flash.success(request, _("Taken away: nothing more is told there."))
    else:
        staff_addresses.try_out(stands, language=get_language() or "", now=timezone.now())
        bell.ring(tasks.deliver_due)
        flash.success(request, _("A test is on its way. What became of it stands here in a few seconds."))
