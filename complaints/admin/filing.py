"""Filing for a customer on the telephone, at the counter, from a letter or fax; number and code are shown once, to be told."""

from typing import Any

from django.core import signing as django_signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import signing
from complaints.forms.filing import FilingForm
from complaints.models import Complaint
from complaints.services import filing
from complaints.services.inputs import DemandInput, PartyInput
from staff.admin.office import holds, user_of
from staff.models import Department, User

IN_SESSION = "just_filed"


class FilesForCustomer:
    """Mixed into the admin class of cases."""

    admin_site: Any
    opts: Any
    media: Any

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.filed_view)
        return [path("add/filed/", shown, name="complaints_complaint_filed"), *super().get_urls()]  # type: ignore[misc]  # a mixin: the admin class below it has get_urls

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not holds(request, "complaints.file_case"):
            raise PermissionDenied
        user = user_of(request)
        form = FilingForm(request.POST or None, departments=receptions_of(user), initial={"medium": "phone", "language": user.language})
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    case = file_once(form, user, request.POST.get("once", ""))
                except ValidationError as refusal:
                    form.add_error(None, refusal.messages)
                else:
                    request.session[IN_SESSION] = case.pk
                    return HttpResponseRedirect(reverse(f"{self.admin_site.name}:complaints_complaint_filed"))
        once = request.POST.get("once") or django_signing.dumps(signing.new_key(), salt=f"filing.{user.pk}")
        return self._show(request, "backoffice/filing.html", _("File a complaint for a customer"), {"form": form, "once": once}, status)

    def filed_view(self, request: HttpRequest) -> HttpResponse:
        """Number and tracking code, to be told or handed to the customer; afterwards the code cannot be looked up."""
        pk = request.session.pop(IN_SESSION, None)
        case = Complaint.objects.visible_to(user_of(request)).filter(pk=pk).first() if pk else None
        if case is None:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:complaints_complaint_changelist"))
        context = {"case": case, "code": signing.code_for(case.code_key)}
        return self._show(request, "backoffice/filed.html", _("Complaint filed"), context, 200)

    def _show(self, request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int) -> HttpResponse:
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title, "media": self.media}
        return TemplateResponse(request, template, frame | context, status=status)


def receptions_of(user: User) -> list[Department]:
    """The receptions a person works in; all of them where they work in none."""
    receiving = Department.objects.receiving().order_by("path")
    own = list(receiving.filter(memberships__user=user, memberships__to_on=None).distinct())
    return own or list(receiving)


def file_once(form: FilingForm, by: User, once: str) -> Complaint:
    """File; the same page sent twice gives the same case."""
    try:
        key = str(django_signing.loads(once, salt=f"filing.{by.pk}"))
    except django_signing.BadSignature as error:
        raise ValidationError(_("This page is out of date; send it once more.")) from error
    digest = signing.digest_of(signing.code_for(key))
    before = Complaint.objects.filter(code_digest=digest, recorded_by=by).first()
    if before is not None:
        return before
    said = form.cleaned_data
    reach = {name: said[name] for name in ("name", "email", "phone", "address")}
    return filing.file(
        story=said["story"],
        demands=[DemandInput(kind, text) for kind, text in form.demands()],
        complainant=PartyInput(**reach, language=said["language"] or by.language),
        medium=said["medium"],
        department=said["department"],
        own_proposal=said["own_proposal"],
        occurred_on=said["occurred_on"],
        order_number=said["order_number"],
        code_key=key,
        by=by,
        at=timezone.now(),
    )
