"""The adapter that comes with the product: payment orders as files for the accounting program."""

import csv
import io
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from complaints.payouts import Payment, PayoutError

PLAIN_KEY = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


class PaymentOrders:
    """One file of one line for each payment, in PAYOUT_FOLDER, named by the key: written again, it is the same file.

    The payee is not in it: the accounting department reads the name on the case, and protected identities never leave the vault.
    """

    name = _("Payment order for accounting (CSV)")

    def pay(self, payment: Payment) -> str:
        if not PLAIN_KEY.fullmatch(payment.key):
            raise PayoutError("the key is no name for a file", permanent=True)
        folder = Path(settings.PAYOUT_FOLDER)
        target = folder / f"{payment.key}.csv"
        content = _line(payment)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if target.exists():
                if target.read_text(encoding="utf-8-sig") != content:
                    raise PayoutError("another payment has this key", permanent=True)
            else:
                _write(target, content)
        except OSError as error:
            raise PayoutError(f"{type(error).__name__}: {error.strerror}") from error
        return target.name


def _line(payment: Payment) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["key", "case", "department", "kind", "amount", "currency", "date"])
    writer.writerow(
        [
            payment.key,
            payment.case,
            payment.department,
            payment.kind,
            f"{payment.amount:.2f}",
            payment.currency,
            payment.at.date().isoformat(),
        ]
    )
    return out.getvalue()


def _write(target: Path, content: str) -> None:
    """Whole or not at all, whatever dies meanwhile."""
    with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".", delete=False, encoding="utf-8-sig", newline="") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)
