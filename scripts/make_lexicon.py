"""Makes the data files of kg/lexicon from their sources: names known to the field, acronyms, common words, look-alikes.

usage: make_lexicon.py --out kg/lexicon --corpus ARXIV.jsonl.gz DAILY.jsonl.gz --annotated train.jsonl
                       --methods methods.tsv --tasks tasks.tsv --metrics metrics.tsv --datasets datasets.jsonl

Each source is optional; what is missing is left out of the files. kg/lexicon/LICENSES.md names the sources.
"""

import argparse
import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.names import is_proper, is_short_form, plain, tight
from kg.resolve.acronyms import alignment_cost, stands_for
from kg.resolve.forms import form
from kg.text import fold

#: A definition seen in fewer papers than this is one paper's own, not the field's.
MIN_PAPERS = 2
#: A metric of fewer tasks of the published list is often a column of one table.
MIN_METRIC_TASKS = 3
#: A lower-case word of this many papers is a word of the language, not a slip.
MIN_WORD_PAPERS = 8
#: A word belongs to the language if at least this share of its uses inside sentences is lower-case.
LOWER_SHARE = 0.5
#: A writing without capitals is the usual one from this share on: many capitalise only to show the letters.
PLAIN_SHARE = 0.08

_BRACKET = re.compile(r"\(([^()]{2,80})\)")
_CLAUSE = re.compile(r"[.;:?!()\[\]]\s|,\s|\n")
_WORD = re.compile(r"(?<![\w\-])([A-Za-z][a-z]{2,})(?![\w])")
_TITLE_NAME = re.compile(r"^([^:?!]{2,40}):\s")


def main() -> None:
    """Read the sources named on the command line, write the four files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    for option in ("--annotated", "--methods", "--tasks", "--metrics", "--datasets"):
        parser.add_argument(option, type=Path)
    args = parser.parse_args()
    annotated = list(read_lines(args.annotated)) if args.annotated else []
    mined = Mined()
    for path in args.corpus:
        for record in read_lines(path):
            mined.add(record["title"], record["abstract"])
    kinds = gold_kinds(annotated)
    for record in annotated:
        mined.add_annotated(record)
    write(args.out / "words.txt.gz", "\n".join(mined.common_words()) + "\n")
    write(args.out / "lookalikes.tsv", table(["name", "other"], mined.lookalikes()))
    names = Names(kinds)
    names.add_annotated(annotated)
    names.add_published(args)
    write(args.out / "names.tsv.gz", table(["name", "kind", "papers", "source", "aliases"], names.rows()))
    kind_of = names.kind_of()
    write(args.out / "acronyms.tsv.gz", table(["short", "long", "kind", "papers"], mined.acronyms(kind_of)))


def read_lines(path: Path) -> Iterator[dict]:
    """The records of a JSON Lines file, gzip or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    """Tab-separated text with a header line."""
    return "".join("\t".join(map(str, row)) + "\n" for row in [header, *rows])


def write(path: Path, text: str) -> None:
    """Write a file, compressed (without a clock) where its name ends in .gz."""
    raw = text.encode("utf-8")
    path.write_bytes(gzip.compress(raw, 9, mtime=0) if path.suffix == ".gz" else raw)


class Mined:
    """What is learned from running text: definitions of acronyms, words of the language, names of titles."""

    def __init__(self) -> None:
        self.papers: dict[str, Counter[str]] = defaultdict(Counter)  # short -> form of long -> papers
        self.writings: dict[str, Counter[str]] = defaultdict(Counter)  # form of long -> writing -> papers
        self.lower: Counter[str] = Counter()
        self.upper: Counter[str] = Counter()
        self.introduced: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def add(self, title: str, abstract: str) -> None:
        """Learn from one paper's title and abstract."""
        for short, long in set(definitions(abstract)) | set(definitions(title)):
            self._define(short, long)
        found = {
            match[1]
            for match in _WORD.finditer(abstract)
            if abstract[max(0, match.start() - 2) : match.start()] not in ("", ". ", "? ", "! ", "\n")
        }
        for word in found:
            (self.lower if word.islower() else self.upper)[fold(word)] += 1
        if match := _TITLE_NAME.match(title):
            self._introduce(match[1], title)

    def add_annotated(self, record: Mapping) -> None:
        """Learn from one annotated paper: entities with a short and a long name, names introduced."""
        for entity in record["entities"]:
            names = [*entity["mentions"], entity["name"]]
            for short in filter(is_short_form, names):
                for long in names:
                    if not is_short_form(long) and stands_for(short, long):
                        self._define(short, long)
            if entity["role"] == "introduced":
                for name in set(names):
                    self._introduce(name, record["title"])

    def _introduce(self, name: str, title: str) -> None:
        name = plain(name)
        if is_proper(name) and name.count(" ") <= 2:
            self.introduced[tight(name)][name].add(title)

    def _define(self, short: str, long: str) -> None:
        short = plain(short)
        short = short[:-1] if short.endswith("s") and short[-2:-1].isupper() else short
        key = form(long)
        self.papers[short][key] += 1
        self.writings[key][plain(long)] += 1

    def common_words(self) -> list[str]:
        """Words that are written lower-case."""
        return sorted(
            word
            for word, count in self.lower.items()
            if count >= MIN_WORD_PAPERS and count >= LOWER_SHARE * (count + self.upper[word])
        )

    def lookalikes(self) -> list[tuple[str, str]]:
        """Names that differ only in case, hyphens or spaces and were introduced by different papers."""
        pairs = set()
        for writings in self.introduced.values():
            names = sorted(writings)
            for index, name in enumerate(names):
                for other in names[index + 1 :]:
                    if not writings[name] & writings[other]:
                        pairs.add((name, other))
        return sorted(pairs)

    def acronyms(self, kind_of: Mapping[str, str]) -> list[tuple[str, str, str, int]]:
        """(short, long in its usual writing, kind or "", papers), by short form, commonest first."""
        rows = []
        for short, longs in self.papers.items():
            for key, count in longs.items():
                if count >= MIN_PAPERS:
                    rows.append((short, usual_writing(self.writings[key]), kind_of.get(key, ""), count))
        return sorted(rows, key=lambda row: (row[0], -row[3], row[1]))


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """(short, long) for "long form (SF)" and "SF (long form)"."""
    for match in _BRACKET.finditer(text):
        inside = re.split(r"[,;]\s", match[1])[0].strip()
        before = _CLAUSE.split(text[max(0, match.start() - 160) : match.start()])[-1].split()
        if not before:
            continue
        if is_short_form(inside):
            best = best_long_form(inside, before)
            if best:
                yield inside, best
        elif is_short_form(before[-1]) and " " in inside and stands_for(before[-1], inside):
            yield before[-1], inside


def best_long_form(short: str, before: list[str]) -> str | None:
    """The cheapest phrase of the words before a bracket; of equals the shortest."""
    best: tuple[float, int, str] | None = None
    limit = min(len(short) + 5, 2 * len(short) + 1)
    for size in range(1, min(len(before), limit) + 1):
        phrase = " ".join(before[-size:])
        first = fold(phrase[:1])
        if first != fold(short[:1]) and not (short[:1] in "xX" and first == "e") and not short[:1].isdigit():
            continue
        cost = alignment_cost(short, phrase)
        if cost is not None and stands_for(short, phrase) and (best is None or (cost, size) < best[:2]):
            best = (cost, size, phrase)
    return best[2] if best else None


def usual_writing(writings: Mapping[str, int]) -> str:
    """The writing with the fewest capitals among those common enough; then the commonest; singular before plural."""
    total = sum(writings.values())
    common = [name for name, count in writings.items() if count >= max(2, PLAIN_SHARE * total)] or list(writings)
    return min(common, key=lambda name: (sum(map(str.isupper, name)), name.endswith("s"), -writings[name], name))


def gold_kinds(annotated: Iterable[Mapping]) -> Mapping[str, Counter[str]]:
    """form -> kind -> papers, from the annotated papers."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for record in annotated:
        for entity in record["entities"]:
            kinds[form(entity["name"])][fold(entity["type"])] += 1
    return kinds


class Names:
    """Names known to the field with their kind, the papers that carry them, source and other names."""

    def __init__(self, gold: Mapping[str, Counter[str]]) -> None:
        self.gold = gold
        self.found: dict[tuple[str, str], tuple[str, int, str, set[str]]] = {}

    def add(self, name: str, kind: str, source: str, *, papers: int = 0, aliases: Iterable[str] = ()) -> None:
        """Add a name, or aliases to a name of an earlier source; earlier sources decide the writing."""
        name = plain(name)
        if not name or "\t" in name:
            return
        entry = self.found.setdefault((form(name), kind), (name, papers, source, set()))
        entry[3].update(plain(alias) for alias in aliases if "\t" not in alias and "|" not in alias)

    def add_annotated(self, annotated: Iterable[Mapping]) -> None:
        """Names that at least two annotated papers carry, in the writing most of them chose."""
        names: dict[str, Counter[str]] = defaultdict(Counter)
        for record in annotated:
            for entity in record["entities"]:
                names[form(entity["name"])][plain(entity["name"])] += 1
        for key, writings in sorted(names.items()):
            if writings.total() >= 2:
                kind = min(self.gold[key], key=lambda kind: (-self.gold[key][kind], kind))
                name = min(writings, key=lambda name: (-writings[name], name))
                self.add(name, kind, "annotated", papers=writings.total())

    def add_published(self, args: argparse.Namespace) -> None:
        """Methods, tasks, metrics and data sets of the published lists."""
        for row in read_table(args.methods) if args.methods else []:
            full = [row["full_name"]] if row["full_name"] and row["full_name"] != row["name"] else []
            self.add(row["name"], "method", "pwc-2022", aliases=full)
        for row in read_table(args.tasks) if args.tasks else []:
            self.add(row["name"], "task", "pwc-2025")
        for row in read_table(args.metrics) if args.metrics else []:
            if int(row["n_tasks"]) >= MIN_METRIC_TASKS:
                self.add(row["name"], "metric", "pwc-2025")
        for row in read_lines(args.datasets) if args.datasets else []:
            source = {"Papers with Code 2021": "pwc-2021"}.get(row["source"], row["source"])
            self.add(
                row["name"], "dataset", source, aliases=[v for v in row["variants"] if is_long_form(row["name"], v)]
            )

    def rows(self) -> list[tuple[str, str, int, str, str]]:
        """(name, kind, papers, source, aliases joined by |)."""
        return sorted(
            (name, kind, papers, source, "|".join(sorted(aliases - {name})))
            for (_, kind), (name, papers, source, aliases) in self.found.items()
        )

    def kind_of(self) -> Mapping[str, str]:
        """form -> kind; the annotated papers decide before the published lists."""
        kinds = dict(reversed(self.found))
        kinds.update({key: min(found, key=lambda kind: (-found[kind], kind)) for key, found in self.gold.items()})
        return kinds


def is_long_form(name: str, other: str) -> bool:
    """Whether of two names one is the other's acronym; other variants in the lists are splits and settings."""
    short, long = (name, other) if is_short_form(name) else (other, name)
    return is_short_form(short) and long.count(" ") >= 1 and "(" not in long and stands_for(short, long)


if __name__ == "__main__":
    main()
