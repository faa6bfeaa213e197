"""A mail server on the loopback that takes mail, remembers it, and misbehaves for some addresses."""

import re
import socketserver
import threading
import time
from collections import defaultdict

ADDRESS = re.compile(r"<([^>]*)>")
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
SLOW_BANNER_SECONDS = 10


class Sink(socketserver.ThreadingTCPServer):
    """What it took: the Message-IDs of each recipient, and when the last one came."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *, delay: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.delay = delay
        self.taken: dict[str, list[str]] = defaultdict(list)
        self.times: list[float] = []
        #: When the first mail came to an address.
        self.first: dict[str, float] = {}
        #: Faults by the beginning of the address; each of `once` strikes an address one time.
        self.refused: dict[str, str] = {}
        self.once: dict[str, str] = {}
        self.struck: set[str] = set()
        self.slow_banners = 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fault_for(self, address: str) -> str:
        """`550 …` and the like, `drop`, or nothing."""
        for start, answer in self.refused.items():
            if address.startswith(start):
                with self.lock:
                    self.struck.add(address)
                return answer
        with self.lock:
            for start, answer in self.once.items():
                if address.startswith(start) and address not in self.struck:
                    self.struck.add(address)
                    return answer
        return ""

    def take(self, address: str, content: bytes) -> None:
        found = MESSAGE_ID.search(content)
        with self.lock:
            self.taken[address].append(found.group(1).decode() if found else "")
            self.times.append(time.monotonic())
            self.first.setdefault(address, self.times[-1])

    def slow_now(self) -> bool:
        with self.lock:
            is_slow = self.slow_banners > 0
            self.slow_banners -= is_slow
            return is_slow


class _Talk(socketserver.StreamRequestHandler):
    """One connection, in the words of RFC 5321."""

    server: Sink
    timeout = 60

    def handle(self) -> None:
        if self.server.slow_now():
            time.sleep(SLOW_BANNER_SECONDS)
        try:
            self._say("220 drill")
            while self._answer(self.rfile.readline(2000).decode(errors="replace").strip()):
                pass
        except OSError:
            return  # whoever spoke to us was killed

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _answer(self, line: str) -> bool:
        word = line[:4].upper()
        if word in ("", "QUIT"):
            return False
        if word == "RCPT":
            found = ADDRESS.search(line)
            self.address = found.group(1) if found else ""
            self.fault = self.server.fault_for(self.address)
            self._say(self.fault if self.fault[:3].isdigit() else "250 OK")
        elif word == "DATA":
            return self._data()
        else:
            self._say("250 OK")
        return True

    def _data(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline(100_000)) not in (b".\r\n", b""):
            lines.append(line)
        if not line:
            return False
        time.sleep(self.server.delay)
        self.server.take(self.address, b"".join(lines))
        if self.fault == "drop":
            return False
        self._say("250 taken")
        return True
