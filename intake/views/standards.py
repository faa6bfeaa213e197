"""What the company promises, what is due when it is missed, and what complaining is reckoned to cost: public, the same for everybody."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from complaints.queries.standards import Due, check, of_that_day, published
from intake.forms.standard import CheckForm
from intake.queries import cost
from staff.models import Company


@require_safe
@cache_control(private=True, no_cache=True)
def standards(request: HttpRequest) -> HttpResponse:
    """The promises in force, and three questions: was it missed, what is due."""
    today = timezone.localdate()
    rows = published(today)
    form = CheckForm(request.GET if "measured" in request.GET else None, standards=rows, initial={"standard": request.GET.get("standard")})
    answer, no_promise_yet = _answer(form, today) if form.is_bound and form.is_valid() else (None, False)
    context = {"rows": rows, "form": form, "answer": answer, "no_promise_yet": no_promise_yet, "currency": Company.current().currency}
    return render(request, "public/standards.html", context, status=422 if form.is_bound and not form.is_valid() else 200)


def _answer(form: CheckForm, today: date) -> tuple[Due | None, bool]:
    """By the version in force on the day of the event."""
    said = form.cleaned_data
    row = of_that_day(said["standard"], said["on"] or today)
    if row is None or not row.published:
        return None, True
    return check(row, measured=said["measured"], price=said["price"]), False


@require_safe
@cache_control(private=True, no_cache=True)
def rates(request: HttpRequest) -> HttpResponse:
    """What an hour, a contact, a paper of the customer's counts."""
    return render(request, "public/rates.html", {"rates": cost.table(at=timezone.now()), "currency": Company.current().currency})
