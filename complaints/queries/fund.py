"""What the reward fund is asked: its rules, and how much of it went where, year by year."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import get_language

from complaints.models import Fund, Reward, RewardRule
from complaints.models.amounts import shown
from complaints.money import NOTHING
from complaints.workflow import Mode


@dataclass(frozen=True)
class Rule:
    """A rule in the reader's language."""

    name: str
    text: str
    money: str


@dataclass(frozen=True)
class Year:
    """The figures of one year. Nominations and decisions count in the year they were made."""

    year: int
    budget: str
    promised: str
    paid: str
    left: str
    nominated: int
    granted: int
    in_words: int
    real_name: int
    protected: int


def rules(currency: str = "") -> list[Rule]:
    """Those in force, in their order."""
    english = (get_language() or "").startswith("en")
    return [
        Rule(
            name=(row.name_en if english else "") or row.name,
            text=(row.text_en if english else "") or row.text,
            money=_range(row, currency),
        )
        for row in RewardRule.objects.filter(active=True).order_by("position", "pk")
    ]


def _range(rule: RewardRule, currency: str) -> str:
    if rule.least is None or rule.most is None:
        return ""
    if rule.least == rule.most:
        return shown(rule.most, currency)
    return f"{shown(rule.least, '')}–{shown(rule.most, currency)}"


def years() -> list[Year]:
    """Every year that has a fund or nominations, the newest first."""
    funds = {fund.year: fund for fund in Fund.objects.all()}
    counted = _counts()
    found = []
    for year in sorted({*funds, *counted}, reverse=True):
        fund, counts = funds.get(year), counted.get(year, {})
        currency = fund.currency if fund else ""
        found.append(
            Year(
                year=year,
                budget=shown(fund.amount if fund else NOTHING, currency),
                promised=shown(fund.committed if fund else NOTHING, currency),
                paid=shown(fund.paid if fund else NOTHING, currency),
                left=shown(fund.left if fund else NOTHING, currency),
                **{name: counts.get(name, 0) for name in ("nominated", "granted", "in_words", "real_name", "protected")},
            )
        )
    return found


def _counts() -> dict[int, dict[str, int]]:
    granted = Q(state__in=[Reward.State.APPROVED, Reward.State.PAID, Reward.State.THANKED])
    in_real_name = Q(complaint__complainant__mode=Mode.REAL_NAME)
    counted: dict[int, dict[str, int]] = {}
    zone = timezone.get_current_timezone()
    for row in Reward.objects.values(year=ExtractYear("nominated_at", tzinfo=zone)).annotate(nominated=Count("pk")).order_by():
        counted.setdefault(row["year"], {})["nominated"] = row["nominated"]
    decided = Reward.objects.filter(granted).values(year=ExtractYear("decided_at", tzinfo=zone)).order_by()
    for row in decided.annotate(
        granted=Count("pk"),
        in_words=Count("pk", filter=Q(state=Reward.State.THANKED)),
        real_name=Count("pk", filter=in_real_name),
        protected=Count("pk", filter=~in_real_name),
    ):
        counted.setdefault(row.pop("year"), {}).update(row)
    return counted
