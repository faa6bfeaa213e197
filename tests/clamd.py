"""A scanner that speaks as much of clamd's protocol as is used, on the loopback: knows one virus, and can be told to misbehave."""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType

from tests.factories.files import EICAR


class Scanner:
    """`with Scanner() as scanner:` listens at `scanner.address`; `answer` overrides what it says, "" closes without a word."""

    def __init__(self) -> None:
        self.answer: str | None = None
        self.scanned: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Scanner:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                if stream.readline() != b"nINSTREAM\n":
                    stream.write(b"UNKNOWN COMMAND\n")
                    continue
                content = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(length)
                self.scanned.append(content)
                said = self.answer
                if said is None:
                    said = "stream: Eicar-Signature FOUND" if EICAR in content else "stream: OK"
                if said:
                    stream.write(f"{said}\n".encode())
