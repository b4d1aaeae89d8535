"""Where the numbers of a text stand, as the tagger looks at them: with sign, range and unit, outside names and URLs."""

import re

from kg.text import URL

_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.^{{])[-+~≈]?{_DIGITS}(?:\s?\\?%)?(?:\s?(?:--?|–|—)\s?{_DIGITS})?"
    r"(?:\s?\\?%|\s?[xX×](?![A-Za-z])|\s?\$?\\times\$?|\s?times(?![a-z])|\s?pp(?![a-z])|\s?percent(?![a-z]))?"
    r"(?![A-Za-z0-9_]|\.\d|-[A-Za-z])"
)


def numbers_in(text: str) -> list[tuple[int, int]]:
    """Half-open character offsets of every number outside URLs, in text order."""
    urls = [url.span() for url in URL.finditer(text)]
    spans = [number.span() for number in _NUMBER.finditer(text)]
    return [(start, end) for start, end in spans if not any(begin < end and start < stop for begin, stop in urls)]
