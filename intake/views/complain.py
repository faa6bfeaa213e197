"""Filing a complaint, and the page that thanks for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.signing import code_for, digest_of
from intake.forms.complain import ComplainForm
from intake.models import Channel
from intake.services import channels, converse, limits, submit
from intake.views import access


@require_http_methods(["GET", "HEAD", "POST"])
@access.personal
def complain(request: HttpRequest) -> HttpResponse:
    """The form; by POST the filing, then a redirect so that reloading files nothing."""
    channel = channels.web()
    if channel is None:
        return render(request, "public/closed.html", status=503)
    if request.method != "POST":
        return _page(request, ComplainForm(initial={"form_key": ComplainForm.new_key()}))
    form = ComplainForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, _with_a_key(form, request), status=422)
    try:
        return _file(request, form, channel)
    except limits.TooOften as error:
        text = _(
            "Very many complaints have just come from your connection. Nothing you typed is lost: please wait a little and send it once more."
        )
        form.add_error(None, text)
        return _page(request, form, status=429, headers={"Retry-After": str(error.seconds)})


def _file(request: HttpRequest, form: ComplainForm, channel: Channel) -> HttpResponse:
    now = timezone.now()
    key = form.cleaned_data["form_key"]
    words, claim = form.typed(), form.claimed()
    files = form.cleaned_data["uploads"]
    sent = submit.submit(
        channel=channel, form_key=key, language=get_language() or "zh-hans", payload=words, claim=claim, files=files,
        address=access.address_of(request), at=now,
    )  # fmt: skip
    code = code_for(submit.code_key_of(key))
    if not sent.same_words:
        number = sent.complaint.number if sent.complaint else ""
        return render(request, "public/already_sent.html", {"number": number, "typed": _words(words | claim)}, status=409)
    if sent.complaint is None:
        return render(request, "public/arrived.html", {"code": code, "files": [file.name for file in files]}, status=202)
    # Only behind this line the filing is acknowledged: words stored, case opened, each file kept or named as missing.
    response = redirect("thanks")
    access.remember_unattached(response, converse.attach_each(complaint_id=sent.complaint.pk, files=files, at=now))
    # The digest of the code this form began with: sent again after a new code was made, the form does not show the new one.
    access.remember_filed(response, digest_of(code))
    return response


def _with_a_key(form: ComplainForm, request: HttpRequest) -> ComplainForm:
    """The same form, with a key of its own if the one it came with was broken."""
    if "form_key" not in form.errors:
        return form
    data = request.POST.copy()
    data["form_key"] = ComplainForm.new_key()
    again = ComplainForm(data, request.FILES)
    again.add_error(None, _("This form was incomplete. Please look through it and send it once more."))
    return again


def _page(request: HttpRequest, form: ComplainForm, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    response = render(request, "public/complain.html", {"form": form, "files_again": bool(request.FILES)}, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _words(typed: dict[str, Any]) -> list[str]:
    """The texts somebody typed, to be shown again."""
    return [value for value in typed.values() if isinstance(value, str) and value.strip()]


@require_safe
@access.personal
def thanks(request: HttpRequest) -> HttpResponse:
    """Number and tracking code, for the browser that filed; the code is derived anew, never kept."""
    complaint = access.filed(request)
    if complaint is None:
        return redirect("track")
    context = {"number": complaint.number, "code": code_for(complaint.code_key), "unattached": access.unattached(request)}
    return render(request, "public/thanks.html", context)
