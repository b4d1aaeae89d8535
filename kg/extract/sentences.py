"""Where sentences begin and end in a title with its abstract; every character belongs to one sentence."""

import re

#: A full stop after one of these ends no sentence, whatever follows.
_NEVER_LAST = re.compile(
    r"(?:\b(?:e\.g|i\.e|e\. g|i\. e|cf|vs|w\.r\.t|resp|approx|Fig|Figs|Eq|Eqs|Sec|Secs|Tab|Ref|Refs|No|Nos|"
    r"Dr|Prof|Mr|Mrs|Ms|St|ca|viz|incl|esp|Vol|pp|Alg|Thm|Prop|Def|App|arXiv|a\.k\.a)|\\(?:eg|ie|etal|cf|vs)|\b[A-Z])$"
)
#: After one of these a sentence may end; it does where a usual first word follows.
_SOMETIMES_LAST = re.compile(r"(?:\b(?:al|etc|U\.S|U\.K|Inc|Ltd|Corp|Co))$")
_FIRST_WORD = re.compile(
    r"(?:We|The|This|These|Those|In|On|Our|However|To|It|Its|For|By|As|At|A|An|With|While|When|Here|Moreover|Furthermore|Finally|"
    r"Experiments?|Results?|First|Second|Then|Thus|Hence|Also|Code|They|There|Such|Despite|Although|From|Based|Using|Extensive|"
    r"Recently|Recent|Specifically|Additionally|Unlike|Existing|Previous|Most|Many|Both|Each|Since|If|Not|Motivated)\b"
)
#: Candidates: closing mark, what may close after it, white space; or a mark glued to a word ("attacks.A key").
_END = re.compile(r"[.!?]+[\"'”’)\]}]*\s+(?=[^a-z\s,;:.%)\]])|(?<=[a-z)])[.!?](?=[A-Z][a-z]*\s)|\s*\n\s*\n\s*")
_LIST_ITEM = re.compile(r"\s\(?(?:\d|[ivx]+|[a-z])[.)]\s*$")
_MARKS = "\"'”’)]} \t\n"


def sentence_bounds(text: str, title_end: int) -> list[tuple[int, int]]:
    """Half-open bounds that tile `text`: the title (with its newline) first, then the sentences of the abstract.

    Spaces between two sentences belong to the former. `title_end` is the length of the title.
    """
    begins = [0]
    if title_end + 1 < len(text):
        begins.append(title_end + 1)
        for end in _END.finditer(text, title_end + 1):
            if end.end() < len(text) and _ends(text, end, begins[-1]):
                begins.append(end.end())
    if not text:
        return []
    return list(zip(begins, [*begins[1:], len(text)], strict=True))


def _ends(text: str, end: re.Match[str], begin: int) -> bool:
    mark = text[end.start() : end.end()].strip()
    if not mark.startswith("."):
        return True
    before = text[max(begin, end.start() - 12) : end.start()]
    if _NEVER_LAST.search(before) and not (
        before[-1:].isupper() and _FIRST_WORD.match(text, end.end()) and len(before) > 2
    ):
        return False
    if _LIST_ITEM.search(f" {before}."):
        return False
    return not (_SOMETIMES_LAST.search(before) and not _FIRST_WORD.match(text, end.end()))
