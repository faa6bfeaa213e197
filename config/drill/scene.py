"""One line of the table as it comes about."""

import time
from dataclasses import dataclass, field

from config.drill.load import Load
from config.drill.machines import Machines, busy, eventually
from config.drill.sink import Sink

#: A scene that has not proved anything in its time goes on, so many times as long at most.
LONGEST_TIMES, SHORTEST_SECONDS = 8, 12
#: Stands for a recovery nobody saw.
NEVER = 60.0


@dataclass
class Scene:
    """A kind of fault under load: what was done, what was wrong, how long until it worked again."""

    machines: Machines
    sink: Sink
    #: How long each part of it goes on, in seconds.
    seconds: float
    load: Load
    #: What was done, in words, and how many mails may have gone out twice for it.
    done: str = ""
    may_double: int = 0
    #: Seconds until it worked again, after each fault.
    recovered: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def require(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)

    def goes_on(self, *, proved: object) -> bool:
        """For its time, and on until it has proved something; not for ever."""
        took = time.monotonic() - self.began
        return took < self.seconds or (not proved and took < max(self.seconds, SHORTEST_SECONDS) * LONGEST_TIMES * busy())

    def wait_for_customers(self, since: float) -> None:
        """Until a customer's form is acknowledged again."""
        self.require(eventually(lambda: self.load.first_after(since) is not None), "no form was acknowledged any more")
        self.recovered.append(self.load.first_after(since) or NEVER)

    def wait_for_mail(self, since: float) -> None:
        """Until a mail arrives again."""
        self.require(eventually(lambda: any(at > since for at in self.sink.times)), "no mail was sent any more")
        self.recovered.append(min((at - since for at in self.sink.times if at > since), default=NEVER))
