"""Whether the system works: `/healthz/` says that this process is up, `/readyz/` that everything a customer depends on is."""

from datetime import datetime, timedelta

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import Success

from complaints import outbox
from config.schedules import BEAT

#: The beat comes every minute; three missed ones are no accident.
STALE_AFTER = timedelta(minutes=3)

_migrated: set[str] = set()


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; asks nothing else, so that a broken database does not restart the web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with what is wrong with it or `ok`; 503 unless all are well."""
    parts = check(at=timezone.now())
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def check(*, at: datetime) -> dict[str, str]:
    """The parts of the system and how each is; those behind a broken one are left out."""
    try:
        connection.ensure_connection()
        parts = {"database": "ok", "migrations": "ok" if are_migrations_applied() else "some are not applied: manage.py migrate"}
        parts["static files"] = "ok" if are_static_files_known() else "not known: manage.py collectstatic, then start the web server anew"
        if parts["migrations"] == "ok":
            parts["worker"] = "ok" if is_worker_alive(at=at) else f"no task done in {STALE_AFTER.seconds // 60} minutes: manage.py worker"
            parts["outbox"] = "stuck: messages are due and not tried" if is_outbox_stuck(at=at) else "ok"
    except DatabaseError:
        return {"database": "cannot be reached"}
    return parts


def are_migrations_applied() -> bool:
    """Whether the database is as this code expects it; asked until it is, as the code of a process does not change."""
    if "yes" not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add("yes")
    return True


def are_static_files_known() -> bool:
    """Whether this process found the list of collected files when it began: without it every page fails. Some storages need no list."""
    return bool(getattr(staticfiles_storage, "hashed_files", True))


def is_worker_alive(*, at: datetime) -> bool:
    """Whether the scheduler and a worker have done their beat lately: what counts is done work, not a living process."""
    return bool(Success.objects.filter(func=BEAT, stopped__gte=at - STALE_AFTER).exists())


def is_outbox_stuck(*, at: datetime) -> bool:
    stuck: bool = outbox.is_stuck(at=at)
    return stuck
