"""The page as one HTML document: template, styles, scripts and data, under a policy that lets nothing else in."""

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from kg.errors import KgError
from kg.model import PAPER_PREDICATES, Predicate
from kg.page.atlas import Atlas
from kg.page.data import Json, index, overview, texts
from kg.page.network import STYLES, to_network

#: From this many papers on, the index and the texts are compressed: below, the file is small and people can read it.
COMPRESS_FROM = 1000
#: gzip's level: 6 takes twice as long for a file smaller by a twentieth.
LEVEL = 4
#: Papers in the table for readers without JavaScript: it is not compressed, and nobody reads on.
TABLE_ROWS = 1000
#: vis-network as PyVis 0.3.2 ships it.
VIS = "templates/lib/vis-9.1.2/vis-network.min.js"
SCRIPTS = ("store.js", "state.js", "canvas.js", "list.js", "panel.js", "leave.js", "app.js")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)


def render(atlas: Atlas, *, title: str = "Papers") -> Iterator[str]:
    """The parts of the page, in order; joined they are the file. The same parts for the same map."""
    net = to_network(atlas, title=title)
    compress = len(atlas.papers) >= COMPRESS_FROM
    style, engine, program = _style(), _engine(), _program()
    head, rest = _asset("page.html").split("<!-- data -->")
    slots = {
        "policy": _policy(style, (engine, program)),
        "title": html.escape(title),
        "style": style,
        "overview": _json(overview(atlas, net)),
        "engine": engine,
        "program": program,
    }
    yield _fill(head, slots)
    yield _block("index", index(atlas, net), compress=compress)
    for number, block in enumerate(texts(atlas)):
        yield _block(f"texts-{number}", block, compress=compress)
    yield "<noscript>\n"
    yield from _table(atlas)
    yield "</noscript>\n"
    yield rest


def _fill(template: str, slots: Mapping[str, str]) -> str:
    """Each `{{name}}` replaced in one pass, so that no text that is filled in is read as a slot."""
    return re.sub(r"\{\{(\w+)\}\}", lambda slot: slots[slot[1]], template)


def _policy(style: str, scripts: Sequence[str]) -> str:
    """The Content-Security-Policy: our scripts and styles by their hash, pictures of the page itself, nothing else."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'sha256-{_sha256(style)}'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: Json) -> str:
    """JSON that can stand in a script element: no `<` in it, and nothing that UTF-8 cannot carry."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return written if written.isascii() else _SURROGATE.sub("\ufffd", written)


def _block(name: str, value: Json, *, compress: bool) -> str:
    """A data block; compressed it is a JSON string: gzip in base64."""
    written = _json(value)
    if compress:
        packed = gzip.compress(written.encode(), compresslevel=LEVEL, mtime=0)
        written = f'"{base64.b64encode(packed).decode()}"'
    return f'<script type="application/json" id="{name}">{written}</script>\n'


@cache
def _asset(name: str) -> str:
    return resources.files("kg.page").joinpath("template", name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    """The style sheet with the colours of the kinds."""
    slots = {
        "light": " ".join(f"--{kind}: {style.light};" for kind, style in STYLES.items()),
        "dark": " ".join(f"--{kind}: {style.dark};" for kind, style in STYLES.items()),
    }
    return _fill(_asset("page.css"), slots)


@cache
def _engine() -> str:
    """vis-network out of the PyVis wheel, without the line that makes developer tools ask for a map."""
    found = find_spec("pyvis")
    path = Path(found.origin if found and found.origin else "pyvis").parent / VIS
    try:
        engine = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KgError(f"{path}: cannot be read ({error.strerror}); install pyvis 0.3.2 again") from error
    return _embeddable(_SOURCE_MAP.sub("", engine), str(path))


@cache
def _program() -> str:
    """Our scripts in one closure."""
    parts = "\n".join(_asset(name) for name in SCRIPTS)
    return _embeddable(f'(() => {{\n"use strict";\n{parts}\n}})();\n', "the page's scripts")


def _embeddable(script: str, name: str) -> str:
    if _ENDS_SCRIPT.search(script):
        raise KgError(f"{name}: holds text that would end a script element; install paperkg and pyvis 0.3.2 again")
    return script


def _first(papers: int) -> str:
    return f"All {papers:,} papers" if papers <= TABLE_ROWS else f"The first {TABLE_ROWS:,} of {papers:,} papers"


def _table(atlas: Atlas) -> Iterator[str]:
    """All papers with what they introduce, for readers without JavaScript."""
    names = {spot.id: spot.name for spot in atlas.spots}
    introduced: dict[str, list[str]] = {}
    for claim in atlas.roads:
        if claim.predicate is Predicate.INTRODUCES and claim.predicate in PAPER_PREDICATES:
            introduced.setdefault(claim.subject, []).append(names[claim.object])
    yield (
        f"<table><caption>{_first(len(atlas.papers))}. With JavaScript this page shows them as a graph.</caption>\n"
        "<thead><tr><th>Paper</th><th>Date</th><th>Introduces</th></tr></thead>\n<tbody>\n"
    )
    for paper in atlas.papers[:TABLE_ROWS]:
        cells = (paper.title, str(paper.published or ""), ", ".join(introduced.get(paper.id, ())))
        yield (
            "<tr>"
            + "".join(f"<td><bdi>{html.escape(_SURROGATE.sub('?', cell))}</bdi></td>" for cell in cells)
            + "</tr>\n"
        )
    yield "</tbody></table>\n"
