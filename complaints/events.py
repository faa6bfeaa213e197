"""The one signal of the file."""

from django.dispatch import Signal

#: Sent by services.advance inside the transaction, after the StepChange was written. Arguments: `complaint`, `change` (StepChange).
#: A receiver that fails rolls the step back. Acts that leave the step where it is send it too (`change.moved` is False).
step_changed = Signal()
