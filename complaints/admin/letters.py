"""A letter as it was sent: a page to print, and where the extra `pdf` is installed, a file."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.files.letter import Paper, as_pdf, can_print
from complaints.models import Letter
from staff.admin.office import holds, user_of
from staff.models import Company

#: A letter bears name and address: for those who may write to the customer.
RIGHT = "complaints.write_message"


def letter_of(request: HttpRequest, case: str, letter: int) -> Letter:
    """The letter, for who sees its case and may write to the customer; else Http404."""
    if not holds(request, RIGHT) or not (case.isascii() and case.isdecimal() and len(case) < 19):
        raise Http404
    rows = Letter.objects.visible_to(user_of(request)).select_related("complaint", "by", "message")
    found: Letter | None = rows.filter(complaint=int(case), pk=letter).first()
    if found is None:
        raise Http404
    return found


def paper_of(letter: Letter) -> Paper:
    """The letter on paper, in its own language."""
    company = Company.current()
    with override(letter.language):
        greeting = _("Dear %(name)s,") % {"name": letter.to_name} if letter.to_name else _("Good day,")
        foot = [_("Your number: %(number)s") % {"number": letter.complaint.number}, f"{settings.SITE_URL}/track/"]
        return Paper(
            sender=[line for line in (company.name, company.address, company.hotline) if line],
            recipient=[line for line in (letter.to_name, letter.to_address) if line],
            place_and_date=date_format(timezone.localdate(letter.at)),
            subject=letter.subject,
            greeting=greeting,
            body=letter.body,
            signature=[letter.by.name, company.name],
            foot=" · ".join(foot),
            language="zh-Hans" if letter.language == "zh-hans" else letter.language,
        )


def page(request: HttpRequest, letter: Letter) -> HttpResponse:
    context: dict[str, Any] = {"letter": letter, "paper": paper_of(letter), "case": letter.complaint, "has_pdf": can_print()}
    response = render(request, "backoffice/letter.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def pdf(letter: Letter) -> HttpResponse:
    """The same as a file; Http404 where the extra is not installed."""
    if not can_print():
        raise Http404
    response = HttpResponse(as_pdf(paper_of(letter), at=letter.at), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.complaint.number}-{letter.kind}-{letter.pk}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response
