from datetime import datetime

from django.db import transaction

from staff.models import DeniedAttempt, User


@transaction.atomic
def record_denied_attempt(*, by: User, method: str, path: str, act: str, target: str, reason: str, at: datetime) -> DeniedAttempt:
    """Keep that `by` tried what they may not; texts are cut to what the row holds."""
    cut = {"method": method[:10], "path": path[:500], "act": act[:60], "target": target[:100], "reason": reason[:300]}
    return DeniedAttempt.objects.create(user=by, at=at, **cut)
