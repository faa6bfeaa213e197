"""What arrived, as it was typed, made readable: nothing tidied, nothing left out."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from complaints.models import Complaint, Demand
from complaints.workflow import Kind, Mode, Standing
from intake.models import Submission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Key of the names of the files that came with the words; the files themselves are the case's.
FILES = "files"

#: The questions of the form, in its order.
LABELS: "dict[str, StrOrPromise]" = {
    "subject": _("Subject"),
    "kind": _("What it is"),
    "at": _("Where the poster hangs"),
    "about": _("What is it about? (optional)"),
    "named_unit": _("Which department is it about? (optional)"),
    "story": _("What happened?"),
    "demands": _("What do you ask for?"),
    "demand_words": _("What exactly? (optional)"),
    "own_proposal": _("How would you solve it? (optional)"),
    "occurred_on": _("When did it happen? (optional)"),
    "order_number": _("Order or contract number (optional)"),
    "answers": _("Further questions"),
    "mode": _("In what name"),
    "standing": _("For whom do you speak?"),
    "represented": _("Their name"),
    "under_14": _("This is a child under 14"),
    "consent": _("I am the parent or guardian and agree to this complaint and to the use of the child's data for it"),
    "people": _("How many people complain together?"),
    "others": _("The other representatives, one name a line"),
    "employee_number": _("Your employee number (optional)"),
    "name": _("Your name (optional)"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "address": _("Postal address"),
    "reply_to": _("Answers to"),
    "beside": _("Who is represented, or complains too"),
    "reference": _("Number of the recording"),
    FILES: _("Files (optional)"),
}

#: Answers that were chosen, in words.
WORDS_OF: "dict[str, dict[Any, StrOrPromise]]" = {
    "demands": dict(Demand.Kind.choices),
    "kind": dict(Kind.choices),
    "mode": dict(Mode.choices),
    "standing": dict(Standing.choices),
}
#: Shown where they lead to: the case's category, the named unit, the booking.
SHOWN_ELSEWHERE = ("about", "named_unit", "slot")


def of_case(case: Complaint) -> list[Submission]:
    """The submissions this case was made of, with their channels."""
    of_this = Submission.objects.filter(filing__complaint=case)
    return list(of_this.select_related("channel", "filing__complaint__complainant").order_by("received_at"))


def as_typed(submission: Submission, *, with_claim: bool = False) -> "list[tuple[StrOrPromise, str]]":
    """Question and answer, in the order of the form, then whatever else came along; unanswered questions are left out.

    Who the sender says they are is left out, save where asked for (`with_claim`) and then of a case in their real name alone: before it is
    a case nobody knows whether they want that.
    """
    filing = getattr(submission, "filing", None)
    openly = submission.payload.get("mode", Mode.REAL_NAME) == Mode.REAL_NAME  # what was written in confidence may be joined to such a case
    in_real_name = openly and filing is not None and filing.complaint.complainant.mode == Mode.REAL_NAME
    return _answers({**submission.payload, **(submission.claimed if in_real_name and with_claim else {})})


def _answers(payload: Mapping[str, Any]) -> "list[tuple[StrOrPromise, str]]":
    names = [each for each in (*LABELS, *sorted(set(payload) - set(LABELS))) if each not in SHOWN_ELSEWHERE]
    return [(LABELS.get(name, name), _text(name, payload[name])) for name in names if payload.get(name)]


def _text(name: str, value: Any) -> str:
    known = WORDS_OF.get(name, {})
    if isinstance(value, str):
        return str(known.get(value, value))
    listed: Iterable[Any] = value if isinstance(value, list) else [value]
    if name == "answers":
        return "\n".join(f"{each['asked']} {each['answer']}" for each in listed)
    return pgettext("between items of a list", ", ").join(str(known.get(each, each)) for each in listed)
