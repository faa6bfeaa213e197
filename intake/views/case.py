"""The complainant's own page: where the case stands, and everything they can do about it."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.downloads import download_of
from complaints.models import Confirmation, Identity
from complaints.services import endings, erasure, follow_up, notify, record
from complaints.services.attachments import FileRefused
from complaints.services.cost import correct as correct_cost
from complaints.services.errors import ChooseOne, NotPossible, Stale
from complaints.services.moments import moment_for
from complaints.workflow import Actor
from intake.forms.case import (
    AnswerForm,
    BookForm,
    CancelForm,
    CorrectForm,
    CostForm,
    EraseForm,
    RecordForm,
    SurveyForm,
    WithdrawForm,
    WriteForm,
)
from intake.forms.public_form import PublicForm
from intake.models import Booking
from intake.queries import case_page, own_data, reception
from intake.queries import cost as cost_queries
from intake.services import converse, limits, reception_days, rights
from intake.views import access
from intake.views.track import too_often

FORMS: tuple[type[PublicForm], ...] = (WriteForm, RecordForm, AnswerForm, SurveyForm)
#: What must hold of a case for the form to stand on its page.
SHOWN_WHEN = {RecordForm: "may_confirm", AnswerForm: "may_answer", SurveyForm: "may_rate"}
PAGED: tuple[type[PublicForm], ...] = (WithdrawForm, CorrectForm, EraseForm, BookForm, CancelForm, CostForm)
WORDS = ("text", "correction", "words", "open_answer", "reason")
Act = Callable[[Any, Any, datetime], str]


class NotFilledIn(Exception):
    """Something is missing that only the act could tell; the form says what."""


@require_safe
@access.personal
def case(request: HttpRequest) -> HttpResponse:
    found = access.case_of(request)
    return redirect("track") if found is None else show(request, found)


def show(request: HttpRequest, found: Any, *bound: PublicForm, status: int = 200, problem: str = "") -> HttpResponse:
    """The page of the case; `bound` forms keep what was typed in them."""
    for form in bound:
        if type(form) in ELSEWHERE:
            return ELSEWHERE[type(form)](request, found, form=form, status=status, problem=problem)
    page = case_page.page_of(found, at=timezone.now())
    shown = [kind() for kind in FORMS if kind not in SHOWN_WHEN or getattr(page, SHOWN_WHEN[kind])]
    forms = {form.prefix: form for form in (*shown, *bound)}
    wrong = next((form for form in bound if form.is_bound and form.errors), None)
    context = {"page": page, "case": found, "forms": forms, "form": wrong, "problem": problem}
    return render(request, "public/case.html", {**context, "files_again": bool(request.FILES)}, status=status)


def posts(form_class: type[PublicForm]) -> Callable[[Act], Callable[[HttpRequest], HttpResponse]]:
    """Turns an act of the complainant into a view: right case, valid form, counted so that nobody floods a case, the act, back to the page.

    The act gets the case, the cleaned form and the time, and returns what to say when it is done.
    """

    def around(act: Act) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(act)
        @access.personal
        def view(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return redirect("case")
            found = access.case_of(request)
            if found is None:
                return render(request, "public/expired.html", {"typed": typed_in(request)}, status=403)
            # A page of another case, left open in a second window, must not write into this one (threats A10).
            if request.POST.get("complaint", found.number) != found.number:
                return render(request, "public/other_case.html", {"typed": typed_in(request)}, status=404)
            form = form_class(request.POST, request.FILES)
            if not form.is_valid():
                return show(
                    request, found, form, status=422, problem=_("Please look at the places marked below. Nothing you typed is lost.")
                )
            try:
                _count(request, form)
            except limits.TooOften as error:
                return too_often(request, error, typed_in(request))
            return perform(request, found, form, act)

        return view

    return around


def _count(request: HttpRequest, form: PublicForm) -> None:
    """Count the form, and each of its files, for where it comes from. Raises limits.TooOften."""
    for act in [limits.Act.WRITE, *[limits.Act.UPLOAD] * len(form.cleaned_data.get("uploads", ()))]:
        limits.count(act, address=access.address_of(request), at=timezone.now())


def perform(request: HttpRequest, found: Any, form: PublicForm, act: Act) -> HttpResponse:
    """Do the act and say how it went; what was typed is kept when it did not."""
    try:
        done = act(found, form, moment_for(found, timezone.now()))
    except (FileRefused, NotFilledIn) as error:
        if isinstance(error, FileRefused):
            form.add_error("uploads", str(error))
        return show(request, found, form, status=422, problem=_("Please look at the places marked below. Nothing you typed is lost."))
    except Stale:
        text = _(
            "Something has happened with your complaint since you opened this page. Please look at it again; what you typed is still here."
        )
        again = access.case_of(request)
        # Where the form is no longer on the page its words go into the message field, which always is.
        is_shown = isinstance(form, PAGED) or case_page.page_of(again, at=timezone.now()).may_answer
        return show(request, again, form if is_shown else kept(request), status=409, problem=text)
    except reception_days.Taken as error:
        return show(request, access.case_of(request), form, status=409, problem=str(error))
    except NotPossible:
        text = _(
            "Your complaint has moved on, so this is no longer possible. What you typed is in the message field below; you can still send it."
        )
        return show(request, access.case_of(request), kept(request), status=409, problem=text)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return show(request, found, form, status=422, problem=_("Please look at the places marked below. Nothing you typed is lost."))
    messages.success(request, done)
    return redirect("case")


def kept(request: HttpRequest) -> WriteForm:
    """The message field with the words of a form that is no longer possible."""
    return WriteForm(initial={"text": "\n".join(typed_in(request))})


def typed_in(request: HttpRequest) -> list[str]:
    """The words of a form that could not be taken, to be shown again."""
    kinds: tuple[type[PublicForm], ...] = (*FORMS, *PAGED)
    names = {f"{kind.prefix}-{name}" for kind in kinds for name in WORDS}
    return [str(value) for name, value in request.POST.items() if name in names and str(value).strip()]


def seen_by(form: PublicForm) -> int | None:
    """The number of the last act that stood on the page when it was made."""
    sent = str(form.data.get("seen", ""))
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


@posts(WriteForm)
def write(found: Any, form: Any, at: datetime) -> str:
    cleaned = form.cleaned_data
    converse.write(complaint_id=found.pk, text=cleaned["text"], files=cleaned["uploads"], at=at)
    return _("Thank you, it has reached us.")


@posts(RecordForm)
def confirm(found: Any, form: Any, at: datetime) -> str:
    cleaned = form.cleaned_data
    result = Confirmation.Result(cleaned["verdict"])
    correction = cleaned["correction"] if result == Confirmation.Result.CORRECTED else ""
    record.confirm_record(complaint_id=found.pk, by=Actor.COMPLAINANT, at=at, result=result, correction=correction)
    return _("Thank you. We go on from here.") if not correction else _("Thank you. Your correction stands on record.")


@posts(AnswerForm)
def answer(found: Any, form: Any, at: datetime) -> str:
    cleaned = form.cleaned_data
    said: dict[str, Any] = {"complaint_id": found.pk, "by": Actor.COMPLAINANT, "at": at, "seen": seen_by(form), "words": cleaned["words"]}
    if cleaned["verdict"] == "accept":
        try:
            notify.accept(**said, option=cleaned["option"])
        except ChooseOne as error:
            form.add_error("option", _("Please choose one of the alternatives."))
            raise NotFilledIn from error
        return _("Thank you for your answer. We now do what we promised.")
    objects = notify.object_to_findings if cleaned["verdict"] == "object_facts" else notify.object_to_remedy
    objects(**said)
    return _("Thank you for telling us. We look into it again.")


@posts(CostForm)
def _cost(found: Any, form: Any, at: datetime) -> str:
    said = form.cleaned_data
    minutes = said["hours"] * 60 + said["minutes"]
    said = {"minutes": minutes, "contacts": said["contacts"], "papers": said["papers"], "money": said["money"], "words": said["words"]}
    correct_cost(complaint_id=found.pk, at=at, **said)
    return _("Thank you. We reckon with what you say.")


@access.personal
def cost(request: HttpRequest) -> HttpResponse:
    """What complaining has cost so far by our record and the public rates; by POST what the customer says instead."""
    if request.method == "POST":
        return _cost(request)
    found = access.case_of(request)
    if found is None or not case_page.may_correct_cost(found):
        return redirect("case")
    return cost_page(request, found)


def cost_page(request: HttpRequest, found: Any, *, form: PublicForm | None = None, status: int = 200, problem: str = "") -> HttpResponse:
    reckoned = cost_queries.of_case(found, at=timezone.now())
    hours, minutes = divmod(reckoned.minutes, 60)
    known = reckoned.record
    start = {"hours": hours, "minutes": minutes, "contacts": known.contacts, "papers": known.papers, "money": reckoned.cost.money or ""}
    context = {"case": found, "form": form or CostForm(initial=start), "reckoned": reckoned, "problem": problem}
    return render(request, "public/cost.html", context, status=status)


@posts(WithdrawForm)
def _withdraw(found: Any, form: Any, at: datetime) -> str:
    endings.withdraw(complaint_id=found.pk, by=Actor.COMPLAINANT, at=at, seen=seen_by(form), reason=form.cleaned_data["reason"])
    return _("Your complaint is taken back. Thank you for telling us.")


@access.personal
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once more, then take the complaint back."""
    if request.method == "POST":
        return _withdraw(request)
    found = access.case_of(request)
    if found is None or not case_page.page_of(found, at=timezone.now()).may_withdraw:
        return redirect("case")
    return withdraw_page(request, found)


def withdraw_page(
    request: HttpRequest, found: Any, *, form: PublicForm | None = None, status: int = 200, problem: str = ""
) -> HttpResponse:
    return render(request, "public/withdraw.html", {"case": found, "form": form or WithdrawForm(), "problem": problem}, status=status)


@posts(SurveyForm)
def rate(found: Any, form: Any, at: datetime) -> str:
    cleaned = form.cleaned_data
    follow_up.answer_survey(complaint_id=found.pk, at=at, **cleaned)
    return _("Thank you. Your answers help us to do better.")


@require_safe
@access.personal
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    """A file of this case."""
    held = access.case_of(request)
    found = case_page.attachment_of(held.pk, key) if held else None
    if found is None:
        raise Http404
    return download_of(found)


# --- the customer's own data ----------------------------------------------------------------------------------------------------
@require_safe
@access.personal
def data(request: HttpRequest) -> HttpResponse:
    """What a customer can do about their data: a copy, a correction, an erasure."""
    found = access.case_of(request)
    return redirect("track") if found is None else data_page(request, found)


def data_page(request: HttpRequest, found: Any, *, form: PublicForm | None = None, status: int = 200, problem: str = "") -> HttpResponse:
    # What lies under seal is shown to nobody, whoever holds the code; what is left empty stays as it is.
    known = Identity() if found.complainant.is_protected else found.complainant.identity()
    initial = {"name": known.name, "phone": known.phone, "email": known.email}
    wrong = form if isinstance(form, CorrectForm) else None
    context = {
        "case": found,
        "page": case_page.page_of(found, at=timezone.now()),
        "form": wrong or CorrectForm(initial=initial),
        "problem": problem,
    }
    return render(request, "public/data.html", context, status=status)


@require_safe
@access.personal
def copy(request: HttpRequest) -> HttpResponse:
    """The copy of everything, to read; with `?as=json` to take away."""
    found = access.case_of(request)
    if found is None:
        return redirect("track")
    sections = own_data.copy_for(found, at=timezone.now())
    if request.GET.get("as") == "json":
        response = JsonResponse(own_data.as_data(sections), json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
        return response
    return render(request, "public/copy.html", {"case": found, "sections": sections})


@posts(CorrectForm)
def correct(found: Any, form: Any, at: datetime) -> str:
    cleaned = form.cleaned_data
    rights.correct_contact(complaint_id=found.pk, name=cleaned["name"], phone=cleaned["phone"], email=cleaned["email"], at=at)
    return _("Thank you, your name and contact are put right.")


@posts(EraseForm)
def erase(found: Any, _form: Any, at: datetime) -> str:
    erasure.ask(complaint_id=found.pk, at=at)
    return _("We have your request. You find our answer here.")


# --- leaders' reception days ----------------------------------------------------------------------------------------------------
@access.personal
def book(request: HttpRequest) -> HttpResponse:
    """The days and times to choose from; by POST the booking."""
    if request.method == "POST":
        return _book(request)
    found = access.case_of(request)
    return redirect("track") if found is None else booking_page(request, found)


def booking_page(request: HttpRequest, found: Any, *, form: PublicForm | None = None, status: int = 200, problem: str = "") -> HttpResponse:
    now = timezone.now()
    context = {
        "case": found,
        "form": form or BookForm(),
        "problem": problem,
        "days": reception.published(at=now),
        "bookings": reception.booked_by(found, at=now),
    }
    return render(request, "public/book.html", context, status=status)


@posts(BookForm)
def _book(found: Any, form: Any, at: datetime) -> str:
    reception_days.book(complaint_id=found.pk, slot=form.cleaned_data["slot"], at=at)
    return _("Your time is booked. We look forward to seeing you.")


@posts(CancelForm)
def cancel(found: Any, form: Any, at: datetime) -> str:
    try:
        reception_days.cancel(booking_id=form.cleaned_data["booking"], complaint_id=found.pk, at=at)
    except Booking.DoesNotExist as error:
        raise Http404 from error
    return _("Your time is given back.")


#: Forms with a page of their own, shown again there when something is wrong.
ELSEWHERE: dict[type[PublicForm], Callable[..., HttpResponse]] = {
    WithdrawForm: withdraw_page,
    CorrectForm: data_page,
    EraseForm: data_page,
    BookForm: booking_page,
    CostForm: cost_page,
    CancelForm: booking_page,
}
