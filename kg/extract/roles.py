"""What each entity does in its paper: cues in title and sentences, weighed together with the tagger's own opinion."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.document import Group, Occurrence, Text
from kg.extract.linear import Linear
from kg.model import ROLES_OF_KIND, Kind, Role

_NOT_PAST = r"(?:(?!\b(?:using|based|via|with|by|for|to|that|which|on|over|from|than|upon)\b)[^.;:])"
_PROPOSE = (
    r"(?:propos|present|introduc|develop|design|releas|construct|creat|contribut|describ|unveil|curat|offer|provid|devis|formulat|"
    r"open-sourc|establish)(?:e|es|ed|ing|s)?\b|\bbuil[dt]\b|\bcollect(?:ed)?\b"
)
#: Read against the text of the sentence before the mention (or before the list it stands in).
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("we propose", rf"\b(?:we|paper|work|study|article|report|here)\b[^.;]{{0,50}}?\b(?:{_PROPOSE}){_NOT_PAST}{{0,90}}$"),
        ("proposed", rf"\b(?:{_PROPOSE})\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){{0,3}}$"),
        ("named", r"\b(?:called|named|termed|dubbed|coined|denoted|titled|namely|dub|call|name|term)\s+(?:as\s+)?[^\w]{0,4}(?:the\s+)?$"),
        ("our", r"\b(?:our|ours)\s+(?:[\w-]+\s+){0,3}$"),
        ("novel", r"\b(?:novel|new|first|simple)\s+(?:[\w-]+\s+){0,4}$"),
        ("proposed adjective", r"\b(?:proposed|presented|resulting|final)\s+(?:[\w-]+\s+){0,2}$"),
        ("outperforms", r"\b(?:outperform|surpass|exceed|beat|improv|outpac|overtak|rival)(?:e|es|s|ed|ing)?\b(?:\s+(?:on|upon|over))?[^.;]{0,80}$"),
        ("compared with", r"\b(?:compared|comparison|comparable|competitive|comparing|relative|par|contrast|versus|against|vs\.?)\b[^.;]{0,60}$"),
        ("than", r"\b(?:than|over)\s+(?:[\w-]+\s+){0,5}$"),
        ("baselines", r"\b(?:baselines?|counterparts?|competitors?|state-of-the-art|sota|existing|prior|previous|traditional|conventional|standard|vanilla)\b[^.;]{0,40}$"),
        ("unlike", r"\b(?:unlike|instead of|rather than|without|not|no longer|free of)\s+(?:[\w-]+\s+){0,3}$"),
        ("based on", r"\b(?:based|build|builds|built|relies|rely|relying|grounded|inspired|extends?|extending|top)\s+(?:\w+\s+)?(?:on|upon|of|by)?\s*(?:[\w-]+\s+){0,3}$"),
        ("using", r"\b(?:us(?:e|es|ed|ing)|utiliz\w+|utilis\w+|leverag\w+|employ\w*|apply\w*|applies|adopt\w*|exploit\w*|combin\w+|integrat\w+|incorporat\w+|via|through|with|by)\s+(?:[\w-]+\s+){0,4}$"),
        ("trained on", r"\b(?:train\w*|pre-?train\w*|fine-?tun\w*|learn\w*|finetun\w*)\b[^.;]{0,30}\b(?:on|from|with|using)\s+(?:[\w-]+\s+){0,4}$"),
        ("from source", r"\b(?:from|derived|sourced|collected|extend\w*|subset|comprising|consisting|combin\w+)\b[^.;]{0,30}$"),
        ("evaluated on", r"\b(?:evaluat\w+|experiment\w*|test\w*|validat\w+|results?|achiev\w+|performance|benchmarks?|datasets?|assess\w*)\b[^.;]{0,80}\b(?:on|across|in|over|including|as|like)\s+(?:[\w-]+\s+){0,5}$"),
        ("on", r"\b(?:on|across)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}$"),
        ("such as", r"\b(?:such as|including|like|e\.g\.,?|namely)\s+(?:[\w-]+\s+){0,2}$"),
        ("for", r"\b(?:for|towards?|of|in)\s+(?:[\w-]+\s+){0,2}$"),
        ("address", r"\b(?:address\w*|tackl\w*|solv\w*|mitigat\w*|alleviat\w*|reduc\w*|avoid\w*|prevent\w*|overcom\w*|handl\w*|stud(?:y|ies)|investigat\w*|explor\w*|focus\w*|problem of|task of|challenge of)\s+(?:on\s+|the\s+)?(?:[\w-]+\s+){0,4}$"),
        ("recent", r"\b(?:recent(?:ly)?|advances?|progress|success\w*|rise|emergence|advent|advancements?|developments?|popular\w*|widely|growing|become|traditionally|often|typically)\b[^.;]{0,60}$"),
        ("metric given", r"\b(?:in terms of|achiev\w+|reach\w*|improv\w*|increas\w*|reduc\w*|higher|lower|better|gains?|with)\b[^.;]{0,60}$"),
    )
)  # fmt: skip
#: Read against the text of the sentence after the mention.
_AFTER: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("apposition", r"^[\s'\"”)}*]*,\s*(?:an?|the first|the|our|which)\b"),
        ("apposition novel", r"^[\s'\"”)}*]*,\s*(?:an?|the first|our)\s+(?:[\w-]+\s+){0,2}(?:novel|new|first|simple|framework|method|model|approach|benchmark|dataset|large|comprehensive|system|unified)\b"),
        ("achieves", r"^\W{0,3}(?:\w+\s+){0,3}(?:achiev|outperform|surpass|exceed|improv|yield|obtain|attain|demonstrat|show|deliver|consist(?!ent)|comprise|enabl|reduc|significantly|provid|leverag|utiliz|employ|introduc|us(?:es|ing)|integrat|combin|operat|generat|can\b|is\b|works)"),
        ("suffer", r"^\W{0,3}(?:\w+\s+){0,3}(?:suffer|fail|struggle|require|lack|remain|have\b|has\b|are\b|often|typically|rely|relies|cannot|face)"),
        ("by ours", r"\b(?:outperformed|surpassed|beaten|exceeded)\s+by\b"),
        ("generic noun", r"^[\s'\"”)}]*(?:method|framework|model|approach|algorithm|system|architecture|pipeline|module|paradigm|technique|network|loss)s?\b"),
        ("resource noun", r"^[\s'\"”)}]*(?:dataset|benchmark|corpus|corpora|data|challenge|leaderboard|test set|suite|tasks?)s?\b"),
        ("based", r"^-(?:based|like|style|driven|guided|augmented|enhanced|powered|aware)\b"),
        ("problem noun", r"^[\s'\"”)}]*(?:problem|task|issue|challenge|setting|scenario|application|performance)s?\b"),
        ("number", r"^[^.;]{0,25}\d"),
        ("possessive", r"^['’]s?\b"),
    )
)  # fmt: skip
_RESULT_SENTENCE = re.compile(
    r"\b(?:experiment|results?|outperform|achiev|evaluat|demonstrat|empirical|surpass|state-of-the-art|improv)\w*",
    re.IGNORECASE,
)
_OWN_SENTENCE = re.compile(rf"\b(?:we|our|this (?:paper|work|study))\b", re.IGNORECASE)
_PROPOSE_SENTENCE = re.compile(rf"\b(?:we|paper|work|study)\b[^.]{{0,60}}\b(?:{_PROPOSE})", re.IGNORECASE)
_BACKGROUND_SENTENCE = re.compile(
    r"^(?:\W*)(?:However|Recent|Existing|Current|Traditional|Previous|Prior|Despite|While|Although|Most|Many|Conventional)",
    re.IGNORECASE,
)
#: How far back a cue is looked for, in characters.
_REACH = 160
_JOIN = re.compile(
    r"[\s,;/&]*(?:\b(?:and|or|as well as|the|both|with)\b[\s,]*)*(?:\([^()]{0,40}\)\s*)?[\s,]*$", re.IGNORECASE
)
_PROPER = re.compile(r"[A-Z].*[A-Z0-9]|[a-z]+[A-Z0-9]|^[A-Z][a-z]+$")
#: The linear model of each kind, by name in the weights file.
MODEL_OF_KIND: Mapping[Kind, str] = {
    Kind.METHOD: "role of method",
    Kind.DATASET: "role of resource",
    Kind.BENCHMARK: "role of resource",
    Kind.TASK: "role of task",
    Kind.METRIC: "role of metric",
}


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role with its probability, the chances of the others, and the cue that spoke most for it."""

    role: Role
    confidence: float
    rule: str
    chances: Mapping[Role, float]


def role_features(text: Text, groups: Sequence[Group]) -> list[dict[str, float]]:
    """The cues that fire for each group."""
    order = sorted((occurrence.start, occurrence.end) for group in groups for occurrence in group.occurrences)
    proposing = next(
        (
            number
            for number, (begin, end) in enumerate(text.sentences)
            if number and _PROPOSE_SENTENCE.search(text.text, begin, end)
        ),
        99,
    )
    return [_features(text, group, order, proposing) for group in groups]


def _features(text: Text, group: Group, order: Sequence[tuple[int, int]], proposing: int) -> dict[str, float]:
    found: dict[str, float] = {}
    sentences = sorted({text.sentence_at(occurrence.start) for occurrence in group.occurrences})
    for occurrence in group.occurrences:
        if occurrence.start < text.title_end:
            _title_cues(text, occurrence, found)
        else:
            _sentence_cues(text, occurrence, order, found)
    last = len(text.sentences) - 1
    for name, holds in (
        ("occurs once", len(group.occurrences) == 1),
        ("occurs often", len(group.occurrences) > 3),
        ("in title", sentences[0] == 0),
        ("only in title", sentences == [0]),
        ("first in sentence 1", sentences[0] == 1),
        ("only before proposal", 0 not in sentences and sentences[-1] < proposing),
        ("first in proposal", (sentences + [99])[int(sentences[0] == 0)] == proposing),
        ("only after proposal", sentences[0] > proposing),
        ("only at the end", sentences[0] >= last - 1 and last > 2),
        ("proper name", bool(_PROPER.search(group.name)) and " " not in group.name),
        ("lower case", group.name.islower()),
        ("long name", group.name.count(" ") >= 3),
        ("digit in name", any(char.isdigit() for char in group.name)),
        ("is benchmark", group.kind is Kind.BENCHMARK),
        (
            "model class",
            group.name.endswith(
                ("model", "models", "network", "networks", "learning", "transformer", "LLM", "LLMs", "VLM")
            ),
        ),
    ):
        if holds:
            found[name] = 1.0
    found["occurrences"] = min(4, len(group.occurrences)) / 4
    found["first place"] = sentences[0] / (last + 1)
    found["last place"] = sentences[-1] / (last + 1)
    return found


def _title_cues(text: Text, occurrence: Occurrence, found: dict[str, float]) -> None:
    title = text.text[: text.title_end]
    colon = title.find(":")
    if occurrence.start <= 1:
        found["begins title"] = 1.0
    if title[occurrence.end : occurrence.end + 1] == ":":
        found["before title colon"] = 1.0
        if occurrence.start <= 1:
            found["is title up to colon"] = 1.0
    elif colon >= 0:
        found["title, part before colon" if occurrence.end <= colon else "title, part after colon"] = 1.0
    before = title[: occurrence.start].rstrip()
    word = before[before.rfind(" ") + 1 :]
    if word in (
        "for",
        "in",
        "on",
        "via",
        "with",
        "using",
        "of",
        "by",
        "from",
        "through",
        "to",
        "Using",
        "towards",
        "Towards",
    ):
        found[f"title, after {word}"] = 1.0
    elif word[-3:] == "ing":
        found["title, after -ing"] = 1.0


def _sentence_cues(
    text: Text, occurrence: Occurrence, order: Sequence[tuple[int, int]], found: dict[str, float]
) -> None:
    number = text.sentence_at(occurrence.start)
    begin, end = text.sentences[number]
    sentence = text.text[begin:end]
    head = list_head(text.text, occurrence.start, begin, order)
    before = text.text[max(begin, head - _REACH) : head]
    near = text.text[max(begin, occurrence.start - _REACH) : occurrence.start]
    after = text.text[occurrence.end : min(end, occurrence.end + 80)]
    for name, pattern in _BEFORE:
        if pattern.search(before) or (head != occurrence.start and pattern.search(near)):
            found[name] = 1.0
    for name, pattern in _AFTER:
        if pattern.search(after):
            found[name] = 1.0
    for name, holds in (
        ("in brackets", near[-1:] == "(" and after[:1] in ")s"),
        ("begins sentence", occurrence.start - begin < 3),
        ("in a list", head != occurrence.start),
        ("first name of its sentence", not any(begin <= start < occurrence.start for start, _ in order)),
        ("result sentence", bool(_RESULT_SENTENCE.search(sentence))),
        ("own sentence", bool(_OWN_SENTENCE.search(sentence))),
        ("proposing sentence", bool(_PROPOSE_SENTENCE.search(sentence))),
        ("background sentence", bool(_BACKGROUND_SENTENCE.search(sentence))),
        ("number in sentence", any(char.isdigit() for char in sentence)),
    ):
        if holds:
            found[name] = 1.0


def list_head(text: str, start: int, begin: int, order: Sequence[tuple[int, int]]) -> int:
    """Where the list that the name at `start` stands in begins: "A" of "A, B, and C"; `start` itself outside lists."""
    head = start
    for other_start, other_end in reversed(order):
        if other_start >= head:
            continue
        if other_start < begin or other_end > head or not _joined(text[other_end:head]):
            break
        head = other_start
    return head


def _joined(between: str) -> bool:
    return (
        len(between) < 60 and bool(re.search(r"[,/&]|\band\b|\bor\b", between)) and _JOIN.fullmatch(between) is not None
    )


def guess_roles(
    groups: Sequence[Group],
    features: Sequence[Mapping[str, float]],
    opinions: Sequence[Mapping[str, float]],
    models: Mapping[str, Linear],
) -> list[RoleGuess]:
    """The likeliest role of each group; `opinions` are the tagger's chances by role, empty where it has none."""
    guesses = []
    for group, cues, opinion in zip(groups, features, opinions, strict=True):
        name = MODEL_OF_KIND[group.kind] + (" with tagger" if opinion else "")
        model = models[name]
        row = with_opinion(cues, opinion, ROLES_OF_KIND[group.kind])
        allowed = {role.value for role in ROLES_OF_KIND[group.kind]}
        chances = {
            Role(label): float(chance)
            for label, chance in zip(model.labels, model.probabilities([row])[0], strict=True)
            if label in allowed
        }
        best = max(chances, key=lambda role: (chances[role], role))
        total = sum(chances.values())
        guesses.append(RoleGuess(best, chances[best] / total, _reason(model, row, best), chances))
    return guesses


def with_opinion(cues: Mapping[str, float], opinion: Mapping[str, float], roles: Sequence[Role]) -> dict[str, float]:
    """The cues, and the tagger's chances as log odds among the allowed roles."""
    row = dict(cues)
    for role in roles:
        if opinion:
            chance = min(0.995, max(0.005, opinion.get(role.value, 0.0)))
            row[f"tagger: {role}"] = float(np.log(chance / (1 - chance)))
    return row


def _reason(model: Linear, row: Mapping[str, float], role: Role) -> str:
    """The cue that speaks most for the role against the mean of the others."""
    own = model.labels.index(role.value)
    worth = {
        name: value * float(model.weights[model.columns[name], own] - model.weights[model.columns[name]].mean())
        for name, value in row.items()
        if name in model.columns
    }
    return max(worth, key=lambda name: (worth[name], name)) if worth else "prior"
