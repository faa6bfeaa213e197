"""The way into a case: by its code, or by a new code when the old one is lost."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intake.forms.track import CodeForm, LostCodeForm
from intake.queries import case_page
from intake.services import limits, lost_code
from intake.views import access


@require_http_methods(["GET", "HEAD", "POST"])
@access.personal
def track(request: HttpRequest) -> HttpResponse:
    """Ask for the code. Whatever else is typed gets one and the same answer."""
    if request.method != "POST":
        return render(request, "public/track.html", {"form": CodeForm()})
    now = timezone.now()
    try:
        attempt = limits.count(limits.Act.TRACK, address=access.address_of(request), at=now)
    except limits.TooOften as error:
        return too_often(request, error)
    opened = case_page.by_code(request.POST.get("code", ""))
    if opened is None:
        problem = _("This code opens nothing. Please check it against what you noted, letter by letter.")
        return render(request, "public/track.html", {"form": CodeForm(), "problem": problem}, status=422)
    limits.forgive(attempt)
    response = redirect("case")
    access.open_case(response, opened)
    return response


@require_POST
@access.personal
def leave(request: HttpRequest) -> HttpResponse:
    response = redirect("home")
    access.leave(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@access.personal
def lose(request: HttpRequest) -> HttpResponse:
    """Ask for number and contact; the answer is the same whatever was typed."""
    form = LostCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "texts_go_out": bool(settings.SMS_URL)}
        return render(request, "public/lost_code.html", context, status=422 if form.is_bound else 200)
    now = timezone.now()
    try:
        limits.count(limits.Act.LOST_CODE, address=access.address_of(request), at=now)
    except limits.TooOften as error:
        return too_often(request, error)
    lost_code.renew_if_matching(number=form.cleaned_data["number"], contact=form.cleaned_data["contact"], at=now)
    return redirect("lost_code_sent")


@require_safe
@access.personal
def lost(request: HttpRequest) -> HttpResponse:
    return render(request, "public/lost_code_sent.html", {"texts_go_out": bool(settings.SMS_URL)})


def too_often(request: HttpRequest, error: limits.TooOften, typed: Sequence[str] = ()) -> HttpResponse:
    """Refuse for a while, and say for how long; `typed` is shown again."""
    minutes = -(-error.seconds // 60)
    response = render(request, "public/too_often.html", {"minutes": minutes, "typed": typed}, status=429)
    response["Retry-After"] = str(error.seconds)
    return response
