"""The table at the end of a walk."""

from collections import Counter
from collections.abc import Iterator
from statistics import fmean, quantiles

from config.walk.browser import Stopwatch

DONE = ("filed", "apologize", "record_facts", "confirmed", "classify", "assign", "investigate", "submit_remedy", "approve_remedy", "send_decision",
        "accepted", "fulfil", "pass_penalize", "improve", "surveyed", "follow_up", "close")  # fmt: skip


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def table(done: Counter[str], watch: Stopwatch, *, seconds: float) -> Iterator[str]:
    """Lines: how many got how far, then mean and 95th percentile of each kind of request, in milliseconds."""
    yield ""
    yield "Done".ljust(44) + "cases".rjust(8)
    for name in (*DONE, *sorted(set(done) - set(DONE))):
        yield f"  {name.replace('_', ' ')}".ljust(44) + str(done[name]).rjust(8)
    yield ""
    yield "Requests".ljust(44) + "number".rjust(8) + "mean ms".rjust(10) + "p95 ms".rjust(10)
    for kind in sorted(watch.seconds):
        took = watch.seconds[kind]
        yield f"  {kind}".ljust(44) + str(len(took)).rjust(8) + f"{fmean(took) * 1000:.0f}".rjust(10) + f"{p95(took) * 1000:.0f}".rjust(10)
    total = sum(map(len, watch.seconds.values()))
    yield f"{total} requests in {seconds:.0f} s"
