"""Numbers in a text that may be reported results: where they stand, as written, with sign and unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.text import URL

_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+"
_PERCENT = r"\s?(?:\$?\\%\$?|%)"
_TIMES = r"\s?(?:\$?\\times\$?|×|[xX](?![\w-])|times\b)"
_UNIT = (
    rf"(?:{_PERCENT}|{_TIMES}|\s(?:percentage\s)?points?\b|\spercent\b|\s?pp\b|-fold\b"
    r"|\s?[GM]B\b|\s?dB\b|\s?ms\b|\s(?:milli)?seconds\b)"
)
_NUMBER = rf"(?:{_DIGITS})"
_BETWEEN = r"\s?(?:---?|–|—|-|~|∼)\s?"
#: A number, or a range of two, with sign and unit; the whole of it is the value as the guidelines write it.
_VALUE = re.compile(
    rf"(?<![\w.,^-])(?:[-+−]|\\pm\s?|[x×](?=\d))?(?<![\w]-)(?:{_NUMBER})(?:{_PERCENT}|{_TIMES})?"
    rf"(?:{_BETWEEN}[-+]?{_NUMBER}(?![\w.-]*[A-Za-z]{{2}}))?{_UNIT}?"
)
#: "96.0 to 99.5 percent" is one range; "from 49.6% to 53.5%" is two results.
_RANGE_TO = re.compile(rf"\sto\s[-+]?{_NUMBER}{_UNIT}")
#: A name's part, or inside a command, unless it is one of emphasis; a slash parts results ("94.6%/82.7%") or makes a
#: fraction.
_NAME_BEFORE = re.compile(
    r"(?:[A-Za-z][\w.+]*-|@|[A-Za-z]|(?<!\\textbf)(?<!\\emph)(?<!\\mathbf)(?<!\\underline)\{|(?<!\d\.\d)(?<!\d\.\d\d)(?<!%)/)$"
)
_NOT_AFTER = re.compile(r"[A-Za-z_]|-[A-Za-z]{2,}|\.\d")
#: "(r=0.89)", "p < 0.01", "n = 12", "95% CI, 1.18 to 1.62" are statistics of a study, not results of a method.
_STATISTIC = re.compile(
    r"(?:(?<![A-Za-z])(?:[rpnNk]|R\^?2|ρ|\\rho|κ)\s?[=<>]\s?\$?|\bCI[,:=]?\s?[\[(]?(?:[\d.]+(?:,|\sto|\sand)\s)?)$"
)
_INTERVAL = re.compile(r"\s?(?:CI\b|confidence interval)")
_FRACTION = re.compile(r"\s?/\s?\d")
#: Quantities that are never results: what they count.
_COUNTED = re.compile(
    r"^\s?(?:[BMK]\b(?! )|billion|million|thousand|hundred|trillion|parameters?|layers?|GPUs?|hours?\b(?! faster)|"
    r"days?\b|years?\b|languages?|datasets?|benchmarks?|tasks?|images?|videos?|samples?|examples?|instances?|"
    r"questions?|documents?|tokens?\b(?!/)|categories|classes|domains?|models?|LLMs?|pages?|papers?|participants?|"
    r"annotators?|users?|steps?\b|epochs?|shots?\b|D\b|k\b|st\b|nd\b|rd\b|th\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """Half-open offsets of a number as written."""

    start: int
    end: int


def numbers(text: str, taken: bytearray) -> Iterator[Number]:
    """Candidates in text order: none inside names (`taken` marks their characters) or URLs, no years, no counts."""
    urls = [url.span() for url in URL.finditer(text)]
    position = 0
    while (found := _VALUE.search(text, position)) is not None:
        start, end = found.span()
        position = max(end, start + 1)
        written = text[start:end]
        if any(taken[start:end]) or any(begin < end and start < stop for begin, stop in urls):
            continue
        if _NAME_BEFORE.search(text[max(0, start - 24) : start]) or _NOT_AFTER.match(text, end):
            continue
        if _STATISTIC.search(text[max(0, start - 20) : start]) or _INTERVAL.match(text, end):
            continue
        if written.isdigit() and _FRACTION.match(text, end):
            continue
        if _YEAR.match(written) or (written.replace(",", "").isdigit() and _COUNTED.match(text[end : end + 20])):
            continue
        if text[max(0, start - 5) : start] != "from " and (to := _RANGE_TO.match(text, end)):
            end = position = to.end()
        yield Number(start, end)
