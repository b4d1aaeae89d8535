"""`kg why` and `kg same`: the story of a node; whether two names would be one."""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

import kg
from kg.cli.terminal import add_graph_options, print_json
from kg.errors import SourceError
from kg.model import Decision, Kind
from kg.resolve import Answer, same, why
from kg.text import fold

_KINDS = [str(kind) for kind in Kind]
_COLUMNS = ("name_a", "type_a", "name_b", "type_b")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `why` and `same`."""
    story = commands.add_parser("why", help="the story of a concept: its names, what was merged, what was refused")
    story.add_argument("name", help="an id, a name, or a part that fits only one")
    add_graph_options(story)
    story.set_defaults(run=_why)
    pair = commands.add_parser("same", help="whether two names would be one concept, and by which rule; needs no graph")
    pair.add_argument("names", nargs="*", metavar="NAME", help="two names")
    pair.add_argument("--kind", choices=_KINDS, help="what the first name is")
    pair.add_argument("--other-kind", choices=_KINDS, help="what the second name is")
    pair.add_argument("--pairs", metavar="FILE", help=f"tab-separated file with the columns {', '.join(_COLUMNS)}")
    pair.add_argument("--json", action="store_true", help="print JSON, for programs")
    pair.set_defaults(run=_same, parser=pair)


def _why(args: argparse.Namespace) -> int:
    graph = kg.load(args.graph)
    story = why(graph.concept(args.name), graph.decisions)
    concept = story.concept
    if args.json:
        print_json(
            {
                "id": concept.id,
                "name": concept.name,
                "aliases": list(concept.aliases),
                "former_ids": list(concept.former_ids),
                "candidates": list(concept.candidates),
                "merged": [_record(decision) for decision in story.merged],
                "refused": [_record(decision) for decision in story.refused],
                "other": [_record(decision) for decision in story.other],
            }
        )
        return 0
    console = Console(highlight=False)
    console.print(Text(concept.name, style="bold"))
    console.print(Text(f"{concept.kind} · {concept.id}", style="dim"))
    if concept.aliases:
        console.print(Text(f"also {', '.join(concept.aliases)}"))
    if concept.candidates:
        console.print(Text(f"ambiguous: may be {', '.join(concept.candidates)}"))
    for heading, decisions in (("merged", story.merged), ("kept apart", story.refused), ("also", story.other)):
        if decisions:
            console.print(Text(f"\n{heading}", style="bold"))
        for decision in decisions:
            console.print(Text(_line(decision, heading)))
    papers = graph.papers_of(concept.id)
    console.print(Text(f"\nseen in {len(papers)} paper{'' if len(papers) == 1 else 's'}", style="bold"))
    for paper in papers:
        console.print(Text(f"  {paper.title} ({paper.id})"))
    return 0


def _line(decision: Decision, heading: str) -> str:
    sign = {"merged": "=", "kept apart": "≠"}.get(heading, "?")
    pair = f"{decision.name} {sign} {decision.other}" if decision.other else f"{decision.verdict}: {decision.name}"
    where = f" [{', '.join(decision.papers)}]" if decision.papers else ""
    note = f" ({decision.note})" if decision.note else ""
    return f"  {pair}: {decision.rule}{note}{where}"


def _record(decision: Decision) -> dict[str, object]:
    return {
        "name": decision.name,
        "other": decision.other,
        "verdict": decision.verdict,
        "rule": decision.rule,
        "papers": list(decision.papers),
        "note": decision.note,
    }


def _same(args: argparse.Namespace) -> int:
    if args.pairs is not None:
        if args.names:
            args.parser.error("give two names or --pairs, not both")
        return _same_pairs(args.pairs, as_json=args.json)
    if len(args.names) != 2:
        args.parser.error("give two names, or --pairs FILE")
    answer = same(*args.names, kind=args.kind, other_kind=args.other_kind)
    if args.json:
        print_json({"name": args.names[0], "other": args.names[1], **_answer(answer)})
    else:
        meanings = f": {'; '.join(answer.meanings)}" if answer.verdict == "ambiguous" else ""
        print(f"{answer.verdict} ({answer.rule}{meanings})")
    return 0


def _answer(answer: Answer) -> dict[str, object]:
    return {"verdict": answer.verdict, "rule": answer.rule, "meanings": list(answer.meanings)}


def _same_pairs(file: str, *, as_json: bool) -> int:
    """The rows of a file with three columns more: same, rule, meanings."""
    rows = list(_rows(file))
    answers = [
        same(row["name_a"], row["name_b"], kind=_kind(file, row, "type_a"), other_kind=_kind(file, row, "type_b"))
        for row in rows
    ]
    if as_json:
        print_json([{**row, **_answer(answer)} for row, answer in zip(rows, answers, strict=True)])
        return 0
    if rows:
        print("\t".join([*rows[0], "same", "rule", "meanings"]))
    for row, answer in zip(rows, answers, strict=True):
        print("\t".join([*row.values(), answer.verdict, answer.rule, "; ".join(answer.meanings)]))
    return 0


def _rows(file: str) -> Iterator[dict[str, str]]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file}: cannot be read ({error})") from error
    table = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(table, [])
    missing = [column for column in ("name_a", "name_b") if column not in header]
    if missing:
        raise SourceError(f"{file}: no column {missing[0]}; the first line must name {', '.join(_COLUMNS)}")
    for line, cells in enumerate(table, 2):
        if len(cells) != len(header):
            raise SourceError(f"{file}:{line}: {len(cells)} columns where the first line has {len(header)}")
        yield dict(zip(header, cells, strict=True))


def _kind(file: str, row: dict[str, str], column: str) -> Kind | None:
    kind = fold(row.get(column, "").strip())
    if not kind:
        return None
    if kind not in _KINDS:
        raise SourceError(f"{file}: {kind!r} is no kind; kinds are {', '.join(_KINDS)}")
    return Kind(kind)
