"""The saved text of a Hugging Face Daily Papers page.

A menu; the page's day ("Oct 29", no year); then entries of title, blank line, abstract, and on some pages a byline of
three lines: "• 16 authors" or an organisation, "·", and a date with the count of comments glued on ("Sep 22 3", "Dec
26, 2024 2").
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Paper, PartialDate, Place, Rejection
from kg.sources.identity import title_id
from kg.text import clean, squeeze

_MENU_END = "AK and the research community"
#: The menu has six lines at most; a page saved with more round it still shows its mark early.
_MENU_LINES = 40
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_DATE = re.compile(rf"({'|'.join(_MONTHS)})[a-z]* (\d{{1,2}})(?:, (\d{{4}}))?(?: (\d+))?")
_AUTHORS = re.compile(r"•?\s*(\d+) authors?")
_BYLINE_DOT = "·"
#: The longest title of the known pages has 174 characters, the shortest abstract 1,362: a line from here on is no
#: title.
_LONGEST_TITLE = 400
#: A line shorter than this that does not end like a sentence is no abstract but the next title.
_SHORTEST_ABSTRACT = 200
_SENTENCE_END = re.compile(r"""[.!?…][)"'’”\]}]*$|https?://\S+$""")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@dataclass(slots=True)
class _Entry:
    """One paper of the page while it is read."""

    title: _Line
    abstract: str = ""
    authors: int | None = None
    organisation: str | None = None
    date: PartialDate | None = None
    comments: int | None = None


def read(name: str, content: bytes, *, page_year: int | None = None) -> Iterator[Paper | Rejection]:
    """The papers of one page; `name` is its file's name, `page_year` the year it was saved in, where known."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        yield Rejection(name, line, "not UTF-8 text", "save the page as UTF-8")
        return
    lines = [_Line(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    start = next((i for i, line in enumerate(lines[:_MENU_LINES], 1) if line.text.endswith(_MENU_END)), None)
    if start is None:
        yield Rejection(
            name,
            1,
            "neither a saved Daily Papers page nor JSON Lines",
            "save the page's text from its menu on, or convert it",
        )
        return
    day = None
    if start < len(lines) and (match := _DATE.fullmatch(lines[start].text)):
        day, start = _date(match), start + 1
    entries, rejections = _entries(name, lines[start:])
    if not entries and not rejections:
        yield Rejection(name, lines[-1].number, "the page holds no papers", "save the page again, scrolled to its end")
    yield from rejections
    yield from _papers(name, entries, day, page_year)


def _entries(name: str, lines: Sequence[_Line]) -> tuple[list[_Entry], list[Rejection]]:
    entries: list[_Entry] = []
    rejections: list[Rejection] = []
    open_title: _Line | None = None
    i = 0
    while i < len(lines):
        line = lines[i]
        if i + 2 < len(lines) and lines[i + 1].text == _BYLINE_DOT and (match := _DATE.fullmatch(lines[i + 2].text)):
            if open_title is None and entries:
                _take_byline(entries[-1], line.text, match)
            else:
                rejections.append(Rejection(name, line.number, "a byline without a paper", "save the page again"))
            i += 3
            continue
        if open_title is not None and _is_abstract(line, lines[i + 1 : i + 2]):
            entries.append(_Entry(open_title, line.text))
            open_title = None
        elif open_title is None and len(line.text) > _LONGEST_TITLE:
            if entries:
                entries[-1].abstract += "\n" + line.text
            else:
                rejections.append(
                    Rejection(name, line.number, "an abstract without a title", "save the page from its top")
                )
        else:
            if open_title is not None:
                rejections.append(_untold(name, open_title))
            open_title = line
        i += 1
    if open_title is not None:
        rejections.append(_untold(name, open_title))
    elif entries and entries[-1].date is None and not _SENTENCE_END.search(entries[-1].abstract):
        reason = f"the page ends inside the abstract of {entries[-1].title.text!r}; kept as far as it goes"
        rejections.append(Rejection(name, lines[-1].number, reason, "save the page again, scrolled to its end"))
    return entries, rejections


def _is_abstract(line: _Line, following: Sequence[_Line]) -> bool:
    if len(line.text) >= _SHORTEST_ABSTRACT or _SENTENCE_END.search(line.text):
        return True
    return not following or following[0].text == _BYLINE_DOT or len(following[0].text) < _SHORTEST_ABSTRACT


def _untold(name: str, title: _Line) -> Rejection:
    return Rejection(
        name, title.number, f"no abstract follows the title {title.text!r}", "save the page again, scrolled to its end"
    )


def _take_byline(entry: _Entry, who: str, when: re.Match[str]) -> None:
    if authors := _AUTHORS.fullmatch(who):
        entry.authors = int(authors[1])
    else:
        entry.organisation = clean(_without_echo(squeeze(who.lstrip("•"))))
    entry.date = _date(when)
    entry.comments = int(when[4]) if when[4] else None


def _without_echo(organisation: str) -> str:
    """The page shows a logo's text and the name: "ByteDance ByteDance" is ByteDance."""
    words = organisation.split(" ")
    half = len(words) // 2
    return " ".join(words[:half]) if len(words) % 2 == 0 and words[:half] == words[half:] else organisation


def _date(match: re.Match[str]) -> PartialDate | None:
    """The date as written, with a year only where it carries one; None for a day that no month has."""
    month, day, year = _MONTHS[match[1]], int(match[2]), int(match[3]) if match[3] else None
    if not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    return PartialDate(year, month, day)


def _year_of_page(entries: Sequence[_Entry], day: PartialDate | None) -> int | None:
    """The smallest year that fits: later than every year on the page, and a leap year if a yearless date needs one.

    None where no date of the page carries a year.
    """
    written = [entry.date.year for entry in entries if entry.date and entry.date.year]
    if not written:
        return None
    year = max(written) + 1
    yearless = [date for date in (day, *(entry.date for entry in entries)) if date and date.year is None]
    while any((date.month, date.day) == (2, 29) for date in yearless) and not calendar.isleap(year):
        year += 1
    return year


def _papers(
    name: str, entries: Sequence[_Entry], day: PartialDate | None, page_year: int | None
) -> Iterator[Paper | Rejection]:
    year = page_year or _year_of_page(entries, day)
    page_day = PartialDate(year, day.month, day.day) if day else None
    for entry in entries:
        published = entry.date
        if published and published.year is None:
            if day and (published.month, published.day) > (day.month, day.day):
                reason = (
                    f"the date {published} of {entry.title.text!r} lies after the page's day; its year is left open"
                )
                yield Rejection(name, entry.title.number, reason, "check the page")
            else:
                published = PartialDate(year, published.month, published.day)
        title = clean(squeeze(entry.title.text))
        yield Paper(
            id=title_id(title),
            title=title,
            abstract=clean(entry.abstract),
            author_count=entry.authors,
            organisation=entry.organisation,
            published=published,
            comments=entry.comments,
            seen_in=(Place(name, entry.title.number, page_day),),
        )
