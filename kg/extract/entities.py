"""Mentions become the entities of one paper: which occurrences name the same thing, of what kind, under what name."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from kg.extract.acronyms import Abbreviation
from kg.extract.document import Group, Occurrence
from kg.extract.variants import Spelling, variants
from kg.model import Kind
from kg.names import is_short_form
from kg.text import URL, fold

_NOT_KEY = re.compile(r"[^a-z0-9+@.]+")
_LATEX_COMMAND = re.compile(r"\\[a-zA-Z]+\s*\{|[{}$\\]")
#: An occurrence found only because the same name was found elsewhere is a little less sure than that one.
_CONSISTENCY_FACTOR = 0.95
#: Below this a found name is not searched for in the rest of the text: a doubtful name would be doubted everywhere.
_CONSISTENCY_MIN = 0.5
#: One word with a capital or digit after its first letter, before the colon of a title: 99 % of the 1,310 in the
#: training papers are names, all but 11 of them introduced there.
_TITLE_NAME = re.compile(r"([A-Za-z][\w.+-]*[A-Z0-9][\w.+-]*)\s?:\s")
_TITLE_NAME_CONFIDENCE = 0.9
_BENCHMARK_NAME = re.compile(r"[Bb]ench|Eval|Arena|Gym$|Test$")
#: A name shorter than this is searched for with its own case only.
_SHORT = 6
#: Acronyms that a definition ties to a long form at least this sure are believed.
_ABBREVIATION_MIN = 0.4


def name_key(name: str) -> str:
    """What makes two strings of one paper the same name: case, spaces, hyphens, LaTeX and a plural s do not count.

    Other endings count: taking "hashing" for "hash" cost 0.4 points of concept F1.
    """
    key = _NOT_KEY.sub("", fold(_LATEX_COMMAND.sub("", name)).replace("&", "and")).strip(".")
    if len(key) > 4 and key.endswith("ies"):
        return key[:-3] + "y"
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith("ss") else key


def complete(text: str, found: Iterable[Occurrence], definitions: Sequence[Abbreviation]) -> list[Occurrence]:
    """The found occurrences, and what follows from them: the other half of a definition, the same name elsewhere."""
    occurrences = sorted(_mended(text, occurrence) for occurrence in found)
    occurrences = _title_name(text, occurrences)
    taken = bytearray(len(text) + 1)
    for start, end in [occurrence_span(occurrence) for occurrence in occurrences] + [
        url.span() for url in URL.finditer(text)
    ]:
        taken[start:end] = b"\1" * (end - start)
    for occurrence in _defined(occurrences, definitions):
        if not any(taken[occurrence.start : occurrence.end]):
            taken[occurrence.start : occurrence.end] = b"\1" * (occurrence.end - occurrence.start)
            occurrences.append(occurrence)
    best: dict[str, Occurrence] = {}
    for occurrence in occurrences:
        if occurrence.confidence >= _CONSISTENCY_MIN:
            for surface in _variants(text[occurrence.start : occurrence.end]):
                if surface not in best or best[surface].confidence < occurrence.confidence:
                    best[surface] = occurrence
    for surface in sorted(best, key=lambda surface: (-len(surface), surface)):
        at = text.find(surface)
        while at >= 0:
            end = at + len(surface)
            if _bounded(text, at, end) and not any(taken[at:end]):
                taken[at:end] = b"\1" * len(surface)
                confidence = best[surface].confidence * _CONSISTENCY_FACTOR
                occurrences.append(Occurrence(at, end, best[surface].kind, confidence, "same name"))
            at = text.find(surface, at + 1)
    return sorted(occurrences)


def _mended(text: str, occurrence: Occurrence) -> Occurrence:
    """The occurrence with its brackets in pairs: "{stack" takes its "}", "Guided) data" loses its tail."""
    start, end = occurrence.start, occurrence.end
    for opening, closing in ("()", "{}", "[]"):
        surface = text[start:end]
        if surface.count(opening) > surface.count(closing) and text[end : end + 1] == closing:
            end += 1
        elif surface.count(opening) < surface.count(closing) and (cut := surface.rfind(closing)) > 0:
            end = start + cut
        elif surface.count(opening) > surface.count(closing) and (cut := surface.find(opening)) > 0:
            end = start + len(surface[:cut].rstrip())
    return occurrence if end == occurrence.end else replace(occurrence, end=end)


def _title_name(text: str, occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """The occurrences, with the name before the colon of a title: "ZIP-FIT: Embedding-Free ...".

    It takes the place of what was found of it ("SPLADE" in "Mistral-SPLADE: ..."), not of a longer name. Where nothing
    was found at all the text is of another field ("ISIS-2: aspirin or placebo").
    """
    name = _TITLE_NAME.match(text) if occurrences else None
    if name is None or any(own.start < name.end(1) <= own.end for own in occurrences if own.start <= name.start(1)):
        return list(occurrences)
    kind = Kind.BENCHMARK if _BENCHMARK_NAME.search(name[1]) else Kind.METHOD
    found = Occurrence(*name.span(1), kind, _TITLE_NAME_CONFIDENCE, "title before the colon")
    return sorted([found, *(own for own in occurrences if own.start >= name.end(1) or own.end <= name.start(1))])


def occurrence_span(occurrence: Occurrence) -> tuple[int, int]:
    """Its half-open offsets."""
    return occurrence.start, occurrence.end


def _bounded(text: str, start: int, end: int) -> bool:
    inside = (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())
    return not inside and not (text[start - 1 : start] == "-" and text[start - 2 : start - 1].isupper())


def _variants(surface: str) -> list[str]:
    """The spellings under which a name may occur again: plural, singular, and for longer names lower or title case."""
    if len(surface) < 2 or surface.isdigit():
        return []
    forms = [surface, surface[:-1] if surface.endswith("s") and len(surface) > 3 else f"{surface}s"]
    if len(surface) >= _SHORT and " " in surface and surface[1:2].islower():
        swapped = [form[0].swapcase() + form[1:] for form in forms if not form[1:2].isupper()]
        forms += swapped + [form.title() for form in forms if form == fold(form)]
    return forms


def _defined(occurrences: Sequence[Occurrence], definitions: Sequence[Abbreviation]) -> Iterable[Occurrence]:
    by_span = {occurrence_span(occurrence): occurrence for occurrence in occurrences}
    for definition in definitions:
        short = (definition.short_start, definition.short_end)
        long = (definition.long_start, definition.long_end)
        for known, missing in ((long, short), (short, long)):
            if known in by_span and missing not in by_span and by_span[known].confidence >= _ABBREVIATION_MIN:
                known_one = by_span[known]
                confidence = known_one.confidence * _CONSISTENCY_FACTOR
                yield Occurrence(*missing, known_one.kind, confidence, "definition")


def group(
    text: str,
    occurrences: Sequence[Occurrence],
    definitions: Sequence[Abbreviation],
    judge: Callable[[Sequence[Sequence[Occurrence]]], Iterable[tuple[int, int]]] | None = None,
) -> list[Group]:
    """The entities of one text, in the order of their first occurrence; names are unique.

    `judge` says which of the entities, given by their occurrences, are likely one thing though written differently, the
    better name first; without it only what is certain is joined. An entity goes by its best name, or an acronym.
    """
    keys = [name_key(text[occurrence.start : occurrence.end]) for occurrence in occurrences]
    parent = {key: key for key in keys}

    short_forms: dict[str, list[str]] = defaultdict(list)
    for definition in definitions:
        short = text[definition.short_start : definition.short_end]
        long = text[definition.long_start : definition.long_end]
        short_key, long_key = name_key(short), name_key(long)
        if short_key in parent:
            fitting = long_key if long_key in parent else _longer(definition, occurrences, keys)
            if fitting is not None and short_key:
                _join(parent, short_key, fitting)
                short_forms[short_key].append(short)
    for one, other in _same_names(text, occurrences, keys, definitions):
        _join(parent, one, other)
    certain = _members(parent, keys, occurrences)
    roots, lesser = list(certain), set[str]()
    for better, worse in judge(list(certain.values())) if judge is not None else ():
        _join(parent, roots[better], roots[worse])
        lesser.add(roots[worse])
        for surface in _surfaces(text, certain[roots[better]] + certain[roots[worse]]):
            if is_short_form(surface):
                short_forms[name_key(surface)].append(surface)
    joined: dict[str, list[str]] = defaultdict(list)
    for root in roots:
        joined[_root(parent, root)].append(root)
    groups, used = [], set[str]()
    for parts in joined.values():
        own = sorted(each for part in parts for each in certain[part])
        kind = _kind(own)
        naming = [each for part in parts for each in certain[part] if part not in lesser or _is_short(text, each)]
        name = _name(text, naming, kind, short_forms)
        if name in used:
            name = next((form for form in _surfaces(text, own) if form not in used), f"{name} ({kind})")
        used.add(name)
        groups.append(Group(name, kind, tuple(own)))
    return groups


def _is_short(text: str, occurrence: Occurrence) -> bool:
    return is_short_form(text[occurrence.start : occurrence.end])


def _members(
    parent: Mapping[str, str], keys: Sequence[str], occurrences: Sequence[Occurrence]
) -> dict[str, list[Occurrence]]:
    """The occurrences of each entity, in text order, by the key at its root."""
    members: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence, key in sorted(zip(occurrences, keys, strict=True)):
        if key:
            members[_root(parent, key)].append(occurrence)
    return members


def _same_names(
    text: str, occurrences: Sequence[Occurrence], keys: Sequence[str], definitions: Sequence[Abbreviation]
) -> Iterable[tuple[str, str]]:
    """Pairs of keys whose names say the same by themselves."""
    long_forms = {
        text[own.short_start : own.short_end].removesuffix("s"): text[own.long_start : own.long_end]
        for own in definitions
    }
    spelled: dict[str, Spelling] = {}
    for key, occurrence in zip(keys, occurrences, strict=True):
        spelled.setdefault(key, Spelling(text[occurrence.start : occurrence.end], occurrence.kind))
    known = list(spelled)
    for one, other in variants(list(spelled.values()), long_forms):
        yield known[one], known[other]


def _join(parent: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first


def _root(parent: Mapping[str, str], key: str) -> str:
    while parent[key] != key:
        key = parent[key]
    return key


def _longer(definition: Abbreviation, occurrences: Sequence[Occurrence], keys: Sequence[str]) -> str | None:
    """The name found that ends where the long form does: "discrete diffusion models (DMs)"; None without one."""
    for key, occurrence in zip(keys, occurrences, strict=True):
        if occurrence.end == definition.long_end and occurrence.start < definition.long_start:
            return key
    return None


def _kind(occurrences: Sequence[Occurrence]) -> Kind:
    weight: dict[Kind, float] = defaultdict(float)
    for occurrence in occurrences:
        weight[occurrence.kind] += occurrence.confidence
    return max(weight, key=lambda kind: (weight[kind], kind))


def _surfaces(text: str, occurrences: Sequence[Occurrence]) -> list[str]:
    return sorted({text[occurrence.start : occurrence.end] for occurrence in occurrences})


def _name(text: str, occurrences: Sequence[Occurrence], kind: Kind, short_forms: dict[str, list[str]]) -> str:
    """The display name by the guidelines: acronym or proper name, else the established term in the singular."""
    surfaces = _surfaces(text, occurrences)
    shorts = [surface for surface in surfaces if name_key(surface) in short_forms]
    longs = [surface for surface in surfaces if surface not in shorts]
    proper_long = bool(longs) and not any(_plain(surface) for surface in longs)
    if shorts and (
        not longs or (proper_long and kind not in (Kind.TASK, Kind.METRIC) and not _in_lower_case(text, longs))
    ):
        return singular(_tidy(min(shorts, key=lambda short: (len(short), short))))
    plain = [surface for surface in longs if _plain(surface)] or longs or shorts
    first = min(plain, key=lambda surface: (text.find(surface), surface)) if _plain(plain[0]) else plain[0]
    return singular(_cased(_tidy(first), kind))


def _plain(surface: str) -> bool:
    """Lower-case throughout, but for whole acronyms ("LLM serving")."""
    return all(word.islower() or word.isupper() or not word.isalpha() for word in surface.split())


def _in_lower_case(text: str, longs: Sequence[str]) -> bool:
    folded = fold(text)
    return len(folded) == len(text) and any(fold(long) in text for long in longs if " " in long)


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", _LATEX_COMMAND.sub("", name).replace("~", " ")).strip(" *_`'\"") or name


def _cased(name: str, kind: Kind) -> str:
    """Title case of a term is not part of its name: "Sequential Recommendation" is sequential recommendation."""
    words = name.split(" ")
    if kind in (Kind.TASK, Kind.METRIC) or (len(words) > 1 and words[-1][:1].islower()):
        words = [_lower(word) if len(words) > 1 or kind is Kind.TASK else word for word in words]
    return " ".join(words)


def _lower(word: str) -> str:
    """A word in title case, lower: "Few-Shot" is few-shot; "LLM-based", "BERT" and "ImageNet" stay."""
    parts = word.split("-")
    titled = word.isascii() and word[:1].isupper() and all(part[1:].islower() or len(part) == 1 for part in parts)
    return fold(word) if titled and len(word) > 1 else word


def singular(name: str) -> str:
    """The last word without its plural s, where that is safe: "LLMs", "graph neural networks"; not "analysis"."""
    head, space, last = name.rpartition(" ")
    if re.fullmatch(r"[A-Z]{2,}[a-z]?s|[A-Z][a-z]*[A-Z]+s", last) or re.fullmatch(
        r"(?:[a-z-]*)(?:model|network|transformer|agent|method|machine|tree|forest|system|encoder|decoder|embedding|field|process|attack|task|"
        r"problem|game|map|graph|layer|token|prompt|autoencoder|flow|kernel|mechanism|bandit|function|score|gradient|reward|rate|hallucination)"
        r"(?:e?s)",
        fold(last),
    ):
        last = last[:-2] if fold(last).endswith("sses") else last[:-1]
    elif re.fullmatch(r"[a-z]{3,}ies", last) and last != "series":
        last = last[:-3] + "y"
    return f"{head}{space}{last}"
