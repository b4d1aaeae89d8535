"""What every command shares: tables and JSON on stdout, words on stderr, the --graph and --json options."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Words (messages, summaries, progress) go here; never styled unless a person looks.
WORDS = Console(stderr=True, highlight=False)


def add_graph_options(parser: argparse.ArgumentParser) -> None:
    """--graph DIR and --json, the same on every command that asks a graph."""
    parser.add_argument(
        "--graph", metavar="DIR", default="outputs", help="folder that kg build wrote (default: outputs)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def add_workers_option(parser: argparse.ArgumentParser) -> None:
    """--workers N, on every command that extracts."""
    cores = os.cpu_count() or 1
    parser.add_argument(
        "--workers", type=int, default=cores, metavar="N", help="processes that extract (default: one for each core)"
    )


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table that fits the terminal; cells are text, never markup."""
    table = Table(*columns, title=Text(title) if title else None, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console(highlight=False).print(table)


def print_json(value: Any) -> None:
    """One JSON document, keys in the given order."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def say_rejections(rejected: Sequence[Mapping[str, Any]]) -> None:
    """Each rejected or incomplete record: where it stands, why, and what to do."""
    for record in rejected:
        place = f"{record['file']}:{record['line']}" if record["line"] else record["file"]
        WORDS.print(f"{place}: {record['reason']}; {record['remedy']}", markup=False, soft_wrap=True)
