"""The guided path on the case page, and what the knowledge base has to say about the case."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from complaints.guides import PATHS, STAGES, next_stage
from complaints.models import Article, Complaint, GuidedPath, Stage
from complaints.queries.whole_file import WholeFile
from complaints.workflow import Kind, Step

SUGGESTED = 3
#: Reports of misconduct are nothing a knowledge base solves.
HELPED_BY_ARTICLES = (Kind.COMPLAINT, Kind.ENQUIRY, Kind.SUGGESTION)


@dataclass(frozen=True)
class StageShown:
    """One stage of a path: what it asks, and what was kept."""

    label: str
    help: Any
    state: str  # done, now, todo
    entry: Any
    texts: list[tuple[Any, str]]
    promise: Any


@dataclass(frozen=True)
class PathShown:
    path: GuidedPath
    stages: list[StageShown]

    @property
    def is_done(self) -> bool:
        return all(stage.state == "done" for stage in self.stages)

    @property
    def now(self) -> StageShown | None:
        return next((stage for stage in self.stages if stage.state == "now"), None)

    @property
    def begun(self) -> bool:
        return any(stage.state == "done" for stage in self.stages)


def paths_of(file: WholeFile) -> list[PathShown]:
    """The guided conversations of a case, the newest first."""
    promises = {row.pk: row for row in file.promises}
    return [_shown(path, [row for row in file.guide_entries if row.path_id == path.pk], promises) for path in reversed(file.guided_paths)]


def _shown(path: GuidedPath, entries: list[Any], promises: dict[int, Any]) -> PathShown:
    kept = {entry.stage: entry for entry in entries}
    turn = next_stage(path.path, set(kept))
    stages = []
    for name in PATHS[path.path]:
        asks, entry = STAGES[name], kept.get(name)
        texts = [(label, getattr(entry, column)) for column, label in asks.texts.items() if getattr(entry, column)] if entry else []
        state = "done" if entry else "now" if name == turn else "todo"
        stages.append(StageShown(str(Stage(name).label), asks.help, state, entry, texts, promises.get(entry.promise_id) if entry else None))
    return PathShown(path, stages)


def articles_for(case: Complaint) -> list[Article]:
    """Published articles near to what the case is about; those of its own product before others, none of another product."""
    if case.kind not in HELPED_BY_ARTICLES or case.step == Step.CLOSED or case.is_erased:
        return []
    fitting = Q(product=None) | Q(product=case.product_id) if case.product_id else Q()
    near = Article.objects.published().filter(fitting).suggested_by(f"{case.facts} {case.story}")
    return list(near.annotate(helped=Count("uses")).defer("search_text")[:SUGGESTED])
