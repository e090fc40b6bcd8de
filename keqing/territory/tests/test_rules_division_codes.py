from __future__ import annotations

import pytest

from keqing.territory.geography import load
from keqing.territory.rules.division_codes import ancestors_of, is_code, level_of, short_name


@pytest.mark.parametrize(
    ("code", "level", "above"),
    [
        ("420000", 1, ()),
        ("420500", 2, ("420000",)),
        ("420528", 3, ("420500", "420000")),
        ("429004", 3, ("429000", "420000")),  # 仙桃, directly under its province
        ("420528100", 4, ("420528",)),
        ("441900003", 4, ("441900",)),  # 东莞, a city without counties
        ("420528100201", 5, ("420528100",)),
    ],
)
def test_a_code_says_its_level_and_what_may_stand_above(code: str, level: int, above: tuple[str, ...]) -> None:
    assert level_of(code) == level
    assert ancestors_of(code) == above


def test_all_shipped_divisions_follow_the_rule() -> None:
    for division in load():
        assert level_of(division.code) == division.level
        assert division.parent == "" or division.parent in ancestors_of(division.code)


@pytest.mark.parametrize("text", ["", "4205", "42050a", "4205281", "４２０５２８", "4205281002011"])
def test_anything_else_is_no_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [("岚州市", 2, "岚州"), ("广西壮族自治区", 1, "广西"), ("岳县", 3, "岳县"), ("龙舟坪镇", 4, "龙舟坪镇")],
)
def test_short_names_keep_two_characters(name: str, level: int, short: str) -> None:
    assert short_name(name, level) == short
