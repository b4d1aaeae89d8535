"""The extractor: a paper in, its extraction out."""

import hashlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from threadpoolctl import ThreadpoolController

from kg.extract.assemble import assemble
from kg.extract.cache import ExtractionCache
from kg.extract.coreference import SAME, Coreference
from kg.extract.document import Group
from kg.extract.evaluate import given_groups
from kg.extract.linear import Linear, read_models
from kg.extract.pipeline import NameTagger, document_of, groups_of, pipeline
from kg.extract.tagger import Tagger
from kg.model import Extraction, Paper

RULES = Path(__file__).parent / "weights" / "rules.json"
#: Papers a worker takes at once: enough to outweigh the message, few enough to share the work evenly.
_CHUNK = 8
#: Fewer fresh papers than this are read sooner than workers have started (3 s, as long as about 30 papers take).
_WORTH_WORKERS = 32
#: Papers looked up in the cache at a time: a stream of papers is never held as a whole.
_BLOCK = 512
#: What changes an extraction without changing any weight; raise it with the rules' code, so that caches are made anew.
RULES_VERSION = 8

Run = Callable[[list[Paper]], Iterable[Extraction]]


class Extractor:
    """Reads papers one by one: what it says of a paper depends on that paper alone."""

    def __init__(self, tagger: NameTagger, models: Mapping[str, Linear], *, rules_hash: str = "") -> None:
        self._nlp = pipeline(tagger, Coreference(models[SAME], tagger.seen) if SAME in models else None)
        self._models = models
        self._threads = ThreadpoolController()
        digest = hashlib.sha256(f"{RULES_VERSION}\n{tagger.model_hash}\n{rules_hash}".encode())
        #: Changes whenever the weights or the rules do.
        self.model_hash: str = digest.hexdigest()
        self._cache: ExtractionCache | None = None
        self._source: Path | None = None

    @classmethod
    def load(cls, model: Path | None = None, *, cache: Path | None = None) -> "Extractor":
        """The extractor with the tagger of a folder, by default the shipped one. Raises ModelError.

        In the folder `cache`, where there is one, `extract_all` keeps what it extracts and finds it again.
        """
        rules = RULES if model is None or not (model / RULES.name).exists() else model / RULES.name
        models = read_models(rules)
        extractor = cls(Tagger.load(model), models, rules_hash=hashlib.sha256(rules.read_bytes()).hexdigest())
        extractor._source = model
        if cache is not None:
            extractor._cache = ExtractionCache(cache, extractor.model_hash)
        return extractor

    def extract(self, paper: Paper) -> Extraction:
        """Mentions, entities with roles, results and relations of one paper.

        One thread reads one paper: the last bits of a matrix product may depend on how many threads share it, and on a
        busy machine threads that wait for each other cost several times what they save. More cores, more workers.
        """
        with self._threads.limit(limits=1):
            doc = self._nlp(document_of(self._nlp, paper.title, paper.abstract))
            return assemble(paper, doc, groups_of(doc), self._models)

    def extract_given(self, paper: Paper, groups: list[Group]) -> Extraction:
        """Roles, results and relations where the entities are given, as by an annotator."""
        doc = self._nlp(document_of(self._nlp, paper.title, paper.abstract))
        return assemble(paper, doc, groups, self._models)

    def extract_all(
        self, papers: Iterable[Paper], *, progress: Callable[[int], None] | None = None, workers: int = 1
    ) -> Iterator[Extraction]:
        """The extractions in the order of the papers, the same for any number of workers.

        `progress` is called with the number done so far. Workers are processes; each loads the model of this extractor,
        so more than one needs an extractor made by `load`.
        """
        done = 0
        with ExitStack() as stack:
            run: Run = partial(map, self.extract)
            stream = iter(papers)
            while block := list(islice(stream, _BLOCK)):
                kept = [self._cache.read(paper) if self._cache is not None else None for paper in block]
                if workers > 1 and kept.count(None) >= _WORTH_WORKERS:
                    pool = multiprocessing.get_context("spawn").Pool(workers, _load_worker, (self._source,))
                    run, workers = partial(stack.enter_context(pool).imap, _extract_in_worker, chunksize=_CHUNK), 1
                for extraction in self._block(block, kept, run):
                    yield extraction
                    done += 1
                    if progress is not None:
                        progress(done)

    def _block(self, papers: list[Paper], kept: list[Extraction | None], run: Run) -> Iterator[Extraction]:
        """The kept extractions and the fresh ones, in the order of the papers."""
        cache = self._cache
        fresh = iter(run([paper for paper, found in zip(papers, kept, strict=True) if found is None]))
        for paper, found in zip(papers, kept, strict=True):
            extraction = next(fresh) if found is None else found
            if found is None and cache is not None:
                cache.write(paper, extraction)
            yield extraction


_worker: Extractor


def _load_worker(model: Path | None) -> None:
    global _worker
    _worker = Extractor.load(model)


def _extract_in_worker(paper: Paper) -> Extraction:
    return _worker.extract(paper)


def extract_from_gold(extractor: Extractor, record: Mapping[str, Any]) -> Extraction:
    """What the extractor says of the entities that an annotated record holds: tells the rules from the recognition."""
    paper = Paper(str(record["id"]), record["title"], record["abstract"])
    return extractor.extract_given(paper, given_groups(record, paper.text))
