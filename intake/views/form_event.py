"""What the form's script tells about its use. The token against forged forms goes with it, as with every form."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake.forms.complain import ComplainForm
from intake.services import form_events, limits
from intake.services.form_events import FormUse
from intake.views import access

MOST_FIELDS = 40


@require_POST
@access.personal
def tell(request: HttpRequest) -> HttpResponse:
    """Opened or left. Whatever is sent, nothing of it is kept but a known name, a time span and a number; too much is dropped in silence."""
    now = timezone.now()
    try:
        limits.count(limits.Act.FORM, address=access.address_of(request), at=now)
    except limits.TooOften:
        return HttpResponse(status=204)
    what, field, fields = (request.POST.get(name, "") for name in ("what", "field", "fields"))
    seconds = form_events.seconds_since(request.POST.get("opened", "")[:100], at=now)
    if seconds is None:  # no form of ours, or one left open for hours
        return HttpResponse(status=204)
    if what == form_events.What.OPENED:
        form_events.opened(at=now)
    elif what == form_events.What.LEFT:
        filled = min(int(fields), MOST_FIELDS) if fields.isascii() and fields.isdigit() and len(fields) < 4 else 0
        form_events.left(FormUse(seconds, filled), field=field if field in ComplainForm.base_fields else "", at=now)
    return HttpResponse(status=204)
