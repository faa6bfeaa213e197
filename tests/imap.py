"""A real IMAP server on the loopback, empty and in memory, in a process of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "complaints", "only for tests"
PATIENCE = 20


@dataclass(frozen=True)
class ImapServer:
    port: int

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX"

    def box(self) -> MailBoxUnencrypted:
        """Another program that reads the same mailbox."""
        box = MailBoxUnencrypted("127.0.0.1", port=self.port, timeout=10)
        box.login(USER, PASSWORD)
        return box

    def deliver(self, *mails: bytes) -> None:
        with self.box() as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def unread(self, folder: str = "INBOX") -> int:
        with self.box() as box:
            box.folder.set(folder)
            return len(box.uids("UNSEEN"))

    def count(self, folder: str = "INBOX") -> int:
        with self.box() as box:
            box.folder.set(folder)
            return len(box.uids("ALL"))


@contextmanager
def serving_imap() -> Iterator[ImapServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("pymap", path=str(Path(sys.executable).parent))
    assert program, "pymap is among the tools of the tests: run `make setup-dev`"
    command = [program, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield ImapServer(port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
