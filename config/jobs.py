"""Jobs of the worker that never come to their end: counted before they begin, given up after as many tries as any other failure.

The queue counts a try when its result is saved. A job that ends its own worker has none, and would come back for ever. The jobs its death
breaks off in the other processes have ended nobody: their try does not count, or whatever often runs beside such a job would go with it.
"""

import logging
import os
import socket
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.conf import Conf
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

log = logging.getLogger(__name__)

RIGHT = "complaints.manage_messages"
DIED = "its worker died"
SHOWN = 50


# --- counting -------------------------------------------------------------------------------------------------------
def before_job(*, task: dict[str, Any], **_signal: Any) -> None:
    """Connected to what django-q sends before it runs a task of the queue: this try counts, whatever becomes of the process."""
    if "ack_id" not in task:
        return
    now = timezone.now()
    first = {"name": task["name"], "func": str(task["func"]), "args": task["args"], "kwargs": task["kwargs"], "group": task.get("group")}
    first |= {"started": task["started"], "stopped": now, "success": False, "result": DIED, "attempt_count": 0}
    mine = {"cluster": _process(os.getpid()), "stopped": now}
    try:
        Task.objects.get_or_create(id=task["id"], defaults=first)
        Task.objects.filter(id=task["id"], success=False).update(attempt_count=F("attempt_count") + 1, **mine)
    except DatabaseError:  # raised here it would end the worker
        log.exception("a try of %s could not be counted", task["func"])


def after_job(*, task: dict[str, Any], **_signal: Any) -> None:
    """Connected to what django-q sends when the worker has survived: the queue itself counts this try, with its result."""
    if "ack_id" not in task:
        return
    try:
        Task.objects.filter(id=task["id"], success=False, attempt_count__gt=0).update(attempt_count=F("attempt_count") - 1, cluster="")
    except DatabaseError:
        log.exception("a try of %s could not be handed to the queue's own count", task["func"])


def acquit(pids: list[int]) -> None:
    """What these processes of ours had begun was broken off because another one died: it is tried again, and this try is forgotten."""
    begun = Task.objects.filter(success=False, cluster__in=[_process(pid) for pid in pids], attempt_count__gt=0)
    try:
        begun.update(attempt_count=F("attempt_count") - 1, cluster="")
    except DatabaseError:
        log.exception("the tries of jobs that were broken off stay counted")


def _process(pid: int) -> str:
    """Who runs a job, while it does; two machines may have the same number."""
    return f"{socket.gethostname()[:60]} {pid}"


def is_given_up(task: dict[str, Any]) -> bool:
    """Whether a task of the queue has been tried as often as any is."""
    return bool(given_up().filter(id=task["id"]).exists())


def given_up() -> "QuerySet[Task]":
    """Jobs nobody tries again by themselves, the newest first."""
    return Task.objects.filter(success=False, attempt_count__gte=Conf.MAX_ATTEMPTS).order_by("-stopped")


def put_back(numbers: list[int]) -> None:
    """Give jobs of the queue back that were claimed and not begun."""
    try:
        OrmQ.objects.filter(pk__in=numbers).update(lock=timezone.now())
    except DatabaseError:  # then they come back by themselves, some minutes later
        log.exception("%s jobs could not be put back", len(numbers))


# --- the page -------------------------------------------------------------------------------------------------------
def page(request: HttpRequest) -> HttpResponse:
    """The jobs that were given up; one can be tried again, or put aside. Who they are for is in none of the words shown."""
    from django.contrib import admin  # the site is ready by now

    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    if request.method == "POST":
        _decide(str(request.POST.get("job", "")), again=request.POST.get("what") == "again")
        messages.success(request, _("It will be tried again.") if request.POST.get("what") == "again" else _("Put aside."))
        return HttpResponseRedirect(reverse("jobs"))
    rows = [(job, last_words(job)) for job in given_up()[:SHOWN]]
    context = {**admin.site.each_context(request), "title": _("Jobs that were given up"), "rows": rows}
    return TemplateResponse(request, "backoffice/jobs.html", context)


def _decide(job_id: str, *, again: bool) -> None:
    """Once, however often the button is pressed: the second finds the row gone."""
    with transaction.atomic():
        job = given_up().select_for_update().filter(id=job_id).first()
        if job is None:
            raise Http404
        if again:
            async_task(job.func, *(job.args or ()), **(job.kwargs or {}))
        job.delete()


def last_words(job: Task) -> str:
    """What ended it, without the values an error may name: the kind of error alone."""
    said = str(job.result or "").strip()
    if said == DIED:
        return _("Its worker died each time.")
    return said.rsplit("\n", 1)[-1].split(":", 1)[0][:80]
