"""Union-find whose sets may be told to stay apart."""


class Clusters:
    """Disjoint sets of names; two names that were forbidden to meet never come into one set."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._size: dict[str, int] = {}
        self._apart: dict[str, dict[str, str]] = {}

    def find(self, name: str) -> str:
        """The name that stands for the set of `name`."""
        root = name
        while (up := self._parent.get(root, root)) != root:
            root = up
        while (up := self._parent.get(name, name)) != root:
            self._parent[name], name = root, up
        return root

    def forbid(self, name: str, other: str, reason: str) -> bool:
        """Keep two names apart from now on; False if they are together already."""
        first, second = self.find(name), self.find(other)
        if first == second:
            return False
        self._apart.setdefault(first, {}).setdefault(second, reason)
        self._apart.setdefault(second, {}).setdefault(first, reason)
        return True

    def obstacle(self, name: str, other: str) -> str | None:
        """Why two names may not meet, if so."""
        return self._apart.get(self.find(name), {}).get(self.find(other))

    def join(self, name: str, other: str) -> bool:
        """Put two names into one set; False if they are already, or must stay apart."""
        first, second = self.find(name), self.find(other)
        if first == second or second in self._apart.get(first, {}):
            return False
        if self._size.get(first, 1) < self._size.get(second, 1):
            first, second = second, first
        self._parent[second] = first
        self._size[first] = self._size.get(first, 1) + self._size.get(second, 1)
        for enemy, reason in self._apart.pop(second, {}).items():
            self._apart[enemy].pop(second, None)
            self._apart[enemy].setdefault(first, reason)
            self._apart.setdefault(first, {}).setdefault(enemy, reason)
        return True
