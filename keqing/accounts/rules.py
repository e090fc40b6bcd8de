"""What a sign-in log may keep of a visitor: the network, not the machine; the browser's name, not its fingerprint."""

from __future__ import annotations

import ipaddress
import math
import re
from datetime import timedelta

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("wxwork", "企业微信"),
    ("DingTalk", "钉钉"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("MQQBrowser", "QQ 浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def shorten_address(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; empty for what is no address."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if isinstance(ip, ipaddress.IPv4Address):
        return ".".join(str(ip).split(".")[:3]) + ".*"
    network = ipaddress.IPv6Network((ip, 48), strict=False)
    return f"{network.network_address}*"


def browser_of(user_agent: str) -> str:
    """Browser with its main version, and system: "Chrome 131 · Android"."""
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (_browser(user_agent), system) if part)[:60]


def _browser(user_agent: str) -> str:
    for mark, name in _BROWSERS:
        if mark in user_agent:
            # Safari writes its number behind another word
            found = re.search(rf"(?:{'Version' if name == 'Safari' else mark}[A-Za-z]*)/(\d+)", user_agent)
            return f"{name} {found.group(1)}" if found else name
    return ""


def minutes_left(wait: timedelta) -> int:
    """Whole minutes to wait, at least one: nobody is sent back too early."""
    return max(1, math.ceil(wait.total_seconds() / 60))
