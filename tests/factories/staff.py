"""People and departments for tests. `person(role, department)` is the short way to somebody with rights.

Call `DepartmentFactory.create(...)`: unlike `DepartmentFactory(...)` it is typed as the model.
"""

from datetime import UTC, date, datetime

from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from staff.models import Company, Course, Department, Document, Level, Membership, Notice, Post, User
from staff.roles import Role
from staff.services import roles

#: The accounts and memberships of tests are older than anything a test does.
LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
PASSWORD = "plum-rain-harbour-7"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    employee_number = Sequence(lambda n: f"E{n:05}")
    name = Sequence(lambda n: f"员工{n}")
    email = LazyAttribute(lambda user: f"{user.employee_number.lower()}@example.com")
    rights_changed_at = LONG_AGO
    date_joined = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        return model_class.objects.create_user(*args, **{"password": PASSWORD, **kwargs})  # type: ignore[arg-type]  # whatever fields the test names


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    name = Sequence(lambda n: f"部门{n}")
    code = Sequence(lambda n: f"D{n}")
    level = Level.ACCEPTANCE


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    name = Sequence(lambda n: f"岗位{n}")
    level = Level.ACCEPTANCE


class MembershipFactory(DjangoModelFactory[Membership]):
    """A membership with the rights that go with it."""

    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    department = SubFactory(DepartmentFactory)
    role = Role.EMPLOYEE
    from_on = date(2025, 1, 6)

    @classmethod
    def _create(cls, model_class: type[Membership], *args: object, **kwargs: object) -> Membership:
        membership: Membership = super()._create(model_class, *args, **kwargs)
        roles.renew(user=membership.user, by=membership.user, at=LONG_AGO)
        return membership


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    name = Sequence(lambda n: f"课程{n}")
    code = Sequence(lambda n: f"C{n}")


class DocumentFactory(DjangoModelFactory[Document]):
    class Meta:
        model = Document

    name = Sequence(lambda n: f"文件{n}")
    code = Sequence(lambda n: f"DOC-{n}")


class NoticeFactory(DjangoModelFactory[Notice]):
    class Meta:
        model = Notice

    title = Sequence(lambda n: f"通知{n}")
    body = "请知悉。"
    by = SubFactory(UserFactory)
    at = LONG_AGO
    to_everyone = True


class CompanyFactory(DjangoModelFactory[Company]):
    class Meta:
        model = Company
        django_get_or_create = ("id",)

    id = 1
    name = "示例公司"
    hotline = "400-000-0000"


def person(role: Role = Role.EMPLOYEE, department: Department | None = None, **fields: object) -> User:
    """Somebody who holds the role in the department (a new one if none is given)."""
    user: User = UserFactory.create(**fields)
    MembershipFactory.create(user=user, department=department or DepartmentFactory.create(), role=role)
    found: User = User.objects.get(pk=user.pk)
    return found
