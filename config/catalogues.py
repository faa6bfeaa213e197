"""Compiles the message catalogues (locale/**/*.po → .mo) with polib, so that no machine needs gettext to run Redress."""

import sys
from pathlib import Path

import polib

from config.places import BASE


def compile_catalogues(root: Path) -> list[Path]:
    """Write a .mo beside every .po under `root`; the files written. Fuzzy entries are left out, as msgfmt does."""
    written = []
    for source in sorted(root.rglob("*.po")):
        target = source.with_suffix(".mo")
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{len(compile_catalogues(BASE / 'locale'))} catalogues compiled\n")
