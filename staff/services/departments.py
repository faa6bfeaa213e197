from datetime import datetime

from django.db import transaction

from staff.models import Department, User
from staff.permissions import MANAGE_USERS, require
from staff.services.recording import recorded


@transaction.atomic
def place(*, department: Department, parent: Department | None, by: User, at: datetime) -> Department:
    """Save a new or changed department at its place in the tree; the paths below it follow. A circle is refused."""
    require(by, MANAGE_USERS)
    department.parent = parent
    department.full_clean()
    with recorded(department, by=by, at=at):
        department.save()
    return department
