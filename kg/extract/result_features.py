"""What speaks for a number being a result, and for each of its possible methods, places and metrics."""

import re
from collections.abc import Mapping, Sequence

from kg.extract.cues import fired
from kg.extract.document import Group, Text
from kg.extract.lists import beside
from kg.extract.quantities import Number, numbers
from kg.extract.relations import NOTHING, OWN, Document
from kg.model import Kind, Role

RESOURCES = (Kind.DATASET, Kind.BENCHMARK)
#: What each slot of a result may be filled with.
SLOTS: Mapping[str, tuple[Kind, ...]] = {
    "method": (Kind.METHOD,),
    "on": (*RESOURCES, Kind.TASK),
    "metric": (Kind.METRIC,),
}
#: Words between a number and a name, named.
_DISTANCES = (("touching", 2), ("close", 5), ("middling", 12), ("wide", 1 << 20))
#: Where a name stands in a list beside that of the number: at the number's place, at another, not in it.
_PLACE = {True: "same place in list", False: "other place in list", None: "not in list"}
_COMPARISON = re.compile(
    r"\b(?:compared|versus|vs\.?|than|over|from|baseline|relative to|against|only|just|while)\b", re.IGNORECASE
)


def candidates(text: Text, groups: Sequence[Group]) -> list[Number]:
    """The numbers of a paper that may be results."""
    taken = bytearray(len(text.text) + 1)
    for group in groups:
        for occurrence in group.occurrences:
            taken[occurrence.start : occurrence.end] = b"\1" * (occurrence.end - occurrence.start)
    return list(numbers(text.text, taken))


def number_features(text: Text, number: Number, document: Document) -> dict[str, float]:
    """What speaks for a number being a result, and of which kind."""
    begin, end = text.sentences[text.sentence_at(number.start)]
    written = text.text[number.start : number.end]
    before, after = text.before(number.start, 4), text.after(number.end, 4)
    left = text.text[max(begin, number.start - 60) : number.start]
    right = text.text[number.end : min(end, number.end + 60)]
    sentence = text.sentence_at(number.start)
    far = fired("left", left)
    features = {f"before: {word}": 1.0 for word in before[-3:]}
    features.update({f"after: {word}": 1.0 for word in after[:3]})
    features[f"just before: {' '.join(before[-2:])}"] = 1.0
    features[f"just after: {' '.join(after[:2])}"] = 1.0
    features[f"next: {after[0] if after else '-'}"] = 1.0
    features[f"last: {before[-1] if before else '-'}"] = 1.0
    present = {document.groups[i].kind for i, own in enumerate(document.sentences) if sentence in own}
    for name, holds in (
        ("percent", "%" in written),
        ("times", bool(re.search(r"[xX×]|times|fold", written))),
        ("points", "point" in written or "pp" in written),
        ("decimal", bool(re.search(r"\d\.\d", written))),
        ("signed", written[:1] in "+-−"),
        ("small whole", written.isdigit() and len(written) < 2),
        ("whole", written.isdigit()),
        ("comma", "," in written),
        ("range", bool(re.search(r"\d\s?(?:%|\\%)?(?:-|–|~|\sto\s)", written))),
        ("in brackets", "(" in left and ")" not in left[left.rfind("(") :]),
        ("brackets around", left[-1:] == "(" and right[:1] == ")"),
        ("in title", sentence == 0),
        ("improves before", "improves before" in far),
        ("improves right before", "improves before" in fired("left", left[-25:])),
        ("improves after", "improves before" in fired("left", right[:30])),
        ("absolute before", "absolute before" in far),
        ("absolute right before", "absolute before" in fired("left", left[-20:])),
        ("comparison before", bool(_COMPARISON.search(left[-20:]))),
        (
            "by",
            bool(re.search(r"\bby\s+(?:up to |about |an? |at least |over |nearly |roughly |average )*[~≈$]?$", left)),
        ),
        ("early", sentence < len(text.sentences) / 2),
        ("resource here", bool(present & {Kind.DATASET, Kind.BENCHMARK})),
        ("task here", Kind.TASK in present),
        ("metric here", Kind.METRIC in present),
        ("method here", Kind.METHOD in present),
        ("other numbers", sum(char.isdigit() for char in text.text[begin:end]) > 4),
        ("from .. to", bool(re.search(r"\bfrom\s+[\d.$]+\s*(?:\\?%)?\$?\s+to\s+$", left))),
        ("from", bool(re.search(r"\bfrom\s+\$?$", left)) and " to " in right[:12]),
    ):
        if holds:
            features[name] = 1.0
    return features


def slot_features(
    text: Text, number: Number, all_numbers: Sequence[Number], document: Document, slot: str
) -> dict[int, dict[str, float]]:
    """For each filler of a slot (group index, OWN, NOTHING) what speaks for it."""
    sentence = text.sentence_at(number.start)
    kinds = SLOTS[slot]
    fitting = [i for i, group in enumerate(document.groups) if group.kind in kinds]
    here = [i for i in fitting if sentence in document.sentences[i]]
    near = {i: _nearest(document, i, sentence, number) for i in here}
    peers = [other for other in all_numbers if text.sentence_at(other.start) == sentence]
    rows: dict[int, dict[str, float]] = {}
    befores = sorted((i for i in here if near[i][1] <= number.start), key=lambda i: -near[i][1])
    afters = sorted((i for i in here if near[i][0] >= number.end), key=lambda i: near[i][0])
    begin, end = text.sentences[sentence]
    resources = [i for i in here if document.groups[i].kind in RESOURCES]
    respectively = ", respectively" if "respectively" in text.text[begin:end] else ""
    spans = sorted((start, end, i) for i in here for start, end, own in document.at[i] if own == sentence)
    names = {(start, end): i for start, end, i in spans}
    places = beside(text.text, (number.start, number.end), [(other.start, other.end) for other in peers], names)
    for i in fitting:
        row: dict[str, float] = {f"role {role}": chance for role, chance in document.roles[i].chances.items()}
        row[f"is {document.groups[i].kind}"] = 1.0
        if i == document.main:
            row["is main"] = 1.0
            row["is main, here" if i in near else "is main, elsewhere"] = 1.0
        if i in near:
            _near_features(text, number, near[i], all_numbers, row)
            if i in befores:
                row[f"before {min(befores.index(i), 3)}"] = 1.0
            if i in afters:
                row[f"after {min(afters.index(i), 3)}"] = 1.0
            if len(here) == 1:
                row["only one here"] = 1.0
        else:
            gap = min(abs(other - sentence) for other in document.sentences[i])
            row["next sentence" if gap == 1 else "far"] = 1.0
            if not here:
                row["none here, next sentence" if gap == 1 else "none here, far"] = 1.0
            if 0 in document.sentences[i]:
                row["far, in title"] = 1.0
            if len(fitting) == 1:
                row["the only one"] = 1.0
                row["the only one, elsewhere"] = 1.0
        if places:
            row[_PLACE[places.get(i)]] = row[_PLACE[places.get(i)] + respectively] = 1.0
        chances = document.roles[i].chances
        if slot == "on" and i == document.main_task:
            row["is main task"] = 1.0
            row["is main task, no resource here" if not resources else "is main task, resource here"] = 1.0
            row["is main task, none here"] = float(not here)
        if slot == "method" and i in near:
            row["introduced, here"] = chances.get(Role.INTRODUCED, 0.0)
            row["compared, here"] = chances.get(Role.COMPARED, 0.0)
            row["alone introduced here"] = float(
                chances.get(Role.INTRODUCED, 0.0) > 0.5
                and all(document.roles[j].chances.get(Role.INTRODUCED, 0.0) < 0.5 for j in here if j != i)
            )
            for cue in fired("left", text.text[max(begin, number.start - 40) : number.start]):
                row[f"introduced, {cue}"] = chances.get(Role.INTRODUCED, 0.0)
                row[f"compared, {cue}"] = chances.get(Role.COMPARED, 0.0)
            if begin <= near[i][0] <= begin + 30:
                row["begins sentence"] = 1.0
        if "in a list" in document.cues[i]:
            row["in a list"] = 1.0
        for cue in (
            "evaluated on",
            "metric given",
            "achieves",
            "our",
            "than",
            "outperforms",
            "compared with",
            "baselines",
        ):
            if cue in document.cues[i]:
                row[f"cue {cue}"] = 1.0
        rows[i] = row
    if slot == "method":
        rows[OWN] = {
            "unnamed": document.unnamed,
            "unnamed, methods here": document.unnamed * bool(here),
            "no method": float(not fitting),
            "own": 1.0,
        }
    else:
        nothing = {"nothing": 1.0, "nothing, some here": float(bool(here)), "nothing, none": float(not fitting)}
        nothing["nothing, some near"] = float(any(0 <= near[i][0] - number.end < 40 for i in here))
        nothing["nothing, just before"] = float(any(0 <= number.start - near[i][1] < 40 for i in here))
        nothing["nothing, no resource here"] = float(not resources)
        nothing["nothing, main task"] = float(slot == "on" and document.main_task != NOTHING)
        nothing["nothing, resources"] = float(any(document.groups[i].kind in RESOURCES for i in fitting))
        nothing["nothing, number of fitting"] = min(5, len(fitting)) / 5
        written = text.text[number.start : number.end]
        nothing["nothing, percent"] = float("%" in written)
        nothing["nothing, times"] = float(bool(re.search(r"[xX×]|times|fold", written)))
        nothing["not in list"] = float(bool(places))
        rows[NOTHING] = nothing
    return rows


def _nearest(document: Document, i: int, sentence: int, number: Number) -> tuple[int, int]:
    spans = [(start, end) for start, end, own in document.at[i] if own == sentence]
    return min(spans, key=lambda span: (max(span[0] - number.end, number.start - span[1]), span))


def _near_features(
    text: Text, number: Number, span: tuple[int, int], all_numbers: Sequence[Number], row: dict[str, float]
) -> None:
    start, end = span
    after = start >= number.end
    between = text.text[number.end : start] if after else text.text[end : number.start]
    side = "then" if after else "earlier"
    words = between.split()
    row["here"] = 1.0
    row[f"here, {side}"] = 1.0
    distance = next(name for name, limit in _DISTANCES if len(words) < limit)
    row[f"{side}, {distance}"] = 1.0
    low, high = (number.end, start) if after else (end, number.start)
    row[f"{side}, {min(3, sum(low <= other.start and other.end <= high for other in all_numbers))} numbers between"] = (
        1.0
    )
    for mark, name in ((";", "semicolon"), (",", "comma"), ("(", "bracket"), (")", "closing bracket")):
        if mark in between:
            row[f"{side}, {name} between"] = 1.0
    for word in words[:1] + words[-2:]:
        row[f"{side}, word {word}"] = 1.0
    if re.search(r"\b(?:and|while|whereas|but)\b", between):
        row[f"{side}, and between"] = 1.0
