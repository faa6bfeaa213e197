"""The rules about time a new installation starts with, each with its source. Rows that complaint management edits from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Kind, Step
from escalation.models import DeadlinePolicy, Regime
from escalation.obligations import Obligation, PauseReason, Unit

CUSTOMER, TESTING, AUTHORITY, ANSWER = PauseReason.CUSTOMER, PauseReason.TESTING, PauseReason.AUTHORITY, PauseReason.ANSWER
MINUTES, WORKING_DAYS, HOURS, DAYS, MONTHS = Unit.OFFICE_MINUTES, Unit.WORKING_DAYS, Unit.HOURS, Unit.CALENDAR_DAYS, Unit.MONTHS

#: Regime → its name, whether it applies to every case.
REGIMES: dict[str, tuple[str | Promise, bool]] = {
    "house": (_("House rules"), True),
    "consumer": (_("Consumer protection (China)"), True),
    "12315": (_("12315, market regulation (China)"), False),
    "bank": (_("Banks and insurers (China)"), False),
    "telecom": (_("Telecommunications (China)"), False),
    "platform": (_("Trading platform"), False),
    "petition": (_("Petitions to public bodies (China)"), False),
    "uk-fca": (_("Financial services (UK)"), False),
    "uk-payments": (_("Payments and e-money (UK)"), False),
    "au-asic": (_("Financial services (Australia)"), False),
    "us-cfpb": (_("Consumer finance (USA)"), False),
    "eu-reports": (_("Reports of misconduct (EU)"), False),
}
DEFAULT = "house"
ORDER_20_ENDS, ORDER_121_BEGINS = date(2026, 4, 14), date(2026, 4, 15)


@dataclass(frozen=True)
class Shipped:
    """A row as it is shipped. What nobody read in the official text is not `verified`, and so switched off."""

    regime: str
    matter: str
    amount: int
    unit: str
    source: str | Promise
    pauses: tuple[str, ...] = ()
    extension: int = 0
    severity: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    verified: bool = True


START = _("Starting value")
SHIPPED = (
    # The house: a named apology within half an hour, a first answer within a day, a solution within a week (mission M12).
    Shipped("house", Step.APOLOGIZE, 30, MINUTES, START),
    Shipped("house", Step.RECORD, 1, DAYS, START),
    Shipped("house", Step.CLASSIFY, 1, DAYS, START),
    Shipped("house", Step.ASSIGN, 1, DAYS, START),
    Shipped("house", Step.INVESTIGATE, 3, DAYS, START, (CUSTOMER, TESTING, AUTHORITY), 7),
    Shipped("house", Step.PROPOSE, 2, DAYS, START, (CUSTOMER, TESTING, AUTHORITY), 3),
    Shipped("house", Step.NOTIFY, 2, DAYS, START),
    Shipped("house", Step.PENALIZE, 7, DAYS, START),
    Shipped("house", Step.IMPROVE, 7, DAYS, START),
    Shipped("house", Step.FOLLOW_UP, 7, DAYS, START),
    Shipped("house", Step.ANSWER, 3, DAYS, START),
    Shipped("house", Obligation.FIRST_ANSWER, 24, HOURS, START),
    Shipped("house", Obligation.DECISION, 7, DAYS, START, (CUSTOMER, TESTING, AUTHORITY), 7),
    # China
    Shipped("consumer", Obligation.REMEDY, 15, DAYS, "《侵害消费者权益行为处罚办法》（总局令第73号）第八、九条：超过15日视为故意拖延或者无理拒绝", (CUSTOMER,)),
    Shipped("12315", Obligation.FIRST_ANSWER, 7, WORKING_DAYS, "《市场监督管理投诉举报处理暂行办法》（总局令第20号）第十四条", until=ORDER_20_ENDS),
    Shipped("12315", Obligation.WHOLE_CASE, 45, WORKING_DAYS, "《市场监督管理投诉举报处理暂行办法》第二十一条；检测、检验时间不计（第二十条）", (TESTING,), until=ORDER_20_ENDS),
    Shipped("12315", Obligation.DECISION, 15, WORKING_DAYS, "《市场监督管理投诉举报处理暂行办法》第二十三条：线索核查15个工作日，可延长15个工作日", (TESTING,), 15, kind=Kind.REPORT, until=ORDER_20_ENDS),
    Shipped("12315", Obligation.REPORT_REPLY, 5, WORKING_DAYS, "《市场监督管理投诉举报处理暂行办法》第三十一条：自立案决定之日起5个工作日；本系统自收到之日起算，启用前请核对", until=ORDER_20_ENDS, verified=False),
    Shipped("12315", Obligation.FIRST_ANSWER, 7, WORKING_DAYS, "《市场监督管理投诉举报处理办法》（总局令第121号）：期限未核对，启用前请查阅原文", since=ORDER_121_BEGINS, verified=False),
    Shipped("12315", Obligation.WHOLE_CASE, 45, WORKING_DAYS, "《市场监督管理投诉举报处理办法》（总局令第121号）：期限未核对，启用前请查阅原文", (TESTING,), since=ORDER_121_BEGINS, verified=False),
    Shipped("12315", Obligation.DECISION, 15, WORKING_DAYS, "《市场监督管理投诉举报处理办法》（总局令第121号）：期限未核对，启用前请查阅原文", (TESTING,), 15, kind=Kind.REPORT, since=ORDER_121_BEGINS, verified=False),
    Shipped("bank", Obligation.DECISION, 15, DAYS, "《银行业保险业消费投诉处理管理办法》（银保监会令2020年第3号）：15日，复杂的30日，经批准并告知可再延长30日，最长60日", (), 45, since=date(2020, 3, 1)),
    Shipped("telecom", Obligation.DECISION, 15, DAYS, "《电信用户申诉处理办法》第十条：15日内未答复的，用户可以申诉"),
    Shipped("petition", Obligation.FIRST_ANSWER, 15, DAYS, "《信访工作条例》（2022）：15日内告知"),
    Shipped("petition", Obligation.WHOLE_CASE, 60, DAYS, "《信访工作条例》（2022）：60日办结，经批准并告知可延长30日", (), 30),
    # Abroad
    Shipped("uk-fca", Obligation.DECISION, 56, DAYS, "FCA handbook, DISP 1.6: final response within 8 weeks"),
    Shipped("uk-payments", Obligation.DECISION, 15, WORKING_DAYS, "FCA handbook, DISP 1.6: 15 business days, exceptionally 35", (), 20),
    Shipped("au-asic", Step.APOLOGIZE, 24, HOURS, "ASIC RG 271: acknowledge within 24 hours", since=date(2021, 10, 5)),
    Shipped("au-asic", Obligation.DECISION, 30, DAYS, "ASIC RG 271: reply within 30 calendar days", since=date(2021, 10, 5)),
    Shipped("us-cfpb", Obligation.DECISION, 15, DAYS, "CFPB: companies answer within 15 days"),
    Shipped("eu-reports", Obligation.FIRST_ANSWER, 7, DAYS, "Directive (EU) 2019/1937, Art. 9: acknowledgement within 7 days (secondary sources)", kind=Kind.REPORT, verified=False),
    Shipped("eu-reports", Obligation.REPORT_REPLY, 3, MONTHS, "Directive (EU) 2019/1937, Art. 9: feedback within 3 months (secondary sources)", verified=False),
)  # fmt: skip


def seed(**_signal: Any) -> None:
    """Add what is shipped and not there; a row that stands there is never touched. Connected to `post_migrate`."""
    with translation.override(settings.LANGUAGE_CODE):  # `migrate` speaks no language
        regimes = _regimes()
        keys = ("regime_id", "matter", "severity", "kind", "in_force_from")
        there = set(DeadlinePolicy.objects.values_list(*keys))
        for each in SHIPPED:
            if (regimes[each.regime].pk, each.matter, each.severity, each.kind, each.since) not in there:
                _row(each, regimes[each.regime]).save()


def _regimes() -> dict[str, Regime]:
    there = {row.code: row for row in Regime.objects.all()}
    has_default = any(row.is_default for row in there.values())
    for code, (name, always) in REGIMES.items():
        if code not in there:
            is_default = code == DEFAULT and not has_default
            there[code] = Regime.objects.create(code=code, name=str(name), always=always, is_default=is_default)
    return there


def _row(each: Shipped, regime: Regime) -> DeadlinePolicy:
    return DeadlinePolicy(
        regime=regime, matter=each.matter, severity=each.severity, kind=each.kind, amount=each.amount, unit=each.unit, pauses=list(each.pauses),
        extension_most=each.extension, source=str(each.source), verified=each.verified, active=each.verified,
        in_force_from=each.since, in_force_to=each.until,
    )  # fmt: skip
