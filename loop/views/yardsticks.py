"""Which values of others stand beside our figures, and what are currencies worth? Two pages of the setup."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.editing import ChangedMeanwhile
from loop import benchmarks as benchmark_doors
from loop import changes, exchange_rates
from loop.benchmarks import BenchmarkFacts
from loop.changes import ChangeRefused
from loop.models import Benchmark, ExchangeRate
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers
from loop.yardstick_forms import BenchmarkForm, RateForm

RATES_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def benchmarks(request: HttpRequest) -> HttpResponse:
    """Every value of others, and where another is added."""
    if request.method != "POST":
        return _benchmarks(request)
    form = BenchmarkForm(request.POST)
    if form.is_valid():
        try:
            benchmark_doors.save(BenchmarkFacts(**form.cleaned_data), actor=reader(request), now=timezone.now())
        except ChangeRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The value is added: it stands beside the NPS as a line."))
            return redirect("benchmarks")
    return _benchmarks(request, form, status=400)


@require_POST
@for_managers
def benchmark(request: HttpRequest, benchmark_id: int) -> HttpResponse:
    """Change a value of others, retire it or bring it back."""
    found = get_object_or_404(Benchmark, pk=benchmark_id)
    form, edit, status = sent(BenchmarkForm(request.POST, benchmark=found), request), edit_of(request), 400
    if form.is_valid():
        try:
            facts = BenchmarkFacts(**form.cleaned_data)
            benchmark_doors.save(facts, benchmark=found, actor=reader(request), now=edit.at, seen=edit.version)
        except ChangeRefused as refused:
            form.add_error(refused.field, refused.message)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: BenchmarkForm(benchmark=Benchmark.objects.get(pk=benchmark_id)))
            status = 409
        else:
            messages.success(request, _("The value is changed."))
            return redirect("benchmarks")
    return _benchmarks(request, form, status=status)


def _benchmarks(request: HttpRequest, refused: BenchmarkForm | None = None, status: int = 200) -> HttpResponse:
    of_benchmark = refused.benchmark.pk if refused is not None and refused.benchmark is not None else None
    rows = [
        refused if refused is not None and found.pk == of_benchmark else opened(BenchmarkForm(benchmark=found), found)
        for found in Benchmark.objects.order_by("-is_active", "-year", "pk")
    ]
    context: dict[str, Any] = {
        "rows": rows,
        "refused": of_benchmark,
        "form": refused if refused is not None and refused.benchmark is None else BenchmarkForm(),
        "history": changes.of(Benchmark),
    }
    return render(request, "loop/setup/benchmarks.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def rates(request: HttpRequest) -> HttpResponse:
    """Rates of exchange that were entered, and where another is."""
    form, status = RateForm(), 200
    if request.method == "POST":
        form, status = RateForm(request.POST), 400
        if form.is_valid():
            try:
                exchange_rates.add(**form.cleaned_data, actor=reader(request), now=timezone.now())
            except ChangeRefused as refused:
                form.add_error(refused.field, refused.message)
            else:
                messages.success(request, _("The rate is entered."))
                return redirect("exchange-rates")
    context = {"rates": ExchangeRate.objects.order_by("-on", "currency", "into")[:RATES_SHOWN], "form": form}
    return render(request, "loop/setup/exchange_rates.html", context, status=status)
