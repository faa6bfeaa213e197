"""A letter as PDF, where the extra `pdf` is installed.

Only lines of text are set: no markup is read, so nothing a letter says can open a file or an address (threats C6). The font comes with
the extra and is embedded.
"""

import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

NEEDED = ("fpdf", "pylopdf_fonts_zh_cn")
POINTS_TO_MM = 0.3528
#: What stays together on a line: a Latin word, or one Chinese letter with the marks that may not leave it.
_OPENING, _CLOSING = "（《「『“‘(", "，。、；：！？）》」』”’),.;:!?%"
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}]+)[{_CLOSING}]*|.")


@dataclass(frozen=True)
class Paper:
    """What stands on the sheet, from top to bottom."""

    sender: Sequence[str]
    recipient: Sequence[str]
    place_and_date: str
    subject: str
    greeting: str
    body: str
    signature: Sequence[str]
    foot: str
    language: str


def can_print() -> bool:
    """Whether letters can be made into PDFs here."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def as_pdf(paper: Paper, *, at: datetime) -> bytes:
    """The letter on A4. `at` is the date in the file's own description, so that the same letter gives the same bytes."""
    from fpdf import FPDF, XPos, YPos  # noqa: PLC0415  # an extra: may be missing
    from pylopdf_fonts_zh_cn import serif_path  # noqa: PLC0415  # comes with it

    pdf = FPDF(format="A4")
    pdf.set_creation_date(at)
    pdf.set_title(paper.subject)
    pdf.set_lang(paper.language)
    pdf.set_margins(25, 22, 22)
    pdf.set_auto_page_break(auto=True, margin=22)
    pdf.add_font("letter", fname=serif_path())
    pdf.add_page()

    def lines(text: str, *, size: float, align: str = "L", space: float = 0) -> None:
        pdf.set_font("letter", size=size)
        broken = "\n".join(line for part in text.split("\n") for line in _lines_of(part, pdf.epw - 3, pdf.get_string_width))
        pdf.multi_cell(0, size * POINTS_TO_MM * 1.6, broken, align=align, markdown=False, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(space)

    lines("\n".join(paper.sender), size=10, align="R", space=6)
    if paper.recipient:
        lines("\n".join(paper.recipient), size=11, space=6)
    lines(paper.place_and_date, size=11, align="R", space=4)
    lines(paper.subject, size=14, space=4)
    lines(paper.greeting, size=11.5, space=2)
    lines(paper.body, size=11.5, space=6)
    lines("\n".join(paper.signature), size=11.5, space=8)
    lines(paper.foot, size=9)
    return bytes(pdf.output())


def _lines_of(text: str, width: float, width_of: Callable[[str], float]) -> list[str]:
    """A paragraph in lines that fit. Chinese may end between any two letters, but no line begins with a closing mark."""
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        if line and width_of(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line or not unit.isspace() else ""
    return [*lines, line.rstrip()]
