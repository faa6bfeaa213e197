"""How alike two texts are, by the words they share. Plain arithmetic, without Django."""

from collections.abc import Iterable

#: From this share of common words on, two complaints of one person are probably about the same.
ALIKE = 0.4
#: A text of fewer words says too little to be compared.
FEWEST_WORDS = 3


def likeness(first: Iterable[str], second: Iterable[str]) -> float:
    """Words in common over the words of the shorter text: 0 (none) to 1 (all of it). A long second letter may repeat the first whole."""
    one, other = set(first), set(second)
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= FEWEST_WORDS else 0.0


def are_alike(first: Iterable[str], second: Iterable[str]) -> bool:
    return likeness(first, second) >= ALIKE
