"""JSON Lines of papers: one object a line with "title", "abstract", and optionally "id", "authors", "date" and more."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.model import Paper, PartialDate, Place, Rejection
from kg.sources.identity import paper_id
from kg.text import clean, squeeze

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")
#: Tried in this order; "published" before "date", which in some exports is the day a paper was featured.
_DATE_KEYS = ("published", "date", "year")
_ID_KEYS = ("id", "doi", "arxiv_id", "arxiv")
_LINK_KEYS = ("links", "url", "github", "pdf")


class _UnreadableError(Exception):
    """Why a record, or a part of one, cannot be read."""


def read(name: str, stream: Iterable[bytes]) -> Iterator[Paper | Rejection]:
    """The papers of one stream, line by line; a line that cannot be read is a rejection and the others go on."""
    for number, line in _lines(name, stream):
        if isinstance(line, Rejection):
            yield line
        elif line.strip():
            yield from read_line(name, number, line)


def read_line(name: str, number: int, line: bytes) -> Iterator[Paper | Rejection]:
    """The paper of one line, and a rejection for the line or for a field of it that had to be left out."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield Rejection(name, number, "not UTF-8 text", "save the file as UTF-8")
        return
    except (json.JSONDecodeError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deeply")
        yield Rejection(name, number, f"not JSON ({reason})", "write one JSON object a line")
        return
    try:
        title, abstract = _text(record, "title"), _text(record, "abstract")
        ids = tuple(dict.fromkeys(_ids(record)))
        if not title.strip():
            raise _UnreadableError('"title" is empty')
    except _UnreadableError as error:
        yield Rejection(name, number, str(error), 'give each line a "title" and an "abstract"')
        return
    published, problems = _published(record)
    given = ids[0] if "id" in record and ids else None
    yield Paper(
        id=paper_id(title, given=given, others=ids),
        title=title,
        abstract=abstract,
        ids=ids,
        authors=_strings(record, "authors", split=re.compile(r"\s*(?:;|,|\band\b)\s*")),
        author_count=_count(record, "author_count") or len(_strings(record, "authors")) or None,
        organisation=next(iter(_strings(record, "organisation") or _strings(record, "organization")), None),
        published=published,
        comments=_count(record, "comments"),
        upvotes=_count(record, "upvotes"),
        links=tuple(dict.fromkeys(link for key in _LINK_KEYS for link in _strings(record, key))),
        seen_in=(Place(name, number),),
    )
    for problem in problems:
        yield Rejection(name, number, problem, "write dates as 2024, 2024-05 or 2024-05-27")


def _lines(name: str, stream: Iterable[bytes]) -> Iterable[tuple[int, bytes | Rejection]]:
    """Numbered lines; a stream that breaks off ends in a rejection."""
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            yield number, line
    except (OSError, EOFError, zlib.error) as error:
        yield number + 1, Rejection(name, number + 1, f"the file breaks off ({error})", "copy or compress it again")


def _text(record: Any, key: str) -> str:
    if not isinstance(record, Mapping):
        raise _UnreadableError("not a JSON object")
    value = record.get(key)
    if not isinstance(value, str):
        raise _UnreadableError(f'"{key}" is missing' if value is None else f'"{key}" is no text')
    return clean(value)


def _ids(record: Mapping[str, Any]) -> Iterator[str]:
    for key in _ID_KEYS:
        value = record.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and squeeze(str(value)):
            yield clean(str(value))
        elif value is not None and value != "":
            raise _UnreadableError(f'"{key}" is neither text nor a number')


def _strings(record: Mapping[str, Any], key: str, *, split: re.Pattern[str] | None = None) -> tuple[str, ...]:
    """The field as texts: a list of texts or of {"name": text}, or one text (cut at `split` where given)."""
    value = record.get(key)
    if isinstance(value, str):
        value = split.split(value) if split else [value]
    if not isinstance(value, list):
        return ()
    named = (entry.get("name") if isinstance(entry, Mapping) else entry for entry in value)
    return tuple(clean(squeeze(entry)) for entry in named if isinstance(entry, str) and entry.strip())


def _count(record: Mapping[str, Any], key: str) -> int | None:
    value = record.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _published(record: Mapping[str, Any]) -> tuple[PartialDate | None, list[str]]:
    problems: list[str] = []
    for key in _DATE_KEYS:
        value = record.get(key)
        if value is None or value == "":
            continue
        if (match := _DATE.fullmatch(str(value))) and (date := _date(match)):
            return date, problems
        problems.append(f'"{key}" is no date ({str(value)[:40]!r}); left unknown')
    return None, problems


def _date(match: re.Match[str]) -> PartialDate | None:
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or (month and not 1 <= month <= 12) or (day and not 1 <= day <= 31):
        return None
    return PartialDate(year, month, day)
