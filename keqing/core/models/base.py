"""What every tracked row has: a public id, a version, a place in the bin, the import that brought it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import models

from keqing.core.viewer import Viewer


class Rows(models.QuerySet[Any]):
    """Every query starts at `visible_to(viewer)`; work without a user says why at `everything(reason)`."""

    def live(self) -> Self:
        return self.filter(bin__isnull=True)

    def published(self, viewer: Viewer) -> Self:
        """Live rows without those that an import has written but not yet published."""
        rows = self.live()
        if not viewer.unpublished:
            return rows
        return rows.exclude(import_run_id__in=viewer.unpublished)

    def visible_to(self, viewer: Viewer) -> Self:
        raise NotImplementedError(f"{self.model.__name__} does not say who sees its rows")

    def everything(self, reason: str) -> Self:
        """All live rows, for work that has no user; `reason` is for the reader and the audit test."""
        if not reason:
            raise ValueError("everything() needs a reason")
        return self.live()


class Base(models.Model):
    """A tracked row. Written only through `core.saving`, which also writes history and search tokens."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    bin = models.ForeignKey(
        "core.BinEntry",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name="回收站",
    )
    import_run = models.ForeignKey(
        "core.ImportRun",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name="导入批次",
    )

    #: history of a personal noun is stored encrypted
    is_personal = False
    #: the noun of the rights table that this model belongs to
    right = ""
    #: name of the change counter that a write of this noun raises (cached views of it are then read again)
    counter: str | None = None

    class Meta:
        abstract = True

    @classmethod
    def noun(cls) -> str:
        return cls._meta.label_lower

    def search_texts(self) -> tuple[str, ...]:
        """What the search finds this row by; empty for nouns without a search index."""
        return ()

    @classmethod
    def refuse_restore(cls, keys: Sequence[int]) -> str:
        """Why these rows may not come back from the bin, or nothing: dated nouns check that shares do not overlap."""
        return ""

    def label(self) -> str:
        """What a person calls this row in the bin, in history and in notices."""
        return str(self)


@dataclass(frozen=True)
class Child:
    """A tracked noun that points at another one."""

    model: type[Base]
    field: str
    is_required: bool


def children_of(model: type[Base]) -> list[Child]:
    found = []
    for relation in model._meta.related_objects:
        child = relation.related_model
        if isinstance(child, type) and issubclass(child, Base) and not relation.many_to_many:
            found.append(Child(child, relation.field.name, not relation.field.null))
    return found


class PublishedRows(Rows):
    """Rows of nouns that everybody signed in may read: the right to the noun is asked at the door."""

    def visible_to(self, viewer: Viewer) -> Self:
        return self.published(viewer)
