"""What counts as words: text that a reader can see."""

import unicodedata

#: Controls, formats, spaces and marks alone show nothing.
INVISIBLE = ("C", "M", "Z")
#: Letters of scripts that are drawn empty although they count as letters.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def shows_something(text: str) -> bool:
    """Whether a reader would see anything at all."""
    return any(unicodedata.category(letter)[0] not in INVISIBLE and letter not in BLANK_LETTERS for letter in text)


def tidy(typed: object) -> str:
    """A text as it is kept: Unix line ends, no space around it, nothing where nothing could be seen."""
    text = str(typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if shows_something(text) else ""
