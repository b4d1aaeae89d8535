"""From bytes to papers: one module a format; what cannot be read is reported with file, line, reason and remedy.

`read` yields a `Paper` for every record that can be read and a `Rejection` for every one that cannot, or only in part.
"""

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kg.errors import SourceError
from kg.model import Paper, Rejection
from kg.sources import hf_daily, jsonl

__all__ = ["STDIN", "hashes", "read"]

STDIN = "-"
_GZIP_MAGIC = b"\x1f\x8b"
#: Enough to meet a NUL of any binary format, and the menu of a saved page.
_SNIFFED = 8192
#: Read at once from the operating system: large, since exports of millions of papers are read line by line.
_BUFFER = 1 << 20


def read(
    inputs: Sequence[str | Path], *, page_year: int | None = None, stdin: io.BufferedIOBase | None = None
) -> Iterator[Paper | Rejection]:
    """Every record of files, folders (all files in them, sorted) and standard input ("-"), one at a time.

    `page_year` is the year of saved pages, which carry none. Raises SourceError for a path that does not exist or
    cannot be opened; files of an unknown format are rejections, so that the others go on.
    """
    for name, path in _files(inputs):
        try:
            stream = (stdin or io.BufferedReader(sys.stdin.buffer)) if path is None else path.open("rb")  # type: ignore[type-var]
        except OSError as error:
            raise SourceError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error
        with stream:
            yield from _read_stream(name, stream, page_year)


def hashes(inputs: Sequence[str | Path], *, stdin: bytes = b"") -> dict[str, str]:
    """Name -> sha256 (hexadecimal) of every input file; of `stdin` for "-"."""
    return {
        name: hashlib.sha256(stdin if path is None else path.read_bytes()).hexdigest() for name, path in _files(inputs)
    }


def _files(inputs: Sequence[str | Path]) -> Iterable[tuple[str, Path | None]]:
    """(name for reports, path) of every input file once, sorted by name; path is None for standard input."""
    found: dict[Path | None, str] = {}
    for given in inputs:
        path = Path(given)
        if str(given) == STDIN:
            found[None] = STDIN
        elif path.is_dir():
            inside = [file for file in path.rglob("*") if file.is_file() and not _hidden(file.relative_to(path))]
            if not inside:
                raise SourceError(f"{path}: the folder holds no files; give one with saved pages or JSON Lines")
            for file in inside:
                found.setdefault(file.resolve(), file.relative_to(path).as_posix())
        elif path.exists():
            found.setdefault(path.resolve(), path.name)
        else:
            raise SourceError(f"{path}: no such file or folder; check the path")
    return sorted(((name, path) for path, name in found.items()), key=lambda pair: (pair[0], str(pair[1])))


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _read_stream(name: str, stream: io.BufferedIOBase, page_year: int | None) -> Iterator[Paper | Rejection]:
    head, whole = _sniff(stream)
    if head.startswith(_GZIP_MAGIC):
        try:
            head, whole = _sniff(gzip.GzipFile(fileobj=whole))
        except (OSError, EOFError, zlib.error) as error:
            yield Rejection(name, 0, f"damaged gzip ({error})", "compress the file again")
            return
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        yield Rejection(name, 0, "the file is empty", "remove it, or save the page again")
    elif b"\0" in head:
        yield Rejection(name, 0, "a binary file", "give the saved text of a page, or JSON Lines")
    elif start.startswith(b"{"):
        yield from jsonl.read(name, whole)
    else:
        yield from hf_daily.read(name, whole.read(), page_year=page_year)


def _sniff(stream: io.BufferedIOBase) -> tuple[bytes, io.BufferedIOBase]:
    """The first bytes of a stream, and the whole stream again."""
    head = stream.read(_SNIFFED)
    return head, io.BufferedReader(_Rejoined(head, stream), _BUFFER)  # type: ignore[type-var]


class _Rejoined(io.RawIOBase):
    """A stream with the bytes that were read to sniff it put back in front."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(part) :]
        buffer[: len(part)] = part
        return len(part)
