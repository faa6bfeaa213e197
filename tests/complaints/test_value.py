"""Properties of the arithmetic of money and of the value rule, whatever the amounts (H2)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from complaints import money, value

amounts = st.decimals(min_value=0, max_value=10_000_000, places=2)
costs = st.builds(value.Cost, amounts, amounts, amounts, amounts)
shares = st.decimals(min_value=0, max_value=100, places=2)
items = st.lists(
    st.builds(value.Given, st.sampled_from(["refund", "voucher", "gift"]), st.none() | amounts, st.integers(0, 3), shares), max_size=8
)


@given(amounts, st.integers(1, 50))
def test_h2_parts_sum_to_the_whole_and_differ_by_a_cent_at_most(amount: Decimal, parts: int) -> None:
    """H2: 100.00 in 3, and everything else."""
    split = money.split(amount, parts)
    assert money.total(split) == amount
    assert len(split) == parts
    assert max(split) - min(split) <= money.CENT
    assert split == sorted(split, reverse=True)


@given(amounts, shares)
def test_h2_a_share_has_whole_cents_and_is_never_more_than_half_a_cent_off(amount: Decimal, share: Decimal) -> None:
    """H2: 15 % of 0.05 is 0.01, by the one rule of rounding."""
    found = money.percent(amount, share)
    assert found == found.quantize(money.CENT)
    assert abs(found - amount * share / 100) <= Decimal("0.005")
    assert money.percent(Decimal("0.05"), Decimal(15)) == Decimal("0.01")
    assert money.split(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@given(amounts, costs, amounts)
def test_it_falls_short_by_exactly_what_is_missing(v1: Decimal, cost: value.Cost, v2: Decimal) -> None:
    short = value.short_by(v1, cost, v2)
    assert short >= 0
    assert v2 + short >= v1 + cost.total
    assert (short == 0) == (v2 >= v1 + cost.total)


@given(amounts, items, amounts)
def test_what_is_given_on_top_never_lowers_the_value_reached(kept: Decimal, some: list[value.Given], more: Decimal) -> None:
    before = value.value_reached(kept, some)
    assert before >= kept
    assert value.value_reached(kept, [*some, value.Given("refund", more)]) == before + more


@given(amounts, items)
def test_the_rule_holds_whichever_alternative_is_taken(kept: Decimal, some: list[value.Given]) -> None:
    """The least of the alternatives counts for V2, the dearest for authority."""
    reached, most = value.value_reached(kept, some), value.dearest(some).get("", money.NOTHING)
    for option in {item.option for item in some} - {0} or {0}:
        taken = [item for item in some if item.option in (0, option)]
        assert value.value_so_far(kept, taken) >= reached
        assert money.total(item.amount for item in taken) <= most


@given(amounts, items)
def test_the_order_of_the_items_changes_nothing(kept: Decimal, some: list[value.Given]) -> None:
    assert value.value_reached(kept, some) == value.value_reached(kept, some[::-1])
    assert value.dearest(some) == value.dearest(some[::-1])


@given(amounts, items)
def test_nothing_carried_out_is_nothing_reached(kept: Decimal, some: list[value.Given]) -> None:
    assert value.value_so_far(kept, []) == kept
    assert value.value_so_far(kept, some) == kept + money.total(item.value for item in some)
