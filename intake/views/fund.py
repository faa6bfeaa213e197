"""The public page of the reward fund: its rules, and what came of it year by year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from complaints.queries import fund


@require_safe
@cache_control(private=True, no_cache=True)
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "public/fund.html", {"rules": fund.rules(), "years": fund.years()})
