"""Pages that are the same for everybody; not for shared caches, since each carries a token of its own browser (threats A12)."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from complaints.workflow import Kind
from intake.queries import doors, journey, reception
from staff.models import Company, Department

FOR_NO_ROBOT = ("track", "thanks", "lost_code")


@require_safe
@cache_control(private=True, no_cache=True)
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "ten_steps": journey.TEN_STEPS,
        "answer_days": Company.current().answer_days,
        "doors": doors.published(),
        "kinds": list(Kind),
    }
    return render(request, "public/home.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def channels(request: HttpRequest) -> HttpResponse:
    """All the ways to complain: where to, when, and what to know."""
    return render(request, "public/channels.html", {"doors": doors.published()})


@require_safe
@cache_control(private=True, no_cache=True)
def reception_days(request: HttpRequest) -> HttpResponse:
    """The leaders' reception days to come, with the times still free."""
    return render(request, "public/reception_days.html", {"days": reception.published(at=timezone.now())})


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A page to print and hang up: the way to the form as a QR code, with what the address presets. Says only what hangs on the wall."""
    department = Department.objects.filter(code__iexact=code, active=True).first()
    if department is None:
        raise Http404
    kind, about = request.GET.get("kind", ""), request.GET.get("about", "")
    preset = {"kind": kind} if kind in Kind.values else {}
    preset |= {"about": about} if about.isascii() and about.isdigit() and len(about) < 10 else {}
    address = f"{settings.SITE_URL}{reverse('complain')}?{urlencode({'at': department.code, **preset})}"
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=8, border=2, omitsize=True, svgclass="qr", lineclass=None)
    context = {
        "department": department,
        "address": address,
        "short": f"{settings.SITE_URL}{reverse('complain')}",
        "picture": mark_safe(picture),  # noqa: S308 - drawn by segno from an address made here
    }
    response = render(request, "public/poster.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@cache_control(private=True, no_cache=True)
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {reverse(name)}" for name in FOR_NO_ROBOT), f"Disallow: {reverse('admin:index')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address whatever the page says."""
    return redirect(static("favicon.svg"))
