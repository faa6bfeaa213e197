"""The one signal of the file, and who else empties what a case was made of."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.dispatch import Signal

if TYPE_CHECKING:
    from complaints.models import Complaint, Message

#: Sent by services.advance inside the transaction, after the StepChange was written. Arguments: `complaint`, `change` (StepChange).
#: A receiver that fails rolls the step back. Acts that leave the step where it is send it too (`change.moved` is False).
step_changed = Signal()

#: Each empties what its app keeps of an erased case; called inside the erasure's transaction.
erasers: "list[Callable[[Complaint, datetime], None]]" = []

#: Each hears what a member of staff wrote to a customer, or the customer to us, inside the transaction of the message.
listeners: "list[Callable[[Message], None]]" = []
