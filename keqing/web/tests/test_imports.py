"""An import on its pages: what is said, in which language, and how often."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

import pytest
import xlsxwriter
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keqing.core.models import ImportRun, Notice
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]
HEADER = ("客户名称", "省", "市", "详细地址")
ROW = ("平安诊所", "湖北省", "武汉市", "江岸区解放大道 1 号")
NAMELESS = ("", "湖北省", "武汉市", "江岸区解放大道 2 号")


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return client_of(cast["admin_gu"])


@pytest.fixture
def english(admin: Client, english_catalog: None) -> Client:
    admin.cookies["lang"] = "en"
    return admin


def sheet(*rows: Sequence[object], header: Sequence[str] = HEADER) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    for number, row in enumerate((header, *rows)):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("客户.xlsx", buffer.getvalue())


def upload(client: Client, file: SimpleUploadedFile) -> tuple[ImportRun, str]:
    """The run, and the page a person sees after the upload."""
    page = client.post("/imports/new/customers/", {"file": file}, follow=True).content.decode()
    return ImportRun.objects.latest("pk"), page


def check(client: Client, run: ImportRun) -> str:
    columns = {f"column-{index}": key for index, key in run.mapping.items()}
    return client.post(f"/imports/{run.public_id}/columns/", columns, follow=True).content.decode()


# --- a file that cannot be read ---------------------------------------------------------------------------------------


def test_a_refused_upload_is_said_once_and_not_at_the_bell(admin: Client) -> None:
    for _ in range(3):
        run, page = upload(admin, SimpleUploadedFile("客户.xlsx", b"%PDF-1.7 not a sheet"))
        assert run.state == ImportRun.State.REFUSED
        assert page.count("读不了 客户.xlsx") == 1 and page.count("什么都没有写入") == 1
    assert not Notice.objects.exists()
    assert "读不了" not in admin.get("/about/").content.decode()


def test_a_read_file_still_ends_at_the_bell(admin: Client) -> None:
    upload(admin, sheet(ROW))
    assert [notice.text for notice in Notice.objects.all()] == ["导入客户 客户.xlsx：做完了"]


# --- which column is what ---------------------------------------------------------------------------------------------


def test_the_mapping_page_says_how_many_columns_it_knows(admin: Client) -> None:
    _run, page = upload(admin, sheet(ROW))
    assert "表头在第 1 行；4 列里对上了 4 列" in page and "还没对上" not in page


def test_some_columns_known_and_a_required_one_missing(admin: Client) -> None:
    _run, page = upload(admin, sheet(("甲", "湖北省", "乙"), header=("叫什么", "省", "心情")))
    assert "3 列里对上了 1 列" in page
    assert "必填的还没对上：客户名称" in page


def test_a_file_of_which_nothing_is_known_is_not_said_to_be_ready(admin: Client) -> None:
    _run, page = upload(admin, sheet(("甲", "乙"), header=("天气", "心情")))
    assert "2 列一列都没认出来，请逐列选" in page and "对上了" not in page
    assert "必填的还没对上：客户名称" in page


def test_what_is_chosen_counts_after_a_refusal(admin: Client) -> None:
    run, _page = upload(admin, sheet(("甲", "乙"), header=("天气", "心情")))
    answer = admin.post(f"/imports/{run.public_id}/columns/", {"column-0": "province", "column-1": "-"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "2 列里对上了 1 列" in page
    assert page.count("还缺：客户名称") >= 1 and "必填的还没对上" not in page


# --- rows that are no data --------------------------------------------------------------------------------------------


def test_a_sum_row_has_its_own_verdict_on_the_page(admin: Client) -> None:
    run, _page = upload(admin, sheet(ROW, ("合计", "", "", "1 家")))
    page = check(admin, run)
    run.refresh_from_db()
    assert run.counts == {"new": 1, "skipped": 1} and run.rows_read == 2
    assert "合计行，不是一条资料，没有读" in page and "略过" in page
    assert "合计" in admin.get(f"/imports/{run.public_id}/?verdict=skipped").content.decode()


# --- the reader's language --------------------------------------------------------------------------------------------


def test_a_job_speaks_the_language_of_who_started_it(english: Client) -> None:
    run, _page = upload(english, sheet(ROW, NAMELESS, ("合计", "", "", "")))
    check(english, run)
    said = set(run.rows.exclude(sentence="").values_list("verdict", "sentence"))
    assert ("skipped", "A row of sums, not a record; not read") in said
    assert ("wrong", "Customer name is missing") in said
    assert all(notice.text.isascii() for notice in _without_data(Notice.objects.all()))


def test_a_refusal_speaks_it_too(english: Client) -> None:
    run, _page = upload(english, SimpleUploadedFile("a.xlsx", b"%PDF-1.7 not a sheet"))
    assert run.error == (
        "“a.xlsx” is really a PDF document, not a table. No data was written. "
        "Export xlsx or csv from the program it comes from, then upload that."
    )


def test_the_next_one_in_chinese_is_chinese_again(english: Client) -> None:
    upload(english, sheet(NAMELESS))
    english.cookies["lang"] = "zh-hans"
    run, _page = upload(english, sheet(NAMELESS))
    check(english, run)
    assert [row.sentence for row in run.rows.all()] == ["缺客户名称"]


def _without_data(notices: Sequence[Notice]) -> Iterator[Notice]:
    """File names stay as they are."""
    for notice in notices:
        notice.text = notice.text.replace("客户.xlsx", "")
        yield notice
