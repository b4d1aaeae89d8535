"""A concept in the making."""

from collections import Counter
from dataclasses import dataclass, field

from kg.model import Kind
from kg.resolve.gather import Named


@dataclass(slots=True)
class Draft:
    """The entities of one cluster: their names and anchors with the papers that write them, and their kinds.

    `running` are the names that stand inside sentences; `candidates` the clusters that an ambiguous name may mean.
    """

    entities: list[Named] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    anchors: Counter[str] = field(default_factory=Counter)
    running: set[str] = field(default_factory=set)
    kinds: Counter[Kind] = field(default_factory=Counter)
    candidates: set[str] = field(default_factory=set)

    def add(self, named: Named) -> None:
        """One entity more, without its further names."""
        self.entities.append(named)
        self.kinds[named.kind] += 1
        self.names[named.anchor] += 1
        self.anchors[named.anchor] += 1
        self.running.update(named.running)
