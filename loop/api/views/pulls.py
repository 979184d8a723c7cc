"""POST pulls/{id}/fetch/: have a file fetched now, out of its turn."""

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, bell, tasks
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.lists.pulls import PULLS, SCOPE, PullLine
from loop.api.operation import LoopView, operation
from loop.api.problems import problem
from loop.models import FilePull
from loop.pulls import fetching, setting_up
from loop.pulls.setting_up import PullRefused


class FetchView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="fetch_pull",
        summary="Have a file fetched now",
        description="Out of its turn, also where it is paused. A key asks for it in the name of whoever set it up. "
        "What becomes of it stands among its runs. 409 while what came before is still being imported, or when whoever "
        "set it up is no administrator any more.",
        answers={202: PullLine},
        problems=[404],
    )
    @idempotent
    def post(self, request: Request, pull_id: int) -> Response:
        caller = Caller.of(request)
        pull = get_object_or_404(FilePull.objects.select_related("set_up_by"), pk=pull_id)
        try:
            setting_up.ask_now(pull, actor=caller.person or pull.set_up_by, now=timezone.now())
        except PullRefused as refused:
            return problem(HTTPStatus.CONFLICT, refused.message, kind="under-way")
        except access.NotAllowed:  # not the caller, who may: in whose name it would come
            return problem(HTTPStatus.CONFLICT, fetching.nobodys(pull), kind="in-nobodys-name")
        bell.ring(tasks.fetch_files)
        return Response(PullLine(PULLS.rows(caller).get(pk=pull.pk)).data, status=HTTPStatus.ACCEPTED)
