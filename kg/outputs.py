"""The folder of outputs: the files of a build take their places together, the report with their hashes last."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import OutputError, StoreError

GRAPH = "graph.jsonl"
TURTLE = "graph.ttl"
PAGE = "graph.html"
EXTRACTIONS = "extractions.jsonl"
MERGES = "merges.tsv"
REPORT = "report.json"
#: Extractions of earlier builds, kept beside the outputs.
CACHE = ".cache"
_STAGING = ".build-"


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A staging folder inside `folder`; its files move to their places when the block ends well, else nothing changes.

    The block must leave a `report.json`, which moves last. Raises OutputError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); choose another folder with -o") from error
    try:
        yield staging
        for file in sorted(staging.iterdir(), key=lambda file: (file.name == REPORT, file.name)):
            file.replace(folder / file.name)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); choose another folder with -o") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Name -> sha256 of every file in a folder, by name."""
    return {file.name: file_hash(file) for file in sorted(folder.iterdir()) if file.is_file()}


def check(folder: Path) -> Mapping[str, Any]:
    """The report of a folder of outputs, once every file it names has proved to be of its build.

    A file that was taken away is missed only where somebody asks for it. Raises StoreError where the report is missing
    or damaged, or where a file is not the one of the report.
    """
    path = folder / REPORT
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
        named = report["outputs"].items()
    except OSError as error:
        raise StoreError(f"{path}: no finished build ({error.strerror}); run kg build -o {folder}") from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise StoreError(f"{path}: damaged; run kg build again") from error
    for name, digest in named:
        file = folder / name
        if file.exists() and file_hash(file) != digest:
            raise StoreError(
                f"{file} does not fit the report beside it (changed, or of another build); run kg build again"
            )
    return report
