"""A line that shows how far long work has come."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
#: Where nobody watches (a log), a line is written so often.
LINES = 10


class Bar:
    """`bar.forward()` after each piece of work; drawn in place on a terminal, as a few lines elsewhere."""

    def __init__(self, what: str, total: int, *, output: OutputWrapper) -> None:
        self.what, self.total, self.output = what, total, output
        self.done = 0
        self.began = time.monotonic()
        self.live = self.output.isatty()
        self.drawn = -1

    def forward(self) -> None:
        self.done += 1
        place = self.done * (WIDTH if self.live else LINES) // max(self.total, 1)
        if self.live or place > self.drawn:
            self.drawn = place
            self._draw()

    def _draw(self) -> None:
        filled = WIDTH * self.done // max(self.total, 1)
        line = f"{self.what} [{'#' * filled}{'.' * (WIDTH - filled)}] {self.done}/{self.total} {time.monotonic() - self.began:.0f} s"
        end = "\n" if not self.live or self.done == self.total else ""
        self.output.write(f"\r{line}" if self.live else line, ending=end)
        self.output.flush()
