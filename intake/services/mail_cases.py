"""Which case a mail belongs to: the signed token says so, and nothing else does (threat D6)."""

from collections.abc import Iterable

from complaints import signing
from complaints.models import Complaint
from complaints.workflow import Mode
from intake.mail.parse import ParsedMail
from intake.mail.tokens import tokens_in, tokens_of_ids


def case_answered(mail: ParsedMail) -> Complaint | None:
    """The case a mail answers. Of an erased case nothing is left to join, to an anonymous one no mail ever went."""
    return _first_of(tokens_in(mail))


def case_about(mail: ParsedMail) -> Complaint | None:
    """The case whose mail came back, or that an automatic mail answers."""
    return _first_of([*tokens_of_ids(mail.returned.ids), *tokens_in(mail)])


def _first_of(tokens: Iterable[str]) -> Complaint | None:
    for token in tokens:
        pk = signing.case_of_mail_token(token)
        if pk is None:
            continue
        cases = Complaint.objects.filter(pk=pk, erasure=None).exclude(complainant__mode=Mode.ANONYMOUS)
        found: Complaint | None = cases.select_related("complainant").first()
        if found:
            return found
    return None
