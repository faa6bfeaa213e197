"""The process that opens what strangers sent: little memory, little time, no secret in its environment.

`python -m complaints.files.child IN OUT TYPE` with two open file descriptors; says what it found as one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from importlib import import_module

from complaints.files.verdicts import Reason, Refused

MEMORY = 512 << 20
CPU_SECONDS = 20
#: A picture packed worse than it came, never more.
LARGEST_RESULT = 120 << 20
#: Something around the file failed, not the file: try again later.
NOT_NOW = 75
READERS = {
    "image": "pictures", "audio": "recordings", "video": "recordings",
    "application/pdf": "pdf", "text/plain": "papers", "application/msword": "papers", "application/vnd.ms-excel": "papers",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "office",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "office",
}  # fmt: skip


def confine() -> None:
    """From here on: no more than this, and no copy of the memory on the disk when it dies."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, LARGEST_RESULT), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        _soft, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def main(read: int, write: int, media_type: str) -> int:
    confine()
    reader = import_module("complaints.files." + (READERS.get(media_type) or READERS[media_type.split("/")[0]]))
    with os.fdopen(read, "rb") as source, os.fdopen(write, "w+b") as target:
        source.seek(0)
        try:
            cleaned = reader.clean(source, target, media_type)
            target.flush()
        except Refused as refused:
            sys.stdout.write(json.dumps({"reason": refused.reason}))
            return 0
        except MemoryError:
            sys.stdout.write(json.dumps({"reason": Reason.PACKED_TOO_TIGHT}))
            return 0
        except OSError:
            return NOT_NOW
    sys.stdout.write(json.dumps({"treatment": cleaned.treatment, "media_type": cleaned.media_type}))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
