"""Customers who file complaints over HTTP, and go on with the same form until somebody has acknowledged it."""

import http.client
import itertools
import re
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
COOKIE = re.compile(r"(csrftoken=[^;]+)")
#: Taken and filed; taken, and filed by the worker later.
ACKNOWLEDGED = (HTTPStatus.FOUND, HTTPStatus.ACCEPTED)
PAUSE_SECONDS = 0.2
_numbers = itertools.count(1)


@dataclass
class Acknowledged:
    """A form that was answered: whom it is from, and how many tries it took."""

    key: str
    email: str
    tries: int
    at: float


@dataclass
class Load:
    """A few customers at once, each filing one complaint after the other."""

    port: int
    #: The beginnings of addresses, taken in turn.
    names: tuple[str, ...] = ("customer",)
    customers: int = 3
    pause: float = 0.3
    acknowledged: list[Acknowledged] = field(default_factory=list)
    #: Answers other than an acknowledgement, and what the network said instead of an answer.
    refused: Counter[str] = field(default_factory=Counter)
    tracebacks: int = 0
    retry_after: int = 0

    def __post_init__(self) -> None:
        self.ended, self.lock, self.in_flight = threading.Event(), threading.Lock(), 0
        self.threads = [threading.Thread(target=self._customer, daemon=True) for _each in range(self.customers)]

    def __enter__(self) -> "Load":
        self.token, self.cookie = self._form()  # a 503 here would be a fault of the scene before
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """No new form is begun; each that was is brought to its end."""
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=90)

    def _form(self) -> tuple[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/complain/", headers={"Accept-Language": "zh-CN"})
        answer = connection.getresponse()
        text = answer.read().decode()
        cookie, token = COOKIE.search(answer.headers.get("Set-Cookie", "")), TOKEN.search(text)
        connection.close()
        if not cookie or not token:
            raise RuntimeError(f"The form cannot be had: {answer.status}")
        return token.group(1), cookie.group(1)

    def _customer(self) -> None:
        while not self.ended.is_set():
            number = next(_numbers)
            email = f"{self.names[number % len(self.names)]}{number}@customers.example"
            self._file(str(uuid.uuid4()), email)
            time.sleep(self.pause)

    def _file(self, key: str, email: str) -> None:
        deadline, tries = time.monotonic() + 80, 0
        while time.monotonic() < deadline:
            tries += 1
            with self.lock:
                self.in_flight += 1
            said = self._send(key, email)
            with self.lock:
                self.in_flight -= 1
            if not said:
                with self.lock:
                    self.acknowledged.append(Acknowledged(key, email, tries, time.monotonic()))
                return
            with self.lock:
                self.refused[said] += 1
            time.sleep(PAUSE_SECONDS)

    def _send(self, key: str, email: str) -> str:
        """Nothing when the form was acknowledged; else what was said instead."""
        words = {
            "csrfmiddlewaretoken": self.token,
            "form_key": key,
            "story": f"热水壶漏水，两次打电话都没有人来。{key}",
            "demands": "apology",
        }
        words |= {"name": "王芳", "email": email, "mode": "real_name"}
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
            "Accept-Language": "zh-CN",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/complain/", urlencode(words), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        self.tracebacks += b"Traceback" in text
        self.retry_after += answer.status == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in answer.headers
        return "" if answer.status in ACKNOWLEDGED else str(answer.status)

    @property
    def failed(self) -> int:
        """Requests that were not acknowledged."""
        return sum(self.refused.values())

    @property
    def broken(self) -> int:
        """Those among them that had no answer at all: whoever was to answer died."""
        return sum(count for said, count in self.refused.items() if not said.isdigit())

    def first_after(self, moment: float) -> float | None:
        """Seconds from a moment (monotonic) to the first acknowledgement after it."""
        later = [each.at - moment for each in self.acknowledged if each.at >= moment]
        return min(later) if later else None
