"""What a paper is called: its DOI, its arXiv id without version, the id given, or a hash of its title."""

import hashlib
import re

from kg.text import fold, title_key

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/|arxiv:\s*)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
#: The DOI that arXiv gives each paper; the arXiv id says the same and reads better.
_ARXIV_DOI = "10.48550/arxiv."
#: 64 bits: at 10 million papers two titles share a hash with a chance of 1 in 400,000.
_DIGITS = 16


def title_id(title: str) -> str:
    """`title:` and a hash of the title's letters and digits."""
    return f"title:{hashlib.sha256(title_key(title).encode()).hexdigest()[:_DIGITS]}"


def strong_id(written: str) -> str | None:
    """`doi:...` or `arxiv:...` where `written` is one (also as a URL), else None."""
    if match := _DOI.fullmatch(written.strip()):
        doi = fold(match[1])
        return f"arxiv:{doi.removeprefix(_ARXIV_DOI)}" if doi.startswith(_ARXIV_DOI) else f"doi:{doi}"
    if match := _ARXIV.fullmatch(written.strip()):
        return f"arxiv:{match[1]}"
    return None


def paper_id(title: str, *, given: str | None, others: tuple[str, ...] = ()) -> str:
    """The best id there is: a DOI, an arXiv id, the id given, the title's hash."""
    strong = sorted(
        filter(None, map(strong_id, (given or "", *others))), key=lambda found: not found.startswith("doi:")
    )
    if strong:
        return strong[0]
    return f"id:{given}" if given else title_id(title)
