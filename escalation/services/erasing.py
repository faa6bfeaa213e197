"""What this app keeps of an erased case loses its words too."""

from datetime import datetime

from django.db.models import Q

from complaints.models import Complaint
from complaints.models.evidence import ERASED
from escalation.models import CaseMark, CaseRegime, DepartmentRequest, Extension, Pause, Reply, RoutedDecision, SupervisionOrder


def empty_words(case: Complaint, _at: datetime) -> None:
    """A dash where people wrote; who asked, decided and when stays."""
    RoutedDecision.objects.filter(item__complaint=case).update(words=ERASED)
    CaseMark.objects.filter(complaint=case).exclude(words="").update(words=ERASED)
    orders = SupervisionOrder.objects.filter(complaint=case)
    orders.update(words=ERASED)
    orders.exclude(answer="").update(answer=ERASED)
    requests = DepartmentRequest.objects.filter(complaint=case)
    requests.update(question=ERASED)
    requests.exclude(answer="").update(answer=ERASED)
    requests.exclude(score_words="").update(score_words=ERASED)
    CaseRegime.objects.filter(complaint=case).update(reason=ERASED)
    Pause.objects.filter(complaint=case).exclude(words="").update(words=ERASED)
    Extension.objects.filter(complaint=case).update(reason=ERASED, to_customer=ERASED)
    Extension.objects.filter(complaint=case).exclude(answer="").update(answer=ERASED)
    # Of an incident: what a protected complainant answered, and customers of whom nothing is left.
    nobody = {f"reach__affected__customer__{column}": "" for column in ("name", "email", "phone")}
    answers = Reply.objects.exclude(words__in=["", ERASED])
    answers.filter(Q(reach__affected__complaint=case) | Q(**nobody)).update(words=ERASED)
