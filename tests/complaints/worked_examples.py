"""Cases reckoned by hand with the rates and rules a new installation starts with: the tests hold the arithmetic against them, and
`docs/value.md` is made of them (`python -m tests.complaints.worked_examples`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "value.md"


def yuan(text: str) -> Decimal:
    return Decimal(text)


@dataclass(frozen=True)
class Item:
    kind: str
    amount: str | None
    option: int = 0


@dataclass(frozen=True)
class Example:
    """What happened, and what the sheet must say. Amounts in yuan."""

    name: str
    story: str
    #: Value of the purchase; None where there was none, or it was unfounded.
    price: str | None
    kept: str
    items: tuple[Item, ...]
    contacts: int
    #: time, effort, money, feelings
    cost: tuple[str, str, str, str]
    v2: str
    short_by: str = "0.00"
    repeats: int = 0
    papers: int = 0
    feeling: str = "calm"
    spent: str = "0"
    #: What the complainant said of their minutes, where they put the record right.
    minutes: int | None = None
    why: str = field(default="")

    @property
    def verdict(self) -> str:
        if self.price is None:
            return "advice only"
        return "met" if Decimal(self.short_by) == 0 else f"falls short by {self.short_by}"


EXAMPLES = (
    Example(
        "late delivery of sound goods", "A table came nine days late and is in order.", "200.00", "200.00", (Item("voucher", "60.00"),), 2,
        ("15.00", "10.00", "0.00", "10.00"), "242.00", feeling="upset", why="The sound table is kept and counts in full; the voucher counts at 70 %.",
    ),
    Example(
        "defect refunded", "A kettle leaks; it goes back.", "300.00", "0.00", (Item("refund", "300.00"), Item("goodwill", "60.00")), 2,
        ("20.00", "15.00", "0.00", "20.00"), "360.00", papers=1, feeling="angry", why="Nothing is kept; the refund alone would not make up for C.",
    ),
    Example(
        "defect kept with discount", "A scratched cabinet is kept at a lower price.", "500.00", "400.00",
        (Item("refund", "100.00"), Item("goodwill", "50.00")), 1, ("7.50", "5.00", "0.00", "10.00"), "550.00", feeling="upset",
        why="What works is worth 400; the discount restores the rest.",
    ),
    Example(
        "repair", "A washing machine is repaired at the second attempt.", "1000.00", "700.00",
        (Item("repair", "300.00"), Item("free_service", "60.00")), 3, ("32.50", "35.00", "20.00", "20.00"), "1060.00", "47.50", repeats=1,
        feeling="angry", spent="20", why="The repair counts the value it restores. V1 + C is 1,107.50: more is given, or a reason and one level up.",
    ),
    Example(
        "replacement by better", "A lamp is replaced by the next better model.", "800.00", "0.00", (Item("replacement", "900.00"),), 2,
        ("15.00", "10.00", "0.00", "10.00"), "900.00", feeling="upset", why="A replacement counts at its own value.",
    ),
    Example(
        "service redone", "A flat was cleaned badly and is cleaned again.", "150.00", "0.00",
        (Item("free_service", "150.00"), Item("gift", "50.00")), 2, ("15.00", "10.00", "0.00", "0.00"), "190.00",
        why="The service done again counts at its price, the gift at 80 %.",
    ),
    Example(
        "misuse", "A pan was put into the dishwasher; we clean it and show the right use.", "260.00", "260.00",
        (Item("free_service", "30.00"), Item("explanation", None)), 1, ("7.50", "5.00", "0.00", "10.00"), "290.00", feeling="upset",
        why="What was sold was sound and stays theirs. Misuse is no refusal: help, show, thank.",
    ),
    Example(
        "unfounded", "The bill was right; it is explained, with thanks.", None, "0.00", (Item("explanation", None), Item("gift", "20.00")), 1,
        ("7.50", "5.00", "0.00", "0.00"), "16.00", why="V1 is 0; the sheet is shown as advice.",
    ),
    Example(
        "no purchase", "A passer-by was spoken to rudely at the door.", None, "0.00", (Item("apology", None), Item("voucher", "30.00")), 1,
        ("7.50", "5.00", "0.00", "20.00"), "21.00", feeling="angry", why="There was no purchase: V1 is 0, advice only. An apology is shown and counts 0 in money.",
    ),
    Example(
        "organisation", "A hotel got 80 of 1,000 towels with flaws; it keeps the good ones.", "20000.00", "18500.00",
        (Item("refund", "1500.00"), Item("goodwill", "300.00")), 4, ("120.00", "35.00", "85.50", "0.00"), "20300.00", papers=3, spent="85.50",
        minutes=240, why="The hotel put its time right (four hours); the complainant's word goes before the record.",
    ),
    Example(
        "recall", "A charger is recalled; the customer chooses.", "399.00", "0.00",
        (Item("refund", "399.00", 1), Item("goodwill", "80.00", 1), Item("replacement", "399.00", 2), Item("voucher", "100.00", 2)), 1,
        ("7.50", "5.00", "0.00", "10.00"), "469.00", feeling="upset", why="Of alternatives the one worth least counts, so the rule holds whichever is taken.",
    ),
    Example(
        "false advertising", "“Pure wool” was half plastic; the customer keeps nothing.", "120.00", "0.00",
        (Item("refund", "120.00"), Item("compensation", "500.00")), 2, ("15.00", "10.00", "0.00", "50.00"), "620.00", feeling="distressed",
        why="Three times 120 is 360; the legal floor is 500 (Consumer Rights Law, Art. 55).",
    ),
)  # fmt: skip


def document() -> str:
    """The page: the rule, then the examples as a table."""
    lines = [
        "# What a good solution is worth: V2 ≥ V1 + C",
        "",
        "V1 is the value the purchase was to have. C is what complaining cost the customer: time, effort, money, feelings. V2 is what the customer",
        "holds in the end: what is kept and works, plus everything given. V2 must reach V1 + C; below it a reason is needed and the approval goes one",
        "level up. Without a purchase, and where a complaint is unfounded, V1 is 0 and the sheet is advice.",
        "",
        "Money counts in full; a replacement at its value, a repair at the value it restores, a free service at its price; a voucher at the rate at",
        "which vouchers are used, a gift at what it is worth to the customer (both rows an administrator edits); an apology is shown and counts 0. Of",
        "alternatives the one worth least counts. What is promised is not reached yet: the case page shows both.",
        "",
        "The examples below are tests (`tests/complaints/test_worked_examples.py`), reckoned with the rates and rules a new installation starts with;",
        "this page is made from the same table: `python -m tests.complaints.worked_examples`. Amounts in yuan.",
        "",
        "| Case | What happened | V1 | C = time + effort + money + feelings | Kept | Given | V2 | Result |",
        "|---|---|---:|---|---:|---|---:|---|",
    ]
    return "\n".join([*lines, *(_line(example) for example in EXAMPLES), ""])


def _line(example: Example) -> str:
    cost = sum((Decimal(part) for part in example.cost), Decimal(0))
    given = ", ".join(
        f"{f'({item.option}) ' if item.option else ''}{item.kind.replace('_', ' ')} {item.amount or ''}".strip() for item in example.items
    )
    told = f"{example.story} {example.why}".strip()
    cells = [
        example.name,
        told,
        example.price or "0",
        f"{cost} = {' + '.join(example.cost)}",
        example.kept,
        given,
        example.v2,
        example.verdict,
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
