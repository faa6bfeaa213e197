"""The reward fund: anybody here nominates, somebody else decides, the ledger tells where the money went.

No line here asks how the case ended, whether it was taken back, whether the customer answered or what score they gave.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import signing
from complaints.models import Complaint, Fund, FundEntry, Message, Reward, RewardRule, Vip
from complaints.models.fund import BUDGET_CAP
from complaints.money import NOTHING, is_exact
from complaints.permissions import Refused, is_complainant, require
from complaints.services import messages
from complaints.services.advance import keep
from complaints.services.errors import NotPossible
from complaints.workflow import Mode, Step
from staff.models import Company, User

MANAGE = "complaints.manage_fund"


# --- the budget ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_budget(*, year: int, amount: Decimal, by: User, at: datetime) -> Fund:
    """Make the fund of a year, or change its budget; never below what is promised."""
    _require_manager(by, str(year))
    _check_amount(amount, most=BUDGET_CAP)
    fund = Fund.objects.select_for_update().filter(year=year).first() or Fund(year=year, currency=Company.current().currency)
    before = NOTHING if fund.pk is None else Decimal(fund.amount)
    if amount < fund.committed:
        raise NotPossible(_("More than that is promised already: %(promised)s.") % {"promised": fund.committed})
    if amount == before:
        return fund
    fund.amount = amount
    keep(fund, by=by, at=at, reason="set_budget")
    FundEntry.objects.create(fund=fund, kind=FundEntry.Kind.BUDGET, amount=amount - before, by=by, at=at)
    return fund


# --- nominated -----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def nominate(
    *, number: str, rule: RewardRule, reason: str, amount: Decimal | None = None, vip: bool = False, by: User, at: datetime
) -> Reward:
    """Any employee says whose complaint helped. What they are told is the same whether or not there is such a complaint, unless they see it."""
    if not by.is_active:
        raise Refused(_("Your account is closed."), act="nominate", target=number)
    if not reason.strip():
        raise NotPossible(_("Say what the complaint was good for."))
    _check_by_rule(rule, amount)
    case = Complaint.objects.filter(number=number.strip().upper()).first()
    if case is not None and _taken(case):
        if Complaint.objects.visible_to(by).filter(pk=case.pk).exists():
            raise NotPossible(_("This complaint is nominated already, or its data were erased."))
        case = None
    reward = Reward(
        complaint=case, number=number.strip().upper()[:12], rule=rule, reason=reason.strip(), amount=amount, vip=vip,
        currency=Company.current().currency, nominated_by=by, nominated_at=at,
    )  # fmt: skip
    keep(reward, by=by, at=at, reason="nominate")
    return reward


def _taken(case: Complaint) -> bool:
    Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two nominations at once: the second waits and sees the first
    return case.is_erased or Reward.objects.filter(complaint=case).exclude(state=Reward.State.DECLINED).exists()


# --- decided -------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve(*, reward_id: int, thanks: str, by: User, at: datetime) -> Reward:
    """Thank the complainant, with the money proposed if the budget of the year holds it."""
    reward, case = _to_decide(reward_id, by, at=at)
    if not thanks.strip():
        raise NotPossible(_("Thank the customer in your own words."))
    if case.step == Step.NOTIFY and case.decision_sent_at is not None:
        raise NotPossible(
            _("Our decision waits for the customer's answer: a reward must not look like the price of a yes. Thank them afterwards.")
        )
    reward.thanks, reward.decided_by, reward.decided_at = thanks.strip(), by, at
    if reward.amount is None:
        reward.state = Reward.State.THANKED
    else:
        _promise(reward, case, at=at)
    keep(reward, by=by, at=at, reason="approve_reward")
    if reward.fund is not None and reward.amount is not None:
        FundEntry.objects.create(fund=reward.fund, kind=FundEntry.Kind.COMMITTED, amount=reward.amount, reward=reward, by=by, at=at)
    if reward.vip:
        _list_as_helper(reward, case, by=by, at=at)
    extra = {"amount": reward.money}
    messages.send(
        complaint=case, kind=Message.Kind.REWARD, by=by, at=at, text=reward.thanks, extra=extra, dedupe_key=f"reward:{case.pk}:{reward.pk}"
    )
    return reward


@transaction.atomic
def decline(*, reward_id: int, reason: str, by: User, at: datetime) -> Reward:
    """Not granted, with a reason for the nominator. What fits no complaint is put aside by whoever manages the fund."""
    found = Reward.objects.visible_to(by).filter(pk=reward_id, complaint=None).first()
    if found is not None:
        _require_manager(by, str(found.pk))
        reward = _lock(reward_id)
    else:
        reward, _case = _to_decide(reward_id, by, at=at)
    if not reason.strip():
        raise NotPossible(_("Say why not."))
    if reward.state != Reward.State.NOMINATED:
        raise NotPossible(_("This has been decided already."))
    if reward.nominated_by_id == by.pk:
        raise Refused(_("Somebody else has to decide on your nomination."), act="approve_reward", target=str(reward.pk))
    reward.state, reward.declined_because, reward.decided_by, reward.decided_at = Reward.State.DECLINED, reason.strip(), by, at
    keep(reward, by=by, at=at, reason="decline_reward")
    return reward


def _to_decide(reward_id: int, by: User, *, at: datetime) -> tuple[Reward, Complaint]:
    """The nomination, locked, for somebody who may decide on it: sees the case, is not recused, did not nominate, is not the complainant."""
    seen: Reward = Reward.objects.of_cases_seen_by(by).get(pk=reward_id)
    case = Complaint.objects.select_related("complainant__customer").get(rewards=seen)
    require(by, case, "approve_reward", timezone.localdate(at))
    reward = _lock(reward_id)
    if reward.nominated_by_id == by.pk:
        raise Refused(_("Somebody else has to decide on your nomination."), act="approve_reward", target=case.number)
    if reward.state != Reward.State.NOMINATED:
        raise NotPossible(_("This has been decided already."))
    return reward, case


def _promise(reward: Reward, case: Complaint, *, at: datetime) -> None:
    """Take the money from the budget of the year. Who gave their name comes first: what is proposed for them stays free."""
    amount = Decimal(reward.amount or 0)
    fund = locked_fund(timezone.localdate(at).year)
    if fund is None or fund.currency != reward.currency:
        raise NotPossible(_("There is no budget for this year."))
    protected = case.complainant.is_protected
    kept_free = _proposed_in_real_name(reward) if protected else NOTHING
    if fund.left - kept_free < amount:
        left = {"left": fund.left, "kept": kept_free}
        raise NotPossible(
            _("The budget does not hold it: %(left)s is left, of which %(kept)s is kept for nominations in real name.") % left
        )
    fund.committed = Decimal(fund.committed) + amount
    keep(fund, by=reward.decided_by, at=at, reason="approve_reward")  # type: ignore[arg-type]  # set by the caller
    reward.state, reward.fund = Reward.State.APPROVED, fund
    reward.way = Reward.Way.CODE if protected else Reward.Way.ACCOUNT
    if protected:
        reward.claim_key = signing.new_key()
        reward.claim_digest = signing.claim_digest_of(signing.claim_code_for(reward.claim_key))


def locked_fund(year: int) -> Fund | None:
    """The fund of a year; whoever comes second waits and sees what the first has taken."""
    return Fund.objects.select_for_update().filter(year=year).first()


def _proposed_in_real_name(reward: Reward) -> Decimal:
    waiting = Reward.objects.filter(
        state=Reward.State.NOMINATED, complaint__complainant__mode=Mode.REAL_NAME, currency=reward.currency, amount__isnull=False
    )
    return waiting.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def _list_as_helper(reward: Reward, case: Complaint, *, by: User, at: datetime) -> None:
    customer = case.complainant.customer
    known = Vip.objects.filter(ended_at=None, customer=customer) if customer else Vip.objects.filter(ended_at=None, complaint=case)
    if not known.exists():
        keep(Vip(customer=customer, complaint=case, reward=reward, since=at), by=by, at=at, reason="approve_reward")


@transaction.atomic
def take_off(*, vip_id: int, by: User, at: datetime) -> Vip:
    """No longer on the list of helpers."""
    _require_manager(by, str(vip_id))
    vip = Vip.objects.select_for_update(of=("self",)).get(pk=vip_id)
    if vip.ended_at is not None:
        raise NotPossible(_("Taken off already."))
    vip.ended_by, vip.ended_at = by, at
    keep(vip, by=by, at=at, reason="take_off")
    return vip


# --- paid ----------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def pay(*, reward_id: int, paid_on: date, proof: str, code: str = "", by: User, at: datetime) -> Reward:
    """The money was handed out: by whoever manages the fund, never by who approved it; to a protected person for their claim code alone."""
    _require_manager(by, str(reward_id))
    Reward.objects.visible_to(by).get(pk=reward_id)
    reward = _lock(reward_id)
    if reward.state != Reward.State.APPROVED or reward.fund_id is None or reward.decided_at is None or reward.amount is None:
        raise NotPossible(_("There is nothing to pay: not approved, or paid already."))
    if reward.decided_by_id == by.pk:
        raise Refused(_("Somebody else has to pay what you approved."), act="pay_reward", target=reward.number)
    if reward.complaint is not None and is_complainant(by, reward.complaint):
        raise Refused(_("You are recused from this case, or away today."), act="pay_reward", target=reward.number)
    if reward.way == Reward.Way.CODE and signing.claim_digest_of(code) != reward.claim_digest:
        raise NotPossible(_("This is not the claim code of this reward."))
    if not proof.strip():
        raise NotPossible(_("Name the receipt."))
    if not timezone.localdate(reward.decided_at) <= paid_on <= timezone.localdate(at):
        raise NotPossible(_("The day lies before the approval, or in the future."))
    fund = Fund.objects.select_for_update().get(pk=reward.fund_id)
    fund.paid = fund.paid + reward.amount
    keep(fund, by=by, at=at, reason="pay_reward")
    reward.state, reward.paid_on, reward.proof, reward.paid_by, reward.paid_at = Reward.State.PAID, paid_on, proof.strip(), by, at
    keep(reward, by=by, at=at, reason="pay_reward")
    FundEntry.objects.create(fund=fund, kind=FundEntry.Kind.PAID, amount=reward.amount, reward=reward, by=by, at=at)
    return reward


def _lock(reward_id: int) -> Reward:
    reward: Reward = Reward.objects.select_for_update(of=("self",)).select_related("rule").get(pk=reward_id)
    return reward


# --- what holds for all --------------------------------------------------------------------------------------------------------
def _require_manager(by: User, target: str) -> None:
    if not by.is_active or not by.has_perm(MANAGE):
        raise Refused(_("Your role does not allow this."), act="manage_fund", target=target)


def _check_by_rule(rule: RewardRule, amount: Decimal | None) -> None:
    if not rule.active:
        raise NotPossible(_("This rule is no longer in force."))
    if not rule.pays:
        if amount is not None:
            raise NotPossible(_("This rule thanks in words: leave the amount empty."))
        return
    if amount is None:
        raise NotPossible(_("Propose an amount."))
    _check_amount(amount, most=Decimal(rule.most or 0))
    if rule.least is not None and amount < rule.least:
        raise NotPossible(_("By this rule it is from %(least)s to %(most)s.") % {"least": rule.least, "most": rule.most})


def _check_amount(amount: Decimal, *, most: Decimal) -> None:
    """Refused, never rounded (H1)."""
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0 or amount > most:
        raise NotPossible(_("The amount must be more than 0 and at most %(most)s.") % {"most": most})
    if not is_exact(amount):
        raise NotPossible(_("The amount has at most two decimal places."))
