"""What a sentence of an abstract does: sets the scene, says what was done, or what came out; told by cues and place."""

import re
from enum import StrEnum


class Part(StrEnum):
    """The parts of an abstract that a facet may look at."""

    BACKGROUND = "background"
    METHOD = "method"
    RESULT = "result"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)


_FINDS = "find|found|observe|show|demonstrate|achieve|obtain|report|conclude"
_DOES = (
    "propose|present|introduce|describe|develop|design|use|apply|train|employ|explore|investigate|study|formulate|extend|combine|"
    "build|construct|create|model|adopt|consider|address|analy[sz]e|examine|leverage|learn|incorporate|provide|define|collect|"
    "release|compare|evaluate|focus|aim|implement|adapt|derive|perform|utili[sz]e|show how|"
    "cast|treat|integrate|suggest|test|argue"
)
_OWN = "method|model|approach|system|framework|algorithm|architecture|technique|work|goal|aim|dataset|corpus"
_LATELY = "become|received|gained|attracted|shown|seen|made"

#: Words that tell a part, with how strongly: rhetorical cues of abstracts in the manner of argumentative zoning (Teufel
#: and Moens 2002); written by hand, fitted to nothing.
_CUES: tuple[tuple[Part, float, re.Pattern[str]], ...] = (
    (
        Part.RESULT,
        2.0,
        _any(
            "outperform",
            "surpass",
            "experiments? (?:on|show|with|demonstrate|indicate)",
            "experimental(?:ly)? ",
            "results? ",
            rf"we (?:also )?(?:{_FINDS}) ",
            "state[- ]of[- ]the[- ]art (?:results?|performance|accuracy)",
            "empirical(?:ly)? (?:results|show|demonstrate)",
            "achiev(?:es?|ed|ing) ",
            "evaluations? ",
            "our (?:findings|results|analysis|evaluation|experiments)",
        ),
    ),
    (
        Part.RESULT,
        1.0,
        _any(
            "improve(?:s|d|ments?)? ",
            "significant(?:ly)? ",
            "accuracy|F1|F-?score|BLEU|perplexity",
            "compared (?:to|with)|better than|gains?\\b|baselines?",
            "(?:shows?|indicates?d?|suggests?(?:ed)?|demonstrates?d?) that",
            "competitive|effective(?:ness)?\\b|reveals?|code (?:is|and)|available at",
        ),
    ),
    (
        Part.METHOD,
        2.0,
        _any(
            rf"we (?:then |first |further |also |thus |therefore |here )?(?:{_DOES})",
            "this (?:paper|work|article|study|thesis) ",
            "in this (?:paper|work|article|study)",
            rf"our (?:proposed |novel |new )?(?:{_OWN})",
        ),
    ),
    (
        Part.METHOD,
        1.0,
        _any(
            "propos(?:es|ed)|novel|consists? of|algorithm|specifically|jointly|objective function|which allows",
            "is (?:based|trained|built|designed)|are (?:trained|learned|used|combined)",
            "by (?:using|combining|introducing|leveraging|learning|incorporating)",
            "first,|second,|then,|finally,|first step",
        ),
    ),
    (
        Part.BACKGROUND,
        2.0,
        _any(
            "however\\b|recent(?:ly)?\\b|existing|have been|has been|remains?\\b|traditional(?:ly)?\\b|despite\\b",
            "unfortunately|(?:previous|prior|earlier|past|most|much|many) "
            "(?:work|research|studies|approaches|methods|models|systems|of)",
            "is (?:an?|one of the) (?:\\w+ ){0,2}(?:task|problem|challenge|step|component|issue|field|area|topic)",
            rf"(?:has|have) (?:{_LATELY})",
            "(?:crucial|important|essential|critical|fundamental|difficult|challenging|popular|common)\\b",
        ),
    ),
    (
        Part.BACKGROUND,
        1.0,
        _any(
            "often\\b|typically|usually|while\\b|although|require|can be|challeng|problem|need(?:s|ed)?\\b|lack",
            "limited|suffer|fail",
            "expensive|growing|increasing(?:ly)?|widely|in many|for many|such as|known|understanding",
        ),
    ),
)
_WE = _any("we\\b", "our\\b")
_NUMBER = re.compile(r"\d(?:\.\d+)?\s?(?:\\?%|points?\b)|\d\.\d")
#: What the place in the abstract adds: its beginning sets the scene, its end reports. Less than one strong cue.
_PLACE = 1.5
#: Authors who speak of themselves are past setting the scene.
_NOT_WE = 1.5


def part_of_sentence(sentence: str, place: float) -> Part:
    """The part a sentence plays; `place` is where it stands in the abstract, 0 the first sentence, 1 the last."""
    votes = {Part.BACKGROUND: _PLACE * (1 - 2 * place), Part.METHOD: 0.5, Part.RESULT: _PLACE * (2 * place - 1)}
    for part, strength, cue in _CUES:
        if cue.search(sentence):
            votes[part] += strength
    if _WE.search(sentence):
        votes[Part.BACKGROUND] -= _NOT_WE
    if _NUMBER.search(sentence):
        votes[Part.RESULT] += 1.0
    return max(votes, key=lambda part: votes[part])
