"""What the user says against the rules: a TOML file of `same`, `different`, `kind`, `name` and `drop`.

    same = [["LoRA", "low-rank adapters"]]
    different = [["CLIP", "CLIP score"]]
    drop = ["our system"]
    [kind]
    "WordNet" = "dataset"
    [name]
    "BERT model" = "BERT"

A name means every writing of it: case, hyphens and plural do not matter.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.model import Kind
from kg.names import plain, tight
from kg.resolve.forms import form


@dataclass(frozen=True, slots=True)
class Overrules:
    """The user's rules, by the names as they stand in the file."""

    same: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()
    kind: Mapping[str, Kind] = field(default_factory=dict)
    name: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str, str]]:
        """("different" or "same", name, other): what must stay apart comes first."""
        return [("different", *pair) for pair in self.different] + [("same", *pair) for pair in self.same]

    def names(self) -> list[tuple[str, str]]:
        """(rule, name) for each name that a rule speaks of."""
        pairs = [("same", name) for pair in self.same for name in pair]
        pairs += [("different", name) for pair in self.different for name in pair]
        single = [("kind", name) for name in self.kind] + [("name", name) for name in self.name]
        return pairs + single + [("drop", name) for name in self.drop]


NO_OVERRULES = Overrules()


class Writings:
    """Finds the writings that a name of the file means."""

    def __init__(self, names: Iterable[str]) -> None:
        self._index: dict[str, list[str]] = defaultdict(list)
        for name in sorted(set(names)):
            for key in sorted({f"exact:{name}", f"tight:{tight(name)}", f"form:{form(name)}"}):
                self._index[key].append(name)

    def all_of(self, name: str) -> list[str]:
        """Every writing of a name: of its form, or the same but for case and hyphens."""
        return sorted({*self._index.get(f"tight:{tight(name)}", ()), *self._index.get(f"form:{form(name)}", ())})

    def of(self, name: str) -> list[str]:
        """The exact writing alone if it occurs, else those that differ in case and hyphens, else those of one form."""
        for key in (f"exact:{plain(name)}", f"tight:{tight(name)}", f"form:{form(name)}"):
            if found := self._index.get(key):
                return found
        return []


def read_overrules(path: Path) -> Overrules:
    """The rules of a TOML file. Raises SourceError where it cannot be read or says something else."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: is no TOML file ({error})") from error
    unknown = sorted(set(table) - {"same", "different", "kind", "name", "drop"})
    if unknown:
        raise SourceError(f"{path}: unknown rule {unknown[0]!r}; known are same, different, kind, name and drop")
    return Overrules(
        same=_pairs(path, table, "same"),
        different=_pairs(path, table, "different"),
        kind={name: _kind(path, kind) for name, kind in _mapping(path, table, "kind").items()},
        name=_mapping(path, table, "name"),
        drop=_strings(path, table.get("drop", []), "drop"),
    )


def _pairs(path: Path, table: Mapping[str, Any], rule: str) -> tuple[tuple[str, str], ...]:
    """Groups of two and more names as pairs with the first."""
    found = []
    for group in table.get(rule, []):
        names = _strings(path, group, rule)
        if len(names) < 2:
            raise SourceError(f"{path}: {rule} wants lists of two names or more, not {group!r}")
        found += [(names[0], other) for other in names[1:]]
    return tuple(found)


def _strings(path: Path, value: Any, rule: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SourceError(f"{path}: {rule} wants names in quotes inside brackets, not {value!r}")
    return tuple(value)


def _mapping(path: Path, table: Mapping[str, Any], rule: str) -> dict[str, str]:
    value = table.get(rule, {})
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise SourceError(f'{path}: [{rule}] wants lines like "name" = "...", not {value!r}')
    return value


def _kind(path: Path, kind: str) -> Kind:
    if kind not in set(Kind):
        raise SourceError(f"{path}: {kind!r} is no kind; kinds are {', '.join(Kind)}")
    return Kind(kind)
