"""What this app keeps of an erased case loses its words too."""

from datetime import datetime

from complaints.models import Complaint
from complaints.models.evidence import ERASED
from escalation.models import DepartmentRequest, RoutedDecision


def empty_words(case: Complaint, _at: datetime) -> None:
    """A dash where people wrote; who asked, decided and when stays."""
    RoutedDecision.objects.filter(item__complaint=case).update(words=ERASED)
    requests = DepartmentRequest.objects.filter(complaint=case)
    requests.update(question=ERASED)
    requests.exclude(answer="").update(answer=ERASED)
    requests.exclude(score_words="").update(score_words=ERASED)
