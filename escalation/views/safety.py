"""What everybody may read about an incident, and the page of somebody affected: opening it tells nothing, only a button does."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from escalation.forms.safety import AnswerForm
from escalation.models import Affected, Incident, Measure, Reach
from escalation.services import reach
from escalation.services.links import affected_by
from staff.services.refusals import NotDone

SHOWN = 50


def personal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a page made for one person: no cache keeps it, no search engine lists it.

    No other site learns its address: the policy of the whole site is `same-origin`. A stricter one would make browsers send their forms
    with `Origin: null`, which the protection against forged forms refuses.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All public notices, the newest first."""
    begun = Prefetch("measures", Measure.objects.begun().order_by("pk"), to_attr="begun")
    rows = [(incident, _kinds(incident.begun)) for incident in Incident.objects.published().prefetch_related(begun)[:SHOWN]]
    return render(request, "public/safety/notices.html", {"rows": rows})


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.published(), pk=number)
    goods = incident.goods.filter(state="accepted").select_related("product").order_by("pk")
    done = _kinds(incident.measures.begun().order_by("pk"))
    return render(request, "public/safety/notice.html", {"incident": incident, "goods": goods, "measures": done})


def _kinds(measures: Iterable[Measure]) -> list[str]:
    """What is done, each kind once."""
    return list(dict.fromkeys(measure.get_kind_display() for measure in measures))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What concerns this customer. By POST: they have read it, or answer; a mail program that follows links posts nothing."""
    affected = affected_by(token)
    if affected is None:
        return render(request, "public/safety/gone.html", status=404)
    if request.method != "POST":
        return _page(request, affected, token)
    if "said" not in request.POST and "measure" not in request.POST:
        reach.mark_read(affected=affected, at=timezone.now())
        return redirect("safety_thanks")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, affected, token, wrong=form, status=400)
    given = form.cleaned_data
    try:
        reach.answer(affected=affected, measure_id=given["measure"], said=given["said"], words=given["words"], at=timezone.now())
    except Reach.DoesNotExist:
        raise Http404 from None
    except (ValidationError, NotDone) as refusal:
        form.add_error(None, refusal.messages if isinstance(refusal, ValidationError) else str(refusal))
        return _page(request, affected, token, wrong=form, status=409)
    return redirect("safety_thanks")


@require_safe
@personal
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "public/safety/thanks.html")


def _page(request: HttpRequest, affected: Affected, token: str, *, wrong: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    reaches = affected.reaches.come().select_related("measure").order_by("pk")
    parts = [(one, _said(one.measure, request), _form(one, wrong)) for one in reaches]
    unread = any(one.read_at is None for one, _words, _form in parts)
    context = {"affected": affected, "incident": affected.incident, "parts": parts, "token": token, "unread": unread, "form": wrong}
    return render(request, "public/safety/own.html", context, status=status)


def _said(measure: Measure, request: HttpRequest) -> tuple[str, str]:
    """Subject and text, in the language of the page where they were written in it."""
    english = getattr(request, "LANGUAGE_CODE", "") == "en" and bool(measure.text_en)
    return (measure.subject_en or measure.subject, measure.text_en) if english else (measure.subject, measure.text)


def _form(one: Reach, wrong: AnswerForm | None) -> AnswerForm:
    if wrong is not None and str(wrong.data.get("measure")) == str(one.measure_id):
        return wrong
    return AnswerForm(initial={"measure": one.measure_id, "said": one.answer}, auto_id=f"id_{one.pk}_%s")
