"""The survey by its own link: opening it shows questions and nothing of the case, only sending the answers counts (threats J1, J3, G11)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.models import SurveyLink
from complaints.services import survey
from intake.forms.case import SurveyForm
from intake.services import limits
from intake.views import access
from intake.views.track import too_often


@require_http_methods(["GET", "HEAD", "POST"])
@access.personal
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions; by POST take the answers, once."""
    now = timezone.now()
    try:
        survey.find(token=token, at=now)
        if request.method != "POST":
            return render(request, "public/survey.html", {"form": SurveyForm(), "token": token})
        form = SurveyForm(request.POST)
        if not form.is_valid():
            problem = _("Please look at the places marked below. Nothing you typed is lost.")
            return render(request, "public/survey.html", {"form": form, "token": token, "problem": problem}, status=400)
        limits.count(limits.Act.WRITE, address=access.address_of(request), at=now)
        survey.answer(token=token, at=now, **form.cleaned_data)
    except SurveyLink.DoesNotExist:
        return _unknown(request)
    except survey.Gone:
        return render(request, "public/survey_gone.html", status=410)
    except limits.TooOften as error:
        return too_often(request, error)
    return redirect("survey_thanks")


def _unknown(request: HttpRequest) -> HttpResponse:
    """Never a link of ours; whoever tries many is stopped for a while."""
    try:
        limits.count(limits.Act.TRACK, address=access.address_of(request), at=timezone.now())
    except limits.TooOften as error:
        return too_often(request, error)
    return render(request, "public/survey_gone.html", status=404)


@require_safe
@access.personal
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "public/survey_thanks.html")
