"""What the system does to many cases by the clock."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from complaints.services.errors import NotPossible

if TYPE_CHECKING:
    from complaints.querysets import ComplaintQuerySet

log = logging.getLogger(__name__)


def one_by_one(cases: "ComplaintQuerySet", name: str, act: Callable[[int], object]) -> int:
    """Do the act of this name to each case, in a transaction of its own, so that one that cannot stops no other; to how many it was done."""
    return sum(_done(pk, number, name, act) for pk, number in cases.values_list("pk", "number"))


def _done(complaint_id: int, number: str, name: str, act: Callable[[int], object]) -> bool:
    try:
        act(complaint_id)
    except NotPossible as reason:  # something was done to it since we looked, or it still waits for something
        log.info("case %s stays as it is, no %s: %s", number, name, reason)
        return False
    except Exception:
        log.exception("case %s could not be done: %s", number, name)
        return False
    return True
