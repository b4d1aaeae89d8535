"""Lists that run side by side: in "2.1% and 3.4% on LaSOT and TNL2K" the second number is the second place's."""

import re
from collections.abc import Iterator, Mapping, Sequence

Span = tuple[int, int]

_NOTE = r"\s*(?:\([^()]{0,40}\)\s*)?"
_AND = r"(?:,\s*(?:and|or)\b|,|;|/|&|\b(?:and|or|as well as|to|vs\.?)(?=\s))"
_SMALL = r"(?:(?:a|about|an|around|by|for|in|of|on|over|roughly|the|up to)\s+)*"
#: What may stand between two members of a list of numbers, and of one of names.
_NUMBERS_JOINED = re.compile(rf"[\s%$\\]*{_NOTE}{_AND}[\s$~]*{_SMALL}")
_NAMES_JOINED = re.compile(rf"{_NOTE}(?:(?:benchmarks?|datasets?|models?|scores?|tasks?)\s*)?{_AND}\s*{_SMALL}")
#: Two members of a list stand no further apart, in characters.
_WIDEST = 80


def beside(text: str, number: Span, numbers: Sequence[Span], names: Mapping[Span, int]) -> Mapping[int, bool]:
    """The names in the nearest list as long as the number's own: whether each stands at the number's place in it.

    `numbers` and `names` (with the index of the entity named) are those of one sentence, in text order, half-open.
    Empty where the number stands in no list, or no list of different names has that length.
    """
    own = next(run for run in _runs(text, numbers, _NUMBERS_JOINED) if number in run)
    if len(own) == 1:
        return {}
    lists = [run for run in _runs(text, list(names), _NAMES_JOINED) if len({names[span] for span in run}) == len(own)]
    if not lists:
        return {}
    nearest = min(lists, key=lambda run: max(run[0][0] - own[-1][1], own[0][0] - run[-1][1]))
    return {names[span]: place == own.index(number) for place, span in enumerate(nearest)}


def _runs(text: str, spans: Sequence[Span], joined: re.Pattern[str]) -> Iterator[list[Span]]:
    """The spans, those of one list together."""
    run: list[Span] = []
    for span in spans:
        near = run and span[0] - run[-1][1] <= _WIDEST
        if run and not (near and joined.fullmatch(text, run[-1][1], span[0])):
            yield run
            run = []
        run.append(span)
    if run:
        yield run
