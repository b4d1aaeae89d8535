"""Reads a reported number: value, range, bound and unit, out of the text as written."""

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.text import fold

_NUMBER = r"[+-]?\d+(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+"
_DASH = r"\s*(?:---?|–|—|~|-|to)\s*"
_RANGE = re.compile(rf"({_NUMBER})\s*(%?){_DASH}({_NUMBER})")
_SINGLE = re.compile(_NUMBER)
_BOUNDS = (
    (re.compile(r"^\s*(?:>=?|≥|\\geq?|over|more than|at least|above|up from)|\+\s*$"), "at least"),
    (re.compile(r"^\s*(?:<=?|≤|\\leq?|under|less than|at most|below|up to)"), "at most"),
)
_MAGNITUDES = {
    "K": Decimal(10) ** 3,
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "B": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
}
#: Tried in order; the first that matches what follows the number is the unit.
_UNITS = (
    (re.compile(r"^\s*\\?%\s*(?:p\.?p\.?\b|points?\b|percentage points?\b)"), "percentage-point"),
    (re.compile(r"^\s*(?:percentage[ -]points?|p\.?p\.?s?\b)"), "percentage-point"),
    (re.compile(r"^\s*(?:\\?%|percent\b|per cent\b)"), "percent"),
    (re.compile(r"^\s*(?:x\b|×|\\times|times\b|-?fold\b|\$?\\times)"), "times"),
    (re.compile(r"^\s*(?:ms\b|milliseconds?\b)"), "milliseconds"),
    (re.compile(r"^\s*(?:s\b|secs?\b|seconds?\b)"), "seconds"),
    (re.compile(r"^\s*(?:h\b|hrs?\b|hours?\b)"), "hours"),
    (re.compile(r"^\s*(?:min\b|mins\b|minutes?\b)"), "minutes"),
    (re.compile(r"^\s*(?:GB|gigabytes?)\b"), "gigabytes"),
    (re.compile(r"^\s*(?:MB|megabytes?)\b"), "megabytes"),
    (re.compile(r"^\s*(?:KB|kilobytes?)\b"), "kilobytes"),
    (re.compile(r"^\s*bytes?\b"), "bytes"),
    (re.compile(r"^\s*(?:FPS|fps|frames per second)\b"), "frames-per-second"),
    (re.compile(r"^\s*(?:dB|decibels?)\b"), "decibels"),
    (re.compile(r"^\s*(?:BLEU )?points?\b"), "points"),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number read out of its text; all None where it cannot be read as one number or one range."""

    value: Decimal | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    bound: str | None = None
    unit: str | None = None


def read_quantity(text: str) -> Quantity:
    """The number in `text`: "77.0\\%" is 77 percent, "2--2.5%" a range, ">90" a bound, "4.6x" 4.6 times, "1K" 1000."""
    plain = text.replace("$", "").replace("\\%", "%").strip().lstrip("~≈").strip()
    bound = next((name for pattern, name in _BOUNDS if pattern.search(plain)), None)
    if span := _RANGE.search(plain):
        low, high = sorted((_decimal(span[1]), _decimal(span[3])))
        return Quantity(value_min=low, value_max=high, bound=bound, unit=_unit(plain[span.end() :]) or _unit(span[2]))
    number = _SINGLE.search(plain)
    if number is None or _SINGLE.search(plain, number.end()):
        return Quantity()
    value, rest = _decimal(number[0]), plain[number.end() :]
    if rest[:1] in _MAGNITUDES and not rest[1:2].isalpha():
        value, rest = value * _MAGNITUDES[rest[:1]], rest[1:]
    return Quantity(value=value, bound=bound, unit=_unit(rest))


def canonical(value: Decimal) -> str:
    """The canonical form of xsd:decimal: no exponent, no trailing zeros, no plus; `77`, `0.896`, `-2.5`."""
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


#: Words of a metric's name that say which way is better. Not a list of metrics: a name with none of them is left open.
_HIGHER = re.compile(
    r"accura|\bacc\b|f1|f-?score|f-?measure|precision|recall|\bauc|auroc|auprc|\bmap\b|\bap\d*\b|\bm?iou\b|dice|ndcg"
    r"|\bmrr\b|reciprocal rank|exact match|\bem\b|pass@|pass rate|hits?@|\bhr@|success rate|win rate|bleu|rouge|meteor"
    r"|cider|spice|chrf|comet|bertscore|psnr|ssim|clip ?score|inception score|pearson|spearman|kendall|correlation"
    r"|throughput|speed-?up|\bfps\b|frames per second|matthews|\bmcc\b|cohen|\br2\b|r-squared|elo\b|reward|return\b"
)
_LOWER = re.compile(
    r"error|perplexity|\bppl\b|\bwer\b|\bcer\b|\bter\b|latency|\bloss\b|\bmae\b|\bmse\b|\brmse\b|\bmape\b|\bfid\b"
    r"|\bkid\b|\bfvd\b|frechet|lpips|divergence|\bece\b|toxicity|hallucination rate|memory|run ?time|inference time"
    r"|training time|cost\b|flops|macs\b|false positive rate|fpr95|chamfer|edit distance|bits per|nll|negative log"
)


def higher_is_better(metric: str) -> bool | None:
    """Whether a higher value of a metric is the better one; None where its name does not say, or says both."""
    name = fold(metric)
    higher, lower = bool(_HIGHER.search(name)), bool(_LOWER.search(name))
    return None if higher == lower else higher


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", "").lstrip("+"))


def _unit(rest: str) -> str | None:
    return next((name for pattern, name in _UNITS if pattern.search(rest)), None)
