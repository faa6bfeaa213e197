"""Purchases from a list of the till or the shop: CSV in UTF-8, with a line of headings."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.services import purchases
from complaints.services.purchases import PurchaseInput

NEEDED = ("name", "email", "phone", "product", "bought_on")
COLUMNS = (*NEEDED, "lot", "order_number", "quantity", "language")


class Command(BaseCommand):
    help = f"Import purchases from a CSV file. Columns: {', '.join(COLUMNS)}; the last four may be missing. Imported twice it adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                done = purchases.load(rows=rows_of(csv.DictReader(lines)), at=timezone.now())
        except OSError as error:
            raise CommandError(str(error)) from error
        except (ValidationError, UnicodeError) as error:
            raise CommandError("; ".join(error.messages) if isinstance(error, ValidationError) else str(error)) from error
        self.stdout.write(f"{done.added} purchases added, {done.known} known already.")


def rows_of(reader: "csv.DictReader[str]") -> Iterator[PurchaseInput]:
    """Each line as a purchase; CommandError with the number of a line that is none."""
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise CommandError(f"These columns are missing: {', '.join(missing)}")
    for row in reader:
        said = {name: (row.get(name) or "").strip() for name in COLUMNS}
        try:
            yield PurchaseInput(
                name=said["name"][:80],
                email=said["email"],
                phone=said["phone"][:40],
                product_code=said["product"],
                bought_on=date.fromisoformat(said["bought_on"]),
                lot=said["lot"],
                order_number=said["order_number"],
                quantity=int(said["quantity"] or 1),
                language=said["language"],
            )
        except ValueError as error:
            raise CommandError(f"Line {reader.line_num}: {error}") from error
