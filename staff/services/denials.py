from datetime import datetime

from django.db import transaction

from staff.models import DeniedAttempt, User

#: The columns' widths: an attempt is kept shortened rather than lost.
LONGEST = {"method": 10, "path": 500, "act": 60, "target": 100, "reason": 300}


def record(*, user: User, method: str, path: str, at: datetime, act: str = "", target: str = "", reason: str = "") -> DeniedAttempt:
    """Keep that somebody tried what they may not. Call it outside the refused transaction, which rolls back.

    `durable` makes a call from inside one fail loudly instead of vanishing with it. The path is kept without its query.
    """
    values = {"method": method, "path": path.partition("?")[0], "act": act, "target": target, "reason": reason}
    kept = {name: text.replace("\x00", "")[: LONGEST[name]] for name, text in values.items()}
    with transaction.atomic(durable=True):
        return DeniedAttempt.objects.create(user=user, at=at, **kept)
