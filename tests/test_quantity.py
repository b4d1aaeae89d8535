"""Numbers as papers write them, and which way a metric is better."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.quantity import Quantity, canonical, higher_is_better, read_quantity


def quantity(value: str | None = None, unit: str | None = None, **more: str) -> Quantity:
    bounds = {name: Decimal(text) for name, text in more.items() if name.startswith("value")}
    return Quantity(Decimal(value) if value else None, unit=unit, bound=more.get("bound"), **bounds)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("77.0\\%", quantity("77", "percent")),
        ("90%", quantity("90", "percent")),
        ("3 percent", quantity("3", "percent")),
        ("12 percentage points", quantity("12", "percentage-point")),
        ("2.3 pp", quantity("2.3", "percentage-point")),
        ("4% points", quantity("4", "percentage-point")),
        ("10 points", quantity("10", "points")),
        ("+9.0", quantity("9")),
        ("-0.5 dB", quantity("-0.5", "decibels")),
        ("\u22122.5%", quantity("-2.5", "percent")),
        ("$+5.73\\%$", quantity("5.73", "percent")),
        ("~3%", quantity("3", "percent")),
        ("\\sim 3\\%", quantity("3", "percent")),
        ("4.6x", quantity("4.6", "times")),
        ("$10\\times$", quantity("10", "times")),
        ("3-fold", quantity("3", "times")),
        ("2--2.5%", quantity(unit="percent", value_min="2", value_max="2.5")),
        ("10-20x", quantity(unit="times", value_min="10", value_max="20")),
        ("40% to 90%", quantity(unit="percent", value_min="40", value_max="90")),
        ("between 40 and 90%", quantity(unit="percent", value_min="40", value_max="90")),
        ("90 \u2013 40 ms", quantity(unit="milliseconds", value_min="40", value_max="90")),
        (">90%", quantity("90", "percent", bound="at least")),
        ("more than 4.6x", quantity("4.6", "times", bound="at least")),
        ("\\geq 0.5", quantity("0.5", bound="at least")),
        ("100+", quantity("100", bound="at least")),
        ("up to 40\\%", quantity("40", "percent", bound="at most")),
        ("<1 s", quantity("1", "seconds", bound="at most")),
        ("1.2K", quantity("1200")),
        ("7B parameters", quantity("7000000000", "parameters")),
        ("1.5M", quantity("1500000")),
        ("283MB", quantity("283", "megabytes")),
        ("1,234.5", quantity("1234.5")),
        ("0.896", quantity("0.896")),
        (".5", quantity("0.5")),
        ("90.5 \\pm 0.3", quantity("90.5")),
        ("90.5\u00b10.3%", quantity("90.5", "percent")),
        ("1.5e-3", quantity("0.0015")),
        ("25 FPS", quantity("25", "frames-per-second")),
        ("12 tokens/s", quantity("12", "tokens-per-second")),
        ("a third", Quantity()),
        ("state of the art", Quantity()),
        ("32/100", Quantity()),
        ("2 of 3", Quantity()),
        ("$\\mathcal{O}(\\epsilon^{-2})$", Quantity()),
        ("(n-1)-approximation", Quantity()),
        ("two orders of magnitude", Quantity()),
        ("2nd", Quantity()),
        ("two-fold", quantity("2", "times")),
        ("x13.9", quantity("13.9", "times")),
        ("2.1x - 5.7x", quantity(unit="times", value_min="2.1", value_max="5.7")),
        ("+0.30 \u223c 0.85", quantity(value_min="0.30", value_max="0.85")),
        ("5.4$\\times$--44.8$\\times$", quantity(unit="times", value_min="5.4", value_max="44.8")),
        ("7.1 x 10^-4", quantity("0.00071")),
        ("75.2 +- 2.7%", quantity("75.2", "percent")),
        ("5-point", quantity("5", "points")),
        ("10-20K", quantity(value_min="10000", value_max="20000")),
        ("3 million", quantity("3000000")),
        ("", Quantity()),
    ],
)
def test_a_number_is_read_as_written(text: str, found: Quantity) -> None:
    assert read_quantity(text) == found


@pytest.mark.parametrize(
    ("value", "written"),
    [("77.0", "77"), ("0.8960", "0.896"), ("1E+3", "1000"), ("-0.0", "0"), ("-2.50", "-2.5"), ("1E-7", "0.0000001")],
)
def test_canonical(value: str, written: str) -> None:
    assert canonical(Decimal(value)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_canonical_keeps_the_value_and_is_its_own_form(value: Decimal) -> None:
    written = canonical(value)
    assert Decimal(written) == value
    assert canonical(Decimal(written)) == written


@given(st.text(max_size=30))
def test_any_text_is_read_without_failing(text: str) -> None:
    found = read_quantity(text)
    assert found.value_min is None or (found.value is None and found.value_min <= found.value_max)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("metric", "better"),
    [
        ("Accuracy", True),
        ("F1", True),
        ("mAP", True),
        ("pass@1", True),
        ("BLEU", True),
        ("win rate", True),
        ("speedup", True),
        ("WER", False),
        ("word error rate", False),
        ("perplexity", False),
        ("inference latency", False),
        ("FID", False),
        ("number of parameters", None),
        ("coverage", None),
        ("accuracy loss", None),
        ("", None),
    ],
)
def test_which_way_a_metric_is_better(metric: str, better: bool | None) -> None:
    assert higher_is_better(metric) is better
