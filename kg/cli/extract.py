"""`kg extract`, `kg evaluate`, `kg train`: reading papers, measuring the reading, making the model again."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg import files, sources
from kg.cli.terminal import WORDS, add_workers_option, print_json, print_table, say_rejections
from kg.errors import SourceError
from kg.model import Extraction, Paper, Rejection

if TYPE_CHECKING:
    from kg.extract import Scores

EXIT_REJECTED = 3
_STDIN = "-"
_GZIP_MAGIC = b"\x1f\x8b"
#: How each kind of mention looks in a terminal.
_STYLES = {
    "method": "bold cyan",
    "dataset": "bold green",
    "benchmark": "bold yellow",
    "task": "magenta",
    "metric": "blue",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `extract`, `evaluate` and `train`."""
    parser = commands.add_parser("extract", help="mentions, roles, results and relations of papers")
    parser.add_argument(
        "papers", metavar="PAPERS.jsonl", help="JSON Lines of id, title, abstract (gzip too), or - for one text"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT.jsonl", help="where to write (default: standard output)"
    )
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a model that kg train wrote (default: the shipped one)"
    )
    add_workers_option(parser)
    parser.add_argument("--json", action="store_true", help="with -: print JSON, for programs")
    parser.set_defaults(run=_extract)

    parser = commands.add_parser("evaluate", help="score extractions against annotated papers")
    parser.add_argument("gold", type=Path, metavar="GOLD.jsonl", help="annotated papers")
    parser.add_argument(
        "predicted", type=Path, nargs="?", metavar="PREDICTED.jsonl", help="extractions; made now if not given"
    )
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a model that kg train wrote (default: the shipped one)"
    )
    parser.add_argument("--errors", type=int, default=10, metavar="N", help="list the N worst errors (default: 10)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_evaluate)

    parser = commands.add_parser("train", help="make the model again (needs paperkg[train]; hours on two cores)")
    parser.add_argument(
        "data", type=Path, metavar="DATA", help="folder with extraction/train.jsonl and corpus/*.jsonl.gz"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder of the new model")
    parser.add_argument(
        "--teacher",
        type=Path,
        metavar="DIR",
        help="folder of all-mpnet-base-v2, a larger network to learn from",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of every random choice (default: 0)")
    parser.set_defaults(run=_train)


def _extract(args: argparse.Namespace) -> int:
    from kg.extract import Extractor, to_record  # spaCy and the weights: only who extracts pays for them

    extractor = Extractor.load(args.model)
    if args.papers == _STDIN:
        paper = _typed(sys.stdin.buffer.read())
        extraction = extractor.extract(paper)
        if args.json:
            print_json(to_record(extraction))
        else:
            _show(paper, extraction)
        return 0
    rejections: list[Rejection] = []
    written = 0
    with ExitStack() as stack:
        output = stack.enter_context(files.replace(args.output)) if args.output else sys.stdout.buffer
        ids: list[Any] = []
        for extraction in extractor.extract_all(_papers(args.papers, ids, rejections), workers=args.workers):
            record = {**to_record(extraction), "id": ids[written]}
            output.write(_line(record))
            written += 1
        if not written:
            reasons = "; ".join(f"{found.file}:{found.line}: {found.reason}" for found in rejections)
            raise SourceError(f"{args.papers}: no paper could be read ({reasons or 'the file is empty'})")
    say_rejections([asdict(rejection) for rejection in rejections])
    return EXIT_REJECTED if rejections else 0


def _papers(path: str, ids: list[Any], rejections: list[Rejection]) -> Iterator[Paper]:
    """The papers of the file, each as its own; the ids they came with go to `ids`, what cannot be read to `rejections`.

    Title and abstract stay as the file has them: offsets count in what the reader of the output holds.
    """
    lines = _raw(Path(path))
    for record in sources.read([path]):
        if isinstance(record, Rejection):
            rejections.append(record)
            continue
        at = record.seen_in[0].line
        raw = next((line for number, line in lines if number == at), None)
        given = json.loads(raw) if raw is not None and raw.lstrip().startswith(b"{") else {}
        ids.append(given.get("id", record.ids[0] if record.ids else record.id))
        if given:
            record = replace(record, title=given["title"], abstract=given["abstract"])
        yield record


def _raw(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, gzip undone; none of a folder, whose files are pages."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(2)
        file.seek(0)
        yield from enumerate(gzip.GzipFile(fileobj=file) if head == _GZIP_MAGIC else file, 1)


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _typed(content: bytes) -> Paper:
    """A paper typed on standard input: the first line its title, the rest its abstract."""
    text = content.decode("utf-8-sig", "replace").strip("\r\n")
    title, _, abstract = text.partition("\n")
    if not title.strip():
        raise SourceError("standard input is empty; give a title on the first line, the abstract after it")
    return Paper(id="stdin", title=title, abstract=abstract.strip("\n"))


def _show(paper: Paper, extraction: Extraction) -> None:
    """The text with its mentions marked, then entities, results and relations."""
    console = Console(highlight=False)
    text = Text(paper.text)
    text.stylize("underline", 0, len(paper.title))
    for entity in extraction.entities:
        for mention in entity.mentions:
            text.stylize(_STYLES[entity.kind], mention.start, mention.end)
    console.print(text, soft_wrap=False)
    console.print()
    rows = [
        (
            Text(entity.name, _STYLES[entity.kind]),
            entity.kind,
            entity.role,
            f"{max(m.confidence for m in entity.mentions):.2f}",
        )
        for entity in sorted(extraction.entities, key=lambda entity: (entity.kind, entity.name))
    ]
    table = Table("name", "kind", "role", "confidence", box=None, pad_edge=False)
    for name, kind, role, confidence in rows:
        table.add_row(name, Text(kind), Text(role), Text(confidence))
    console.print(table if rows else Text("nothing that deserves a node"))
    if extraction.results:
        print_table(
            ("method", "on", "metric", "value", "kind", "confidence"),
            [(r.method, r.on, r.metric, r.value, r.kind, f"{r.confidence:.2f}") for r in extraction.results],
            title="results",
        )
    if extraction.relations:
        print_table(
            ("head", "predicate", "tail", "confidence"),
            [(r.head, r.predicate, r.tail, f"{r.confidence:.2f}") for r in extraction.relations],
            title="relations",
        )


def _evaluate(args: argparse.Namespace) -> int:
    from kg.extract import Extractor, extract_from_gold, score, to_record

    gold = list(_records(args.gold))
    if args.predicted:
        predicted = {record["id"]: record for record in _records(args.predicted)}
        from_gold = None
    else:
        extractor = Extractor.load(args.model)
        papers = (Paper(record["id"], record["title"], record["abstract"]) for record in gold)
        predicted = {extraction.paper: to_record(extraction) for extraction in extractor.extract_all(papers)}
        rows = {record["id"]: to_record(extract_from_gold(extractor, record)) for record in gold}
        from_gold = score(gold, rows)
    scores = score(gold, predicted)
    if args.json:
        print_json({**scores.to_json(), **({"from_gold_entities": from_gold.to_json()} if from_gold else {})})
    else:
        _print_scores(scores, from_gold, args.errors)
    return 0


def _records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    record = json.loads(line)
                    if not isinstance(record, dict) or "id" not in record or "entities" not in record:
                        raise SourceError(f"{path}:{number}: no annotated paper; each line needs id and entities")
                    yield record
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise SourceError(f"{path}: not JSON Lines ({error})") from error


def _print_scores(scores: "Scores", from_gold: "Scores | None", errors: int) -> None:
    rows = [(f"mention {kind}", count) for kind, count in scores.mention.items()]
    rows += [(f"concept {kind}", count) for kind, count in scores.concept.items()]
    rows += [("introduced", scores.introduced), ("result", scores.result), ("relation", scores.relation)]
    if from_gold:
        rows += [("result, gold entities", from_gold.result), ("relation, gold entities", from_gold.relation)]
    print_table(
        ("score", "P", "R", "F1", "gold", "predicted"),
        [(n, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", c.gold, c.predicted) for n, c in rows],
    )
    accuracy = [f"role accuracy {scores.role_accuracy:.3f}"]
    if from_gold:
        accuracy.append(f"from gold entities {from_gold.role_accuracy:.3f}")
    print_table((", ".join(accuracy),), [])
    if errors:
        for title, counted in (
            ("missed", scores.missed),
            ("invented", scores.invented),
            ("roles (gold, found)", scores.confused_roles),
        ):
            _print_worst(title, counted.items(), errors)


def _print_worst(title: str, counted: Iterable[tuple[tuple[str, ...], int]], limit: int) -> None:
    worst = sorted(counted, key=lambda pair: (-pair[1], pair[0]))[:limit]
    print_table(("times", "what"), [(times, " ".join(what)) for what, times in worst], title=title)


def _train(args: argparse.Namespace) -> int:
    from importlib.util import find_spec

    from kg.errors import MissingExtraError

    if find_spec("torch") is None:
        raise MissingExtraError("train", "kg train")
    from kg.extract.training.command import train

    digest = train(args.data, args.output, teacher=args.teacher, seed=args.seed)
    WORDS.print(f"the model is in {args.output}; its hash is {digest}", soft_wrap=True, markup=False)
    return 0
