"""The cues of the rules, compiled once: patterns of `cues.toml`, by section and name."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "cues.toml"
Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@cache
def cues() -> Mapping[str, Patterns]:
    """Section -> (name, pattern) in the order of the file; case is ignored."""
    sections = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        section: tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in named.items())
        for section, named in sections.items()
    }


def fired(section: str, text: str) -> list[str]:
    """The names of the section's cues that the text shows."""
    return [name for name, pattern in cues()[section] if pattern.search(text)]
