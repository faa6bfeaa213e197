"""Step 1: a named person calms the complainant, apologises and says who follows the case."""

from datetime import datetime

from complaints.models import Apology, Message
from complaints.services import messages
from complaints.services.advance import advancing
from complaints.workflow import Feeling, Medium
from staff.models import User

#: Said face to face or on the phone: the words stand in the conversation, nothing is sent again.
SPOKEN = (Medium.PHONE, Medium.COUNTER, Medium.VISIT)


def apologize(
    *, complaint_id: int, by: User, at: datetime, words: str, medium: Medium | str, feeling_before: Feeling | str,
    feeling_after: Feeling | str = "", judged_by_complainant: bool = False, seen: int | None = None,
) -> Apology:  # fmt: skip
    """Record the apology, signed by the person; what was not said in person is sent."""
    with advancing(complaint_id, "apologize", by=by, at=at, seen=seen) as move:
        apology = Apology.objects.create(
            complaint=move.complaint, words=words, medium=medium, feeling_before=feeling_before, feeling_after=feeling_after,
            judged_by_complainant=judged_by_complainant, by=by, at=at,
        )  # fmt: skip
        move.record(apology)
        said = {"said_by": medium} if medium in SPOKEN else {}
        messages.send(complaint=move.complaint, kind=Message.Kind.APOLOGY, by=by, at=at, text=words, extra=said)
    return apology
