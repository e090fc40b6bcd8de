"""Customer lists are written batch by batch: a crash between two of them, two jobs at once, keys beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keqing.core.imports import writing
from keqing.core.imports.judging import judge_run
from keqing.core.imports.kind import Judged, Prepared
from keqing.core.imports.pace import Pace
from keqing.core.imports.reading import examine, receive
from keqing.core.imports.staging import WrittenMeanwhile
from keqing.core.imports.undoing import take_back
from keqing.core.jobs import Progress
from keqing.core.models import HistoryEntry, ImportRun, Job
from keqing.core.saving import Act
from keqing.customers.imports import CUSTOMERS
from keqing.customers.imports.party_writer import PartyWriter
from keqing.customers.models import Grade, Party
from keqing.customers.tests.builders import EVERYONE, NOW
from keqing.territory.models import Division

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Divisions = dict[str, Division]
HEADER = "客户编码,客户名称,客户类别,省,市,区县,等级,上级客户编码"


def judged(*lines: str) -> ImportRun:
    upload = SimpleUploadedFile("客户.csv", "\n".join([HEADER, *lines]).encode())
    run = receive(CUSTOMERS, upload, user_id=None, at=NOW)
    examine(CUSTOMERS, run)
    judge_run(CUSTOMERS, run, EVERYONE, progress())
    assert run.counts == {"new": len(lines)}
    return run


def progress() -> Progress:
    return Progress(Job.objects.create(title="test", created_at=NOW))


def write(run: ImportRun) -> None:
    writing.write_run(CUSTOMERS, run, EVERYONE, NOW, progress())


def stores(count: int, parent: str = "") -> list[str]:
    return [f"S{n},芷安堂{n}店,连锁门店,浙江省,杭州市,桐庐县,A,{parent}" for n in range(count)]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small(Pace):
        def __init__(self) -> None:
            super().__init__(size=10)

        def _follow(self, taken: float) -> None: ...

    monkeypatch.setattr(writing, "Pace", Small)


@pytest.mark.usefixtures("small_batches")
def test_members_written_before_a_crash_still_find_their_parent(
    divisions: Divisions, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = judged(*stores(25, "HQ"), "HQ,芷安堂连锁有限公司,连锁总部,浙江省,杭州市,桐庐县,,")
    whole, calls = PartyWriter.prepare, []

    def crashing(self: PartyWriter, rows: Sequence[Judged], act: Act) -> Prepared:
        calls.append(len(rows))
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return whole(self, rows, act)

    monkeypatch.setattr(PartyWriter, "prepare", crashing)
    with pytest.raises(RuntimeError):
        write(run)
    assert Party.objects.count() == 10 == Grade.objects.count()
    write(run)
    assert calls == [10, 10, 10, 6]
    assert Party.objects.filter(parent__code="HQ").count() == 25
    assert Party.objects.count() == 26 and Grade.objects.count() == 25
    assert HistoryEntry.objects.filter(noun="customers.party", action="create").count() == 26
    take_back(CUSTOMERS, run, None, NOW, progress())
    assert not Party.objects.live().exists() and not Grade.objects.live().exists()


def test_two_jobs_on_one_run_write_its_rows_once(divisions: Divisions, monkeypatch: pytest.MonkeyPatch) -> None:
    run = judged(*stores(12))
    whole: Any = PartyWriter.prepare

    def overtaken(self: PartyWriter, rows: Sequence[Judged], act: Act) -> Prepared:
        mine = whole(self, rows, act)
        monkeypatch.setattr(PartyWriter, "prepare", whole)
        write(ImportRun.objects.get(pk=run.pk))
        return mine

    monkeypatch.setattr(PartyWriter, "prepare", overtaken)
    with pytest.raises(WrittenMeanwhile):
        write(run)
    assert Party.objects.count() == 12 == Grade.objects.count()
    assert HistoryEntry.objects.filter(noun="customers.party").count() == 12
    assert ImportRun.objects.get().state == ImportRun.State.PUBLISHED


def test_a_house_that_names_itself_as_its_parent_has_none(divisions: Divisions) -> None:
    write(judged("S1,芷安堂一店,连锁门店,浙江省,杭州市,桐庐县,A,S1"))
    assert Party.objects.get().parent is None
