from datetime import datetime

from django.db import transaction

from staff import events
from staff.models import Department, Post, User
from staff.services.recording import recorded
from staff.services.starter_data import DEPARTMENTS, POSTS


@transaction.atomic
def load(*, by: User, at: datetime) -> None:
    """Add the starter departments and posts that are not there. Nothing is overwritten."""
    load_posts(by=by, at=at)
    load_departments(by=by, at=at)


@transaction.atomic
def load_others(*, by: User, at: datetime) -> None:
    """Add what the other apps start with."""
    for loader in events.starter_loaders:
        loader(by, at)


def load_departments(*, by: User, at: datetime) -> None:
    there = {department.code: department for department in Department.objects.all()}
    for row in DEPARTMENTS:
        if row.code in there:
            continue
        flags = {"receives": row.receives, "follows_up": row.follows_up, "manages": row.manages, "supervises": row.supervises}
        department = Department(code=row.code, name=row.name, level=row.level, parent=there.get(row.parent), **flags)
        with recorded(department, by=by, at=at):
            department.save()
        there[row.code] = department


def load_posts(*, by: User, at: datetime) -> None:
    there = set(Post.objects.values_list("name", flat=True))
    for row in POSTS:
        if row.name not in there:
            post = Post(name=row.name, level=row.level, duties=row.duties, authority=row.authority)
            with recorded(post, by=by, at=at):
                post.save()
