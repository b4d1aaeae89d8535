"""Extractions kept from earlier builds, by content and model: the same text under the same model is read once."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from kg import files
from kg.errors import OutputError, StoreError
from kg.extract.records import from_line, to_line
from kg.model import Extraction, Paper

#: Hexadecimal digits of the model's hash that name its folder, and of the text's hash that spread the files.
_MODEL_DIGITS, _SPREAD = 16, 2


@dataclass(frozen=True, slots=True)
class ExtractionCache:
    """One file an extraction, in a folder of its model; each carries the hash of its own line.

    A file that does not fit its hash counts as missing and is written anew. Files are replaced whole, so two processes
    may share the folder: at worst both extract the same paper, with the same bytes.
    """

    folder: Path
    model_hash: str

    def read(self, paper: Paper) -> Extraction | None:
        """The extraction of a paper with this text, None where there is none that is whole."""
        try:
            content = self._file(paper).read_bytes()
        except OSError:
            return None
        digest, _, line = content.partition(b"\n")
        if digest.decode("ascii", "replace") != hashlib.sha256(line).hexdigest():
            return None
        try:
            return from_line(line.decode("utf-8"), paper=paper.id)
        except StoreError:
            return None

    def write(self, paper: Paper, extraction: Extraction) -> None:
        """Keep an extraction. A cache that cannot be written costs time, never the build."""
        line = to_line(replace(extraction, paper="")).encode("utf-8")
        try:
            with files.replace(self._file(paper)) as file:
                file.write(hashlib.sha256(line).hexdigest().encode("ascii") + b"\n" + line)
        except OutputError:
            return

    def _file(self, paper: Paper) -> Path:
        title_end = len(paper.title)
        digest = hashlib.sha256(f"{title_end}\n{paper.text}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / self.model_hash[:_MODEL_DIGITS] / digest[:_SPREAD] / f"{digest}.json"
