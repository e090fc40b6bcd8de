from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from keqing.core.tokens import MOST_TERMS, index_tokens, postgres_tsquery, query_tokens, sqlite_match

# The hundred commonest family names and two hundred given names built from the commonest given characters.
FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤单仇解"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国文辉力子轩浩宇梓涵欣怡晨阳嘉雨"
PEOPLE = [FAMILY[at % len(FAMILY)] + GIVEN[at * 7 % len(GIVEN)] for at in range(200)]

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
NAMES = st.text(st.sampled_from("芷安堂大药房连锁东门店重庆单乐曾行长朝都·（） ABz09𬭎〇"), max_size=14)


class Shelf:
    """One FTS5 table as the product keeps it."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE shelf USING fts5(tokens, tokenize='unicode61')")

    def put(self, *texts: str) -> int:
        row = self.db.execute("INSERT INTO shelf(tokens) VALUES (?)", [" ".join(index_tokens(texts))])
        return int(row.lastrowid or 0)

    def find(self, query: str) -> set[int]:
        expression = sqlite_match(query_tokens(query))
        return {row for (row,) in self.db.execute("SELECT rowid FROM shelf WHERE shelf MATCH ?", [expression])}


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.db.close()


def finds(text: str, query: str) -> bool:
    shelf = Shelf()
    row = shelf.put(text)
    found = shelf.find(query)
    shelf.db.close()
    return found == {row}


def test_a_name_becomes_characters_pairs_initials_and_pinyin() -> None:
    assert set(index_tokens(["芷安堂·东门店"])) == {
        *"芷安堂东门店",
        *("芷安", "安堂", "堂东", "东门", "门店"),
        *("1zatdmd", "1atdmd", "1tdmd", "1dmd", "1md", "1d"),
        *("2zhiantangdongmendian", "2antangdongmendian", "2tangdongmendian", "2dongmendian", "2mendian", "2dian"),
    }


def test_no_token_comes_twice() -> None:
    tokens = index_tokens(["东门店东门店", "东门店"])
    assert len(tokens) == len(set(tokens))


def test_long_pinyin_is_cut() -> None:
    assert max(map(len, index_tokens(["双" * 40]))) == 25  # the mark and 24 letters


@pytest.mark.parametrize("person", PEOPLE)
def test_common_names_are_found_by_characters_initials_and_pinyin(person: str) -> None:
    text = f"县医院 {person}"
    initials = "".join(lazy_pinyin(person, style=Style.FIRST_LETTER))
    pinyin = "".join(lazy_pinyin(person))
    for query in (person, person[0], person[1], initials, pinyin, pinyin[:-1], initials.upper()):
        assert finds(text, query), query


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("重庆桐君阁大药房", "cqtjg"),
        ("重庆桐君阁大药房", "chongqing"),
        ("单县中心医院", "sxzx"),
        ("单县中心医院", "shanxian"),
        ("长沙市第一医院", "cssdy"),
        ("长沙市第一医院", "changsha"),
        ("朝阳大药房", "cydyf"),
        ("朝阳大药房", "zhaoyang"),
        ("都江堰市人民医院", "dujiangyan"),
        ("曾建国", "zjg"),
        ("乐清市中医院", "yueqing"),
        ("行唐县医院", "xingtang"),
        ("厦门大学附属医院", "xmdx"),
        ("厦门大学附属医院", "xiamen"),
        ("番禺区药店", "panyu"),
        ("六安市药店", "luan"),
        ("东阿县人民医院", "donge"),
        ("绿源药房", "lvyuan"),
        ("仇大夫", "qiu"),
        ("单志强", "szq"),
        ("解放军总医院", "jfj"),
    ],
)
def test_a_character_with_two_readings_is_found_by_the_one_used(name: str, query: str) -> None:
    assert finds(name, query)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("芷安堂·东门店", "芷安堂东门"),
        ("芷安堂东门店", "芷安堂·东门店"),
        ("老百姓大药房（东门店）", "药房东门"),
        ("老百姓大药房（东门店）", "东门 百姓"),
        ("DTP药房", "dtp"),
        ("DTP药房", "ＤＴＰ"),
        ("DTP药房", "dtpyf"),
        ("DTP药房", "dt药房"),
        ("华润999大药房", "999"),
        ("华润999大药房", "hr999d"),
        ("国药准字H20123084", "20123"),
        ("国药准字H20123084", "h2012"),
        ("〇一二药房", "〇一"),
        ("𬭎安药房", "𬭎安"),
        ("Café 药房", "café"),
    ],
)
def test_mixed_writing_is_found(name: str, query: str) -> None:
    assert finds(name, query)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("芷安堂", "安芷"),
        ("芷安堂", "zt"),
        ("芷安堂", "1"),  # the mark of the initials is not a digit of the name
        ("芷安堂", "1zat"),
        ("芷安堂", "2"),
        ("东门店", "东店"),
        ("东门店", ""),
        ("东门店", "·（）*"),
        ("东门店", 'dmd" OR "1'),
        ("东门店", "NOT 东门"),
    ],
)
def test_what_is_not_in_the_name_is_not_found(name: str, query: str) -> None:
    assert not finds(name, query)


def test_every_word_of_a_query_must_be_found(shelf: Shelf) -> None:
    both, one = shelf.put("芷安堂", "张伟"), shelf.put("芷安堂", "李静")
    assert shelf.find("芷安") == {both, one}
    assert shelf.find("芷安 zw") == {both}


def test_an_expression_quotes_each_token() -> None:
    assert sqlite_match(query_tokens("zat 东")) == '("zat"* OR "1zat"* OR "2zat"*) AND ("东")'
    assert sqlite_match([((('a" OR "b'), False),)]) == '("a"" OR ""b")'
    assert postgres_tsquery(query_tokens("zat 东")) == "('zat':* | '1zat':* | '2zat':*) & ('东')"
    assert postgres_tsquery([((("a' | 'b\\"), True),)]) == "('a'' | ''b\\\\':*)"


def test_a_pasted_page_stays_a_small_query(shelf: Shelf) -> None:
    row = shelf.put("芷安堂大药房" * 2000)
    terms = query_tokens("芷安堂大药房连锁有限公司" * 2000 + " ".join(chr(0x4E00 + at) for at in range(2000)))
    assert len(terms) == MOST_TERMS
    assert shelf.find("芷安堂大药房" * 2000) == {row}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), NAMES))
def test_no_query_breaks_the_search(query: str) -> None:
    shelf = Shelf()
    row = shelf.put("芷安堂·东门店")
    assert shelf.find(query) <= {row}
    shelf.db.close()


@settings(max_examples=200, deadline=None)
@given(HAN, st.data())
def test_any_run_of_characters_finds_its_name(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    size = data.draw(st.integers(1, 4))
    assert finds(name, name[start : start + size])


@settings(max_examples=200, deadline=None)
@given(NAMES)
def test_every_name_is_found_by_itself(name: str) -> None:
    if query_tokens(name):
        assert finds(name, name)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
@example("\ufada")  # among the characters, but not one
def test_tokens_hold_only_letters_digits_and_characters(text: str) -> None:
    assert all(token.isalnum() and token == token.lower() for token in index_tokens([text]))
