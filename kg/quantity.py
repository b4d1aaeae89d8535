"""Reads a reported number out of its text: value, range, bound and unit; and which way a metric is better."""

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.text import fold

#: LaTeX and Unicode ways to write the same sign, in order.
_SIGNS = (
    (re.compile(r"[$]|\\[,;!:]|\\left|\\right"), ""),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\times\b|✕"), "×"),
    (re.compile(r"\\pm\b|\+/?-|\+/−"), "±"),
    (re.compile(r"\\geq?\b|⩾"), "≥"),
    (re.compile(r"\\leq?\b|⩽"), "≤"),
    (re.compile(r"\\(?:sim|approx)\b|[∼≈≃]"), "~"),
    (re.compile(r"[−﹣－]"), "-"),
    (re.compile(r"\\(?:text(?:bf|rm)?|mathrm|mathbf|rm)\b\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"^\s*~\s*|~(?=\s*[^\d\s+-])"), ""),
)  # fmt: skip
_NUMBER = r"[+-]?(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_POWER = re.compile(rf"({_NUMBER})(?:\s*[x×·*]\s*10\^\{{?(-?\d{{1,2}})\}}?|[eE]([+-]?\d{{1,2}})\b)")
_ALONE = re.compile(rf"(?<![\w.,])(?<![A-Za-z]-){_NUMBER}")
_DASH = r"\s*(?:-{1,3}|–|—|~|\bto\b)\s*"
_BETWEEN = re.compile(rf"(?<![\w.,])({_NUMBER})([^\d\s.,~–—-]{{0,8}}?){_DASH}({_NUMBER})(?![\d.]*/)")
_AND = re.compile(rf"\bbetween\s+({_NUMBER})\s*(\S{{0,8}}?)\s+and\s+({_NUMBER})")
_TOLERANCE = re.compile(rf"\s*(?:\(?±|\()\s*{_NUMBER}\s*\)?")
#: A formula has a number in it, but is none.
_FORMULA = re.compile(r"\\[a-zA-Z]|[\^_=]|[A-Za-zØ]\(|orders? of magnitude")
_BOUNDS = (
    (
        re.compile(
            r"^\s*(?:>=?|≥|over\b|more than\b|at least\b|above\b|up from\b|exceed\w*\b|beyond\b)|\d\s*[%x×]?\+\s*$"
        ),
        "at least",
    ),
    (
        re.compile(r"^\s*(?:<=?|≤|under\b|less than\b|fewer than\b|at most\b|below\b|up to\b|within\b|as little as\b)"),
        "at most",
    ),
)
_MAGNITUDES = {
    "K": Decimal(10) ** 3,
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "B": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
}
_MAGNITUDE_WORDS = re.compile(r"^\s*(thousand|million|billion|trillion)\b")
_WORD_VALUES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
#: Tried in order; the first that matches what follows the number is the unit.
_UNITS = (
    (re.compile(r"^\s*%?\s*(?:absolute |abs\.? )?(?:p\.?p\.?s?\b|percentage[ -]points?\b)"), "percentage-point"),
    (re.compile(r"^\s*%[- ]points?\b"), "percentage-point"),
    (re.compile(r"^\s*(?:%|percent\b|per cent\b|per-cent\b)"), "percent"),
    (re.compile(r"^\s*(?:[xX]\b|×|times\b|-?folds?\b)"), "times"),
    (re.compile(r"^\s*(?:tokens?|tok)\s*(?:/|per )\s*s(?:ec(?:ond)?)?\b"), "tokens-per-second"),
    (re.compile(r"^\s*(?:μs\b|µs\b|us\b|microseconds?\b)"), "microseconds"),
    (re.compile(r"^\s*(?:ms\b|milliseconds?\b)"), "milliseconds"),
    (re.compile(r"^\s*(?:s\b|secs?\b|-?seconds?\b)"), "seconds"),
    (re.compile(r"^\s*(?:h\b|hrs?\b|hours?\b)"), "hours"),
    (re.compile(r"^\s*(?:min\b|mins\b|minutes?\b)"), "minutes"),
    (re.compile(r"^\s*days?\b"), "days"),
    (re.compile(r"^\s*(?:TB\b|terabytes?\b)"), "terabytes"),
    (re.compile(r"^\s*(?:Gi?B\b|gigabytes?\b)"), "gigabytes"),
    (re.compile(r"^\s*(?:Mi?B\b|megabytes?\b)"), "megabytes"),
    (re.compile(r"^\s*(?:[Kk]i?B\b|kilobytes?\b)"), "kilobytes"),
    (re.compile(r"^\s*bytes?\b"), "bytes"),
    (re.compile(r"^\s*(?:[GMT]?FLOPs?|[GMT]?FLOPS)\b"), "floating-point-operations"),
    (re.compile(r"^\s*(?:FPS|fps|frames per second|frames/s)\b"), "frames-per-second"),
    (re.compile(r"^\s*(?:dB|decibels?)\b"), "decibels"),
    (re.compile(r"^\s*Hz\b"), "hertz"),
    (re.compile(r"^\s*(?:mm|millimet(?:er|re)s?)\b"), "millimetres"),
    (re.compile(r"^\s*(?:cm|centimet(?:er|re)s?)\b"), "centimetres"),
    (re.compile(r"^\s*(?:m|met(?:er|re)s?)\b"), "metres"),
    (re.compile(r"^\s*(?:parameters|params)\b"), "parameters"),
    (re.compile(r"^\s*-?(?:[A-Za-z0-9-]+ )?(?:absolute )?points?\b"), "points"),
)  # fmt: skip
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER_WORDS = {word: str(n) for n, word in enumerate(_COUNTS, 2)}
_TIMES_IN_WORDS = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})[- ]?(fold|times)\b")
_TIMES_BEFORE = re.compile(rf"^\s*[xX×]\s?(?={_NUMBER}\s*$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number read out of its text; all None where it cannot be read as one number or one range."""

    value: Decimal | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    bound: str | None = None
    unit: str | None = None


def read_quantity(text: str) -> Quantity:
    """The number in `text`: "77.0\\%" is 77 percent, "2--2.5%" a range, ">90" a bound, "4.6x" 4.6 times, "1K" 1000.

    A tolerance ("90.5 ± 0.3") is left out; a formula, a fraction or two numbers side by side are not read.
    """
    plain = _plain(text)
    if _FORMULA.search(plain):
        return Quantity()
    bound = next((name for pattern, name in _BOUNDS if pattern.search(plain)), None)
    if span := _AND.search(plain) or _BETWEEN.search(plain):
        return _range(span, plain, bound)
    plain = _TOLERANCE.sub("", plain) if "±" in plain else plain
    number = _ALONE.search(plain)
    if number is None or re.search(r"\d", plain[number.end() :]) or "/" in plain[: number.end() + 1]:
        return Quantity()
    value, rest = _scaled(_decimal(number[0]), plain[number.end() :])
    unit = _unit(rest)
    if unit is None and rest[:1].isalpha():
        return Quantity()
    return Quantity(value=value, bound=bound, unit=unit)


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


def _plain(text: str) -> str:
    """`text` with one spelling for each sign, powers of ten and counts in words as digits."""
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    text = _POWER.sub(lambda m: canonical(_decimal(m[1]).scaleb(int(m[2] or m[3]))), text)
    text = _TIMES_IN_WORDS.sub(lambda m: f"{_NUMBER_WORDS[m[1]]} times", text)
    marked = _TIMES_BEFORE.sub("", text)
    return (marked if marked == text else f"{marked.strip()}x").strip()


def _range(span: re.Match[str], plain: str, bound: str | None) -> Quantity:
    """From the lower to the upper end; a unit or magnitude may stand after either."""
    rest = plain[span.end() :]
    if _ALONE.search(rest) or (_unit(span[2]) is None and span[2] not in ("", *_MAGNITUDES)):
        return Quantity()
    upper, after = _scaled(_decimal(span[3]), rest)
    lower = _scaled(_decimal(span[1]), span[2] or rest)[0] if rest[:1] in _MAGNITUDES else _decimal(span[1])
    low, high = sorted((lower, upper))
    return Quantity(value_min=low, value_max=high, bound=bound, unit=_unit(after) or _unit(span[2]))


def _scaled(value: Decimal, rest: str) -> tuple[Decimal, str]:
    """A value with the magnitude that follows it (K, million), and what follows that."""
    if rest[:1] in _MAGNITUDES and not rest[1:2].isalpha():
        return value * _MAGNITUDES[rest[:1]], rest[1:]
    if word := _MAGNITUDE_WORDS.match(rest):
        return value.scaleb(_WORD_VALUES[word[1]]), rest[word.end() :]
    return value, rest


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", "").lstrip("+"))


def _unit(rest: str) -> str | None:
    return next((name for pattern, name in _UNITS if pattern.search(rest)), None)
