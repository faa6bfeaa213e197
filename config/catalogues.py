"""The message catalogues: compiled with polib, so that no machine needs gettext to run Redress, and checked for gaps.

python -m config.catalogues            # locale/**/*.po → .mo
python -m config.catalogues --check    # every string translated, none fuzzy, none missing from the catalogue
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from config.places import BASE

CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
IGNORED = shutil.ignore_patterns(".git", ".venv", "var", "*.pyc", "__pycache__", ".*_cache", "node_modules")
EXTRACT = ("makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "--no-obsolete", "-i", "tests", "-v", "0")


def compile_catalogues(root: Path) -> list[Path]:
    """Write a .mo beside every .po under `root`; the files written. Fuzzy entries are left out, as msgfmt does."""
    written = []
    for source in sorted(root.rglob("*.po")):
        target = source.with_suffix(".mo")
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


def find_gaps(catalogue: Path) -> Iterator[str]:
    """What is wrong with the entries of a catalogue, one sentence each."""
    for entry in polib.pofile(str(catalogue)):
        if entry.obsolete:
            continue
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"not translated: {entry.msgid!r}"
        else:
            yield from _wrong_placeholders(entry)


def _wrong_placeholders(entry: polib.POEntry) -> Iterator[str]:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in translations:
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"other placeholders: {entry.msgid!r} → {text!r}"


def find_missing() -> set[str]:
    """Strings of the code and templates that the catalogue does not have, found by makemessages in a copy of the tree."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tree")
        shutil.copytree(BASE, copy, ignore=IGNORED)
        environment = os.environ | {"SECRET_KEY": "to read the settings only", "REDRESS_VAR": folder}
        subprocess.run([sys.executable, "manage.py", *EXTRACT], cwd=copy, env=environment, check=True)
        return _keys(copy / CATALOGUE) - _keys(BASE / CATALOGUE)


def _keys(catalogue: Path) -> set[str]:
    entries = polib.pofile(str(catalogue)) if catalogue.is_file() else []
    return {f"{entry.msgctxt or ''}{entry.msgid}" for entry in entries if not entry.obsolete}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.catalogues")
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        sys.stdout.write(f"{len(compile_catalogues(BASE / 'locale'))} catalogues compiled\n")
        return 0
    gaps = [gap for catalogue in sorted((BASE / "locale").rglob("*.po")) for gap in find_gaps(catalogue)]
    if shutil.which("xgettext"):
        gaps += [f"not in the catalogue (make messages): {text!r}" for text in sorted(find_missing())]
    sys.stdout.write("".join(f"{gap}\n" for gap in gaps) or "catalogues are complete\n")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
