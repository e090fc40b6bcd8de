from __future__ import annotations

from datetime import timedelta

import pytest

from keqing.accounts.rules import browser_of, minutes_left, shorten_address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::*"),
        ("::ffff:203.0.113.77", "203.0.113.*"),
        (" 10.0.0.1 ", "10.0.0.*"),
        ("", ""),
        ("unix:", ""),
        ("203.0.113", ""),
        ("203.0.113.777", ""),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, network: str) -> None:
    assert shorten_address(address) == network


_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/131.0.0.0 Safari/537.36", "Chrome 131 · Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {_KIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge 130 · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari 17 · iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; V2199A) {_KIT} Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49",
            "微信 8 · Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("Firefox/" + "9" * 400, "Firefox " + "9" * 52),
    ],
)
def test_a_browser_is_told_by_name_and_system(agent: str, told: str) -> None:
    assert browser_of(agent) == told


@pytest.mark.parametrize(("seconds", "minutes"), [(300, 5), (241, 5), (240, 4), (1, 1), (0, 1), (-5, 1)])
def test_waiting_is_told_in_whole_minutes(seconds: int, minutes: int) -> None:
    assert minutes_left(timedelta(seconds=seconds)) == minutes
