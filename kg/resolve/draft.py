"""A concept in the making."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field

from kg.model import Kind
from kg.resolve.gather import Named


@dataclass(slots=True)
class Draft:
    """The entities of one cluster, and its names with the number of papers that write each.

    `candidates` are the clusters that an ambiguous name may mean.
    """

    entities: list[Named] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    candidates: Set[str] = frozenset()

    def add(self, named: Named) -> None:
        """One entity more, without its further names."""
        self.entities.append(named)
        if named.anchor in named.names or named.shorts:
            self.add_name(named.anchor)

    def add_name(self, name: str) -> None:
        """A name, once more."""
        self.names[name] = self.names.get(name, 0) + 1

    def kinds(self) -> Counter[Kind]:
        """Kind -> the entities that have it."""
        return Counter(named.kind for named in self.entities)

    def anchors(self) -> frozenset[str]:
        """The names that the entities are compared by."""
        return frozenset(named.anchor for named in self.entities)

    def running(self) -> frozenset[str]:
        """The names that stand inside sentences."""
        return frozenset(name for named in self.entities for name in named.running)
