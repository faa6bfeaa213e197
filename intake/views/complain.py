"""Filing a complaint, report, suggestion, enquiry or praise, and the page that thanks for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.signing import code_for, digest_of
from complaints.workflow import Kind, Mode
from intake.forms.complain import PRESET, ComplainForm
from intake.models import Channel
from intake.queries import case_page, reception
from intake.services import channels, converse, form_events, limits, questions, submit, work_proof
from intake.services.form_events import FormUse
from intake.views import access


@require_http_methods(["GET", "HEAD", "POST"])
@access.personal
def complain(request: HttpRequest) -> HttpResponse:
    """The form; by POST the filing, then a redirect so that reloading files nothing."""
    channel = channels.web()
    if channel is None:
        return render(request, "public/closed.html", status=503)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, _empty(request, at=now), at=now)
    form = _sent(request.POST, request)
    if "show" in request.POST:  # without a script, the questions of a topic are asked for by a button
        return _page(request, _again(form), at=now)
    if not form.is_valid():
        wrong = [name for name in form.errors if name in form.fields]
        form_events.refused(fields=wrong, address=access.address_of(request), at=now)
        return _page(request, _with_a_key(form, request), at=now, status=422)
    return _filed(request, form, channel, at=now)


def _filed(request: HttpRequest, form: ComplainForm, channel: Channel, *, at: datetime) -> HttpResponse:
    """File what the form says; or the form again, if the time it books is gone or too much came from here."""
    if form.cleaned_data["slot"]:
        wanted = reception.slot_of(form.cleaned_data["slot"], at=at)
        if wanted is None or not reception.is_free(wanted):
            return _slot_is_taken(request, form, at=at)
        channel = channels.named("reception") or channel
    try:
        return _file(request, form, channel, at=at)
    except limits.TooOften as error:
        return _too_often(request, form, error, at=at)


def _empty(request: HttpRequest, *, at: datetime) -> ComplainForm:
    """The form as it is first seen; the address can preset kind, topic, place of the poster and time of a reception day."""
    given = {name: request.GET.get(name, "")[:30] for name in ("kind", "about", "at", "slot")}
    initial = {
        **given,
        "form_key": ComplainForm.new_key(),
        "opened": form_events.stamp(at=at),
        **PRESET,
    }
    return ComplainForm(initial=initial, extra=_questions(given))


def _sent(data: QueryDict, request: HttpRequest) -> ComplainForm:
    return ComplainForm(data, request.FILES, extra=_questions(data))


def _again(form: ComplainForm) -> ComplainForm:
    """The same form with everything typed, and nothing marked as wrong yet."""
    known = {name: form.data.get(name) for name in form.fields}
    if "demands" in form.fields:
        known["demands"] = form.data.getlist("demands")  # type: ignore[attr-defined]  # always a QueryDict
    return ComplainForm(initial=known, extra=form.extra)


def _questions(data: Mapping[str, Any]) -> Any:
    about = str(data.get("about", ""))
    return questions.of_category(int(about)) if about.isascii() and about.isdigit() and len(about) < 10 else []


def _file(request: HttpRequest, form: ComplainForm, channel: Channel, *, at: datetime) -> HttpResponse:
    key = form.cleaned_data["form_key"]
    words, claim = form.typed(), form.claimed()
    files = form.cleaned_data["uploads"]
    proved = work_proof.is_proved(form.cleaned_data["proof"], form_key=key)
    sent = submit.submit(
        channel=channel, form_key=key, language=get_language() or "zh-hans", payload=words, claim=claim, files=files,
        address=access.address_of(request), times=limits.times_for(proved=proved), use=_use(form, at=at), at=at,
    )  # fmt: skip
    code = code_for(submit.code_key_of(key))
    if not sent.same_words:
        number = sent.complaint.number if sent.complaint else ""
        return render(request, "public/already_sent.html", {"number": number, "typed": _words(words | claim)}, status=409)
    if sent.complaint is None:
        return render(request, "public/arrived.html", {"code": code, "files": [file.name for file in files]}, status=202)
    # Only behind this line the filing is acknowledged: words stored, case opened, each file kept or named as missing.
    response = redirect("thanks")
    missing = converse.attach_each(complaint_id=sent.complaint.pk, files=files, at=at, address=access.address_of(request))
    if words.get("slot") and not reception.booked_by(sent.complaint, at=at):
        missing.append(_("The time you chose has just been booked by somebody else. Please choose another on the tracking page."))
    access.remember_unattached(response, missing)
    # The digest of the code this form began with: sent again after a new code was made, the form does not show the new one.
    access.remember_filed(response, digest_of(code), warn=form.cleaned_data["mode"] != Mode.ANONYMOUS)
    return response


def _use(form: ComplainForm, *, at: datetime) -> FormUse:
    return FormUse(form_events.seconds_since(form.cleaned_data["opened"], at=at), form.filled_in)


def _too_often(request: HttpRequest, form: ComplainForm, error: limits.TooOften, *, at: datetime) -> HttpResponse:
    """Refuse for a while. A browser with a script can prove work instead of waiting; the challenge stands on the page."""
    text = _(
        "Very many complaints have just come from your connection. Nothing you typed is lost: please wait a little and send it once more."
    )
    form.add_error(None, text)
    response = _page(request, form, at=at, status=429, busy=True)
    response["Retry-After"] = str(error.seconds)
    return response


def _slot_is_taken(request: HttpRequest, form: ComplainForm, *, at: datetime) -> HttpResponse:
    """Nothing is sent: the customer chooses another time, or none."""
    form.add_error(None, _("Somebody has just booked this time. Please choose another below; nothing you typed is lost."))
    return _page(request, form, at=at, status=409, days=reception.published(at=at))


def _with_a_key(form: ComplainForm, request: HttpRequest) -> ComplainForm:
    """The same form, with a key of its own if the one it came with was broken."""
    if "form_key" not in form.errors:
        return form
    data = request.POST.copy()
    data["form_key"] = ComplainForm.new_key()
    again = _sent(data, request)
    again.add_error(None, _("This form was incomplete. Please look through it and send it once more."))
    return again


def _page(
    request: HttpRequest, form: ComplainForm, *, at: datetime, status: int = 200, busy: bool | None = None, days: Any = ()
) -> HttpResponse:
    """The page of the form. Asks a source for proof of work only where it would be refused without."""
    if busy is None:
        busy = limits.is_busy(limits.Act.FILE, address=access.address_of(request), at=at)
    slot = str(form["slot"].value() or "")
    context = {
        "form": form,
        "kind": form.kind_asked,
        "kinds": [(kind, kind == form.kind_asked) for kind in Kind],
        "kept": "".join(f"&{urlencode({name: form[name].value()})}" for name in ("at", "slot") if form[name].value()),
        "files_again": bool(request.FILES),
        "before": access.filed_before(request) if status == 200 else None,
        "challenge": work_proof.challenge(form_key=str(form["form_key"].value()), at=at) if busy else "",
        "slot": reception.slot_of(slot, at=at) if slot and not days else None,
        "days": days,
    }
    return render(request, "public/complain.html", context, status=status)


def _words(typed: dict[str, Any]) -> list[str]:
    """The texts somebody typed, to be shown again."""
    return [
        value for name, value in typed.items() if isinstance(value, str) and value.strip() and name not in {"kind", "mode", "slot", "at"}
    ]


@require_safe
@access.personal
def topic(request: HttpRequest) -> HttpResponse:
    """The extra questions of a topic, for the script that puts them into the form."""
    form = ComplainForm(initial={"kind": request.GET.get("kind", "")}, extra=_questions(request.GET))
    return render(request, "public/parts/questions.html", {"form": form})


@require_safe
@access.personal
def thanks(request: HttpRequest) -> HttpResponse:
    """Number and tracking code, for the browser that filed; the code is derived anew, never kept."""
    complaint = access.filed(request)
    if complaint is None:
        return redirect("track")
    context = {
        "case": complaint,
        "number": complaint.number,
        "code": code_for(complaint.code_key),
        "ten_steps": case_page.walks_ten_steps(complaint),
        "bookings": reception.booked_by(complaint, at=timezone.now()),
        "unattached": access.unattached(request),
    }
    return render(request, "public/thanks.html", context)
