"""Files outlive a power cut like the rows that tell of them."""

import os
from datetime import datetime
from typing import Any


def made_durable(stored: Any, at: datetime) -> None:
    """Have a stored file written to the disk, where it lies on one of ours; other stores answer only when they have it.

    It bears the time of its row, which tells no more of an anonymous sender than the hour (I6).
    """
    try:
        path = stored.path
    except NotImplementedError:  # how Django's storages say that it is no folder of this machine
        return
    os.utime(path, (at.timestamp(), at.timestamp()))
    for each in (path, os.path.dirname(path)):  # noqa: PTH120 - the folder too, which holds its name
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
