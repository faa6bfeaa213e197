"""Finds the Chromium of the browser journeys, and gets one where there is none.

python -m tests.browser     # what `make test` runs first
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # the sandbox needs what a container or root does not have; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> Path | None:
    """The browser: CHROMIUM, else one on the path, else the one Playwright downloaded."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next(iter(sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def _attempts() -> list[list[list[str]]]:
    """Ways to get one, each a list of commands."""
    ways = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]])
    ways.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    return ways


def main() -> int:
    if find_chromium():
        return 0
    sys.stdout.write("No Chromium here; getting one for the browser journeys …\n")
    sys.stdout.flush()
    for commands in _attempts():
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        got = all(
            subprocess.run(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet, check=False).returncode == 0
            for c in commands
        )
        if got and find_chromium():
            return 0
    sys.stderr.write("The browser journeys need Chromium; get it with: sudo apt-get install chromium\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
