"""Who does what at the demo company: looked up once, so that rights are asked of the database once."""

from dataclasses import dataclass

from complaints.models import Category, Product
from config.demo.organisation_data import MANAGER, PEOPLE
from intake.models import Channel
from staff.models import Clause, Department, User

#: Unit that answers for cases → who looks into them, who heads it.
UNITS = {
    "QC": ("investigator", "head"), "RND": ("E1013", "E1012"), "FREIGHT": ("E1003", "E1002"), "REPAIR": ("E1006", "E1005"),
    "AFTER": ("E1006", "E1005"), "SALES": ("E1009", "E1008"), "LEGAL": ("E1015", "E1014"), "CS": ("investigator2", "head2"),
    "NET": ("E1017", "E1016"),
}  # fmt: skip


@dataclass(frozen=True)
class Cast:
    people: dict[str, User]
    departments: dict[str, Department]
    categories: dict[str, Category]
    products: dict[str, Product]
    channels: dict[str, Channel]
    clauses: dict[str, Clause]

    @classmethod
    def assemble(cls) -> "Cast":
        numbers = [MANAGER[0], *(row.number for row in PEOPLE)]
        return cls(
            people={user.employee_number: user for user in User.objects.filter(employee_number__in=numbers)},
            departments={row.code: row for row in Department.objects.all()},
            categories={row.name: row for row in Category.objects.select_related("department")},
            products={row.code: row for row in Product.objects.all()},
            channels={row.code: row for row in Channel.objects.select_related("department")},
            clauses={row.number: row for row in Clause.objects.filter(version__document__code="HM-ACC", version__in_force_to=None)},
        )

    def person(self, number: str) -> User:
        return self.people[number]

    def by_id(self, pk: int) -> User:
        return next(user for user in self.people.values() if user.pk == pk)

    def investigator_of(self, department: Department) -> User:
        return self.people[UNITS[department.code][0]]

    def head_of(self, department: Department) -> User:
        return self.people[UNITS[department.code][1]]
