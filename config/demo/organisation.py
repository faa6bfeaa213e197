"""The demo company made by the services: departments, people with their roles, papers, tables."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from config.demo.doors import open_doors
from config.demo.organisation_data import COMPANY, COURSES, DEPARTMENTS, DOCUMENTS, MANAGER, NOTICES, PEOPLE, SUGGESTIONS
from config.demo.tables import load_tables
from staff.management.commands.setup import PRIVACY_NOTICE, SERVICE_PROMISE
from staff.models import Course, Department, Document, Post, User
from staff.services import absences, certificates, company, departments, documents, memberships, notices, suggestions, users
from staff.services.company import Details, FirstManager
from staff.services.documents import NumberedClause

#: The company is older than any of its cases.
FOUNDED_DAYS_AGO = 400


@transaction.atomic
def found(*, password: str, now: datetime) -> None:
    """Make the whole organisation; every account has this password."""
    at = now - timedelta(days=FOUNDED_DAYS_AGO)
    details = Details(**COMPANY, privacy_notice=PRIVACY_NOTICE, service_promise=SERVICE_PROMISE)
    number, name = MANAGER
    first = FirstManager(employee_number=number, name=name, email=f"{number}@hemu.example.com", password=password)
    manager = company.set_up(details=details, manager=first, at=at)
    _departments(manager, at)
    _people(manager, at)
    load_tables(by=manager, at=at)
    open_doors(by=manager, at=at, now=now)
    _papers(now)
    _training(now)


def person(number: str) -> User:
    found: User = User.objects.get(employee_number=number)
    return found


def _departments(manager: User, at: datetime) -> None:
    for row in DEPARTMENTS:
        parent = Department.objects.get(code=row.parent)
        departments.place(department=Department(code=row.code, name=row.name, level=row.level), parent=parent, by=manager, at=at)


def _people(manager: User, at: datetime) -> None:
    """All share the manager's password, hashed once."""
    units = {department.code: department for department in Department.objects.all()}
    posts = {post.name: post for post in Post.objects.all()}
    for row in PEOPLE:
        email = f"{row.number.lower()}@hemu.example.com"
        user = users.create(employee_number=row.number, name=row.name, email=email, encoded_password=manager.password, by=manager, at=at)
        for department, role, post in row.places:
            memberships.grant(user=user, department=units[department], role=role, post=posts[post], by=manager, at=at)


def _papers(now: datetime) -> None:
    manager, personnel = person(MANAGER[0]), person("personnel")
    begin = now - timedelta(days=FOUNDED_DAYS_AGO - 10)
    for paper in DOCUMENTS:
        clauses = [NumberedClause(*clause) for clause in paper.clauses]
        document = Document.objects.get(code=paper.code)
        version = documents.publish_version(
            document=document, body=paper.body, clauses=clauses, in_force_from=timezone.localdate(begin), by=personnel, at=begin
        )
        for number in ("agent", "head", "head2", "investigator"):
            documents.acknowledge(version=version, by=person(number), at=begin + timedelta(days=3))
    for title, body, roles, days in NOTICES:
        at = now - timedelta(days=days)
        notice = notices.publish(title=title, body=body, by=manager, at=at, to_everyone=not roles, roles=roles)
        if days > 30:
            for number in ("agent", "agent2", "head", "head2"):
                notices.receive(notice=notice, state="understood", by=person(number), at=at + timedelta(hours=5))
    for number, kind, text, code, answer, days in SUGGESTIONS:
        at, unit = now - timedelta(days=days), Department.objects.get(code=code)
        made = suggestions.make(kind=kind, text=text, by=person(number), at=at, department=unit)
        if answer:
            suggestions.answer(suggestion=made, text=answer, by=manager, at=at + timedelta(days=4))


def _training(now: datetime) -> None:
    """Who holds a post that requires a course has passed it; one certificate has run out, one person is away."""
    personnel, at = person("personnel"), now - timedelta(days=FOUNDED_DAYS_AGO - 20)
    courses = {course.code: course for course in Course.objects.all()}
    for code, _name, _months, posts in COURSES:
        holders = User.objects.filter(memberships__post__name__in=posts, memberships__to_on=None).distinct().order_by("pk")
        for place, user in enumerate(holders):
            issued = timezone.localdate(at) + timedelta(days=place)
            certificates.issue(user=user, course=courses[code], issued_on=issued, by=personnel, at=at + timedelta(days=place))
    today = timezone.localdate(now)
    absences.add(
        user=person("E1007"), from_on=today - timedelta(days=1), to_on=today + timedelta(days=5), deputy=person("E1006"), by=personnel,
        at=now - timedelta(days=8), reason="年假",
    )  # fmt: skip
