"""Taking down what a customer tells us, filing what had arrived and waited, typing in a slip; number and code are shown once, to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core import signing as django_signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import signing
from complaints.masking import mask_email, mask_phone
from complaints.models import Complaint, Message
from complaints.queries.callers import callers, case_to_fill_in
from complaints.services import vault
from complaints.services.errors import NotPossible
from complaints.workflow import Kind, Medium, Mode, Standing
from intake.forms.filing import FilingForm
from intake.models import BoxOpening, Channel, Submission
from intake.queries.arrived import as_typed
from intake.services import channels, held, reading
from intake.services.entry import Entry, take_down
from intake.services.slips import SlipPlace
from staff.admin.office import holds, user_of
from staff.models import Department, User

IN_SESSION = "just_filed"
#: How long somebody may leave the page open before sending it.
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Page:
    """What one page is about: its own key, and what it is typed from, if anything."""

    key: UUID
    held: Submission | None = None
    slip: SlipPlace | None = None

    def token(self, by: User) -> str:
        """Handed out with the page and brought back with it: nobody else's page, no other arrival, and the same key each time it is sent."""
        about = {
            "key": str(self.key),
            "held": self.held.pk if self.held else None,
            "slip": [self.slip.opening.pk, self.slip.number] if self.slip else None,
        }
        return django_signing.dumps(about, salt=f"filing.{by.pk}")


class FilesForCustomer:
    """Mixed into the admin class of submissions: to add one is to take something down."""

    admin_site: Any
    opts: Any
    media: Any

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.filed_view)
        return [path("add/filed/", shown, name="intake_submission_filed"), *super().get_urls()]  # type: ignore[misc]  # a mixin: the admin class below it has get_urls

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds(request, "complaints.file_case")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = user_of(request)
        if request.method != "POST":
            page = _asked_for(request, user)
            return self._page(request, page, _form(user, page, initial=_start(request, user, page)))
        try:
            page = _sent(request, user)
        except django_signing.BadSignature:
            page = Page(uuid4())
            form = _form(user, page, data=request.POST, files=request.FILES)
            form.add_error(None, _("This page is out of date; send it once more."))
            return self._page(request, page, form, status=422)
        if "look" in request.POST or "pick" in request.POST:
            return self._look(request, user, page)
        return self._file(request, user, page)

    def filed_view(self, request: HttpRequest) -> HttpResponse:
        """Number and tracking code, to be told or handed to the customer; afterwards the code cannot be looked up.

        Who took down what they may not see (a report) gets the number; the code only where no machine brings it to the customer (R1).
        """
        pk = request.session.pop(IN_SESSION, None)
        case = Complaint.objects.filter(pk=pk, recorded_by=user_of(request)).first() if pk else None
        if case is None:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:index"))
        seen = Complaint.objects.visible_to(user_of(request)).filter(pk=case.pk).exists()
        code = signing.code_for(case.code_key) if seen or not _receipt_goes_out(case) else ""
        context = {"case": case, "code": code, "seen": seen}
        return self._show(request, "backoffice/filed.html", _("Filed"), context, 200)

    # --- inside --------------------------------------------------------------------------------------------------------------
    def _file(self, request: HttpRequest, user: User, page: Page) -> HttpResponse:
        form = _form(user, page, data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self._page(request, page, form, status=422)
        try:
            case = take_down(
                entry=_entry(form, user, page), form_key=page.key, by=user, at=timezone.now(), files=form.cleaned_data["attached"],
                held_id=page.held.pk if page.held else None, slip=page.slip,
            )  # fmt: skip
        except Submission.DoesNotExist as error:
            raise Http404 from error
        except (ValidationError, NotPossible) as refusal:
            form.add_error(None, refusal.messages if isinstance(refusal, ValidationError) else str(refusal))
            return self._page(request, page, form, status=409)
        if page.slip is not None:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:intake_boxopening_change", args=[page.slip.opening.pk]))
        request.session[IN_SESSION] = case.pk
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:intake_submission_filed"))

    def _look(self, request: HttpRequest, user: User, page: Page) -> HttpResponse:
        """Who is on the telephone; whoever is picked is filled in, and all that was typed stays."""
        typed: dict[str, Any] = {name: request.POST.get(name, "") for name in FilingForm.base_fields if name != "attached"}
        typed["under_14"] = "under_14" in request.POST
        asked, picked = request.POST.get("asked", ""), request.POST.get("pick", "")
        case = case_to_fill_in(user, int(picked)) if picked.isascii() and picked.isdecimal() and len(picked) <= 18 else None
        people = callers(user, asked) if case is None else []
        for shown in [case] if case is not None else [each.named_in for each in people]:
            vault.note_look(case=shown, by=user, at=timezone.now())  # the name, or the whole contact, is on the page now
        if case is not None:
            typed |= {name: getattr(case.complainant, name) for name in ("name", "phone", "email")}
        found = [{"caller": each, "phone": mask_phone(each.party.phone), "email": mask_email(each.party.email)} for each in people]
        looked = {"asked": asked, "found": found, "looked": case is None}
        return self._page(request, page, _form(user, page, initial=typed), looked)

    def _page(
        self, request: HttpRequest, page: Page, form: FilingForm, looked: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "once": page.token(user_of(request)), "asked": request.POST.get("asked", "")}
        if page.held is not None:
            context |= {"held": page.held, "said": as_typed(page.held)}
        context |= {"slip": page.slip} | (looked or {})
        return self._show(request, "backoffice/filing.html", _title(page), context, status)

    def _show(self, request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int) -> HttpResponse:
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title, "media": self.media}
        return TemplateResponse(request, template, frame | context, status=status)


def _receipt_goes_out(case: Complaint) -> bool:
    """Whether the receipt, which carries the code, is sent to the contact on file without anybody's help."""
    receipts = Message.objects.filter(complaint=case, kind=Message.Kind.RECEIPT, medium__in=(Medium.EMAIL, Medium.SMS))
    return receipts.exists()


def _title(page: Page) -> str:
    if page.slip is not None:
        return _("Slip %(number)s of %(box)s") % {"number": page.slip.number, "box": page.slip.opening.box}
    return _("File what arrived") if page.held else _("File for a customer")


def _asked_for(request: HttpRequest, user: User) -> Page:
    """The page as its address asks for it; Http404 for an arrival or a slip that is not this person's."""
    held, slip = request.GET.get("held", ""), request.GET.get("slip", "")
    if held:
        return Page(uuid4(), held=_held(held, user))
    opening, _dash, number = slip.partition("-")
    return Page(uuid4(), slip=_slip(opening, number, user)) if slip else Page(uuid4())


def _sent(request: HttpRequest, user: User) -> Page:
    """The page that was sent. Raises BadSignature."""
    about = django_signing.loads(request.POST.get("once", ""), salt=f"filing.{user.pk}", max_age=DAY)
    held = Submission.objects.select_related("channel__department", "hold").filter(pk=about["held"]).first() if about["held"] else None
    slip = _slip(str(about["slip"][0]), str(about["slip"][1]), user) if about["slip"] else None
    return Page(UUID(about["key"]), held, slip)


def _held(pk: str, user: User) -> Submission:
    asked = Submission.objects.held_for(user).select_related("channel__department", "hold")
    found: Submission | None = asked.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) <= 18 else None
    if found is None or held.is_about_a_hidden_case(found, user):
        raise Http404
    return found


def _slip(opening: str, number: str, user: User) -> SlipPlace:
    if not all(part.isascii() and part.isdecimal() and len(part) <= 9 for part in (opening, number)):
        raise Http404
    found = BoxOpening.objects.select_related("box__department", "confirmation").filter(pk=int(opening)).first()
    if found is None or user.pk not in (found.by_id, found.witness_id):
        raise Http404
    return SlipPlace(found, int(number))


def _form(user: User, page: Page, **options: Any) -> FilingForm:
    offered = channels.taken_down()
    if page.held is not None:
        offered = [page.held.channel]
    if page.slip is not None:
        box = channels.named("box")
        offered = [box] if box else offered
    units = list(Department.objects.active().order_by("path"))
    return FilingForm(channels=offered, departments=receptions_of(user, units), units=units, **options)


def _start(request: HttpRequest, user: User, page: Page) -> dict[str, Any]:
    """What the form starts with: the usual, and what is known of an arrival already."""
    start: dict[str, Any] = {"kind": Kind.COMPLAINT, "mode": Mode.REAL_NAME, "standing": Standing.SELF, "language": user.language}
    wanted = channels.named(request.GET.get("channel") or "phone")
    if wanted is not None:
        start["channel"] = wanted.pk
    if page.slip is not None:
        box = channels.named("box")
        start |= {"kind": Kind.SUGGESTION, "mode": Mode.ANONYMOUS, "channel": box.pk if box else None}
    if page.held is not None:
        said = page.held.payload
        start |= {"kind": reading.kind_in(said), "mode": reading.mode_in(said), "named_unit": said.get("named_unit") or ""}
        start |= {"channel": page.held.channel_id, "story": said.get("story") or said.get("text") or "", "language": page.held.language}
        start |= held.claim_to_type(page.held, by=user, at=timezone.now())
    return start


def receptions_of(user: User, units: list[Department]) -> list[Department]:
    """The receptions a person works in; all of them where they work in none."""
    receiving = [unit for unit in units if unit.receives]
    own = set(user.memberships.filter(to_on=None).values_list("department", flat=True))
    return [unit for unit in receiving if unit.pk in own] or receiving


def _entry(form: FilingForm, user: User, page: Page) -> Entry:
    said, channel = form.cleaned_data, form.cleaned_data["channel"]
    return Entry(
        channel=channel, story=said["story"], who=form.who(user.language), demands=form.demands(), kind=said["kind"],
        beside=form.beside(user.language), department=said["department"] or _reception(form, channel, page), own_proposal=said["own_proposal"],
        occurred_on=said["occurred_on"], order_number=said["order_number"], named_unit=said["named_unit"], reference=said["reference"],
    )  # fmt: skip


def _reception(form: FilingForm, channel: Channel, page: Page) -> Department | None:
    """Who takes something down in their own reception files it there; what lay in a box goes where the box belongs."""
    if page.slip is not None:
        department: Department = page.slip.opening.box.department
        return department if department.receives else None
    own = list(form.fields["department"].found.values())  # type: ignore[attr-defined]  # a RowPick
    return own[0] if len(own) == 1 else None
