from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.models import Company, Department, Level, Post, User
from staff.permissions import MANAGE_USERS, require
from staff.services import memberships, roles, starter
from staff.services.recording import recorded


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the public pages say about the company."""

    name: str
    hotline: str = ""
    address: str = ""
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    answer_days: int = 15
    privacy_contact: str = ""
    privacy_notice: str = ""
    service_promise: str = ""
    #: None: as it is.
    identity_minutes: int | None = None
    years_kept: int | None = None
    watch_months: int | None = None
    representatives_most: int | None = None
    low_score: int | None = None
    follow_up_attempts: int | None = None
    survey_days: int | None = None
    survey_wait_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class FirstManager:
    employee_number: str
    name: str
    email: str
    password: str


@transaction.atomic
def set_up(*, details: Details, manager: FirstManager, at: datetime) -> User:
    """Begin: the company, its first manager, starter departments, posts and what other apps start with. Only once."""
    if Company.current().is_set_up:
        raise ValidationError(_("The company is set up already."))
    roles.sync()
    first = _first_manager(manager, at)
    _save(Company(), details, by=first, at=at)
    starter.load_others(by=first, at=at)
    return first


@transaction.atomic
def update(*, details: Details, by: User | None, at: datetime) -> Company:
    """Change what the public pages say; `by` is nobody only from the command line of the server."""
    if by is not None:
        require(by, MANAGE_USERS)
    company = Company.current()
    if not company.is_set_up:
        raise ValidationError(_("The company is not set up yet."))
    return _save(Company.objects.select_for_update().get(pk=company.pk), details, by=by, at=at)


def _save(company: Company, details: Details, *, by: User | None, at: datetime) -> Company:
    for name, value in asdict(details).items():
        if value is None:
            continue
        setattr(company, name, value.strip() if isinstance(value, str) else value)
    company.full_clean()
    with recorded(company, by=by, at=at):
        company.save()
    return company


def _first_manager(manager: FirstManager, at: datetime) -> User:
    """The first account has nobody to make it: it belongs to the managing department and manages."""
    user = User(employee_number=manager.employee_number.strip(), name=manager.name.strip(), email=manager.email.strip())
    user.date_joined = user.rights_changed_at = at
    user.set_password(manager.password)
    user.full_clean()
    with recorded(user, by=None, at=at):
        user.save()
    starter.load(by=user, at=at)
    department = Department.objects.filter(manages=True).order_by("pk")[0]
    post = Post.objects.filter(level=Level.MANAGEMENT).order_by("pk").first()
    memberships.grant_first(user=user, department=department, post=post, at=at)
    return user
