"""Runs the examination of one file in a process of its own, so that a file can at worst end that process."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from complaints.files.child import NOT_NOW
from complaints.files.verdicts import Cleaned, Reason, Refused, Treatment

ROOT = Path(__file__).resolve().parents[2]
#: The child may use 20 s of the processor; the machine may be busy.
PATIENCE_SECONDS = 45
#: A picture of one pixel. Where even this cannot be examined, the machine is at fault and not the file.
ONE_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")


class NotNow(Exception):
    """The examination could not be done on this machine at this moment; nothing is said about the file."""


class Died(Exception):
    """The examination ended without a word: most likely because of the file."""


def examined(source: IO[bytes], target: IO[bytes], media_type: str) -> Cleaned:
    """Clean `source` into `target`, both real files. Raises Refused, Died or NotNow."""
    try:
        return _run(source, target, media_type)
    except Died:
        with tempfile.TemporaryFile() as known, tempfile.TemporaryFile() as result:
            known.write(ONE_PIXEL)
            known.flush()
            _probe(known, result)
        raise


def _probe(known: IO[bytes], result: IO[bytes]) -> None:
    try:
        _run(known, result, "image/gif")
    except (Died, Refused) as error:
        raise NotNow("the examination does not work at all") from error


def _run(source: IO[bytes], target: IO[bytes], media_type: str) -> Cleaned:
    files = (source.fileno(), target.fileno())
    command = [sys.executable, "-B", "-E", "-s", "-m", "complaints.files.child", *map(str, files), media_type]
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, pass_fds=files, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Died("took too long") from error
    except OSError as error:
        raise NotNow(str(error)) from error
    if done.returncode == NOT_NOW:
        raise NotNow("no room")
    if done.returncode in (-signal.SIGXCPU, -signal.SIGXFSZ):
        raise Refused(Reason.PACKED_TOO_TIGHT)
    if done.returncode:
        raise Died(done.stderr.decode(errors="replace").strip().splitlines()[-1:] or done.returncode)
    return _said(json.loads(done.stdout))


def _said(answer: dict[str, Any]) -> Cleaned:
    if "reason" in answer:
        raise Refused(Reason(answer["reason"]))
    return Cleaned(Treatment(answer["treatment"]), answer["media_type"])
