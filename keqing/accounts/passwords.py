"""Password rules beyond length: not what everybody takes, not what everybody knows about you.

Length comes first (12 characters); no rule asks for capitals or signs, they only make `Password123!`.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

_ROWS = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_HOUSE = ("keqing", "客情")
_KNOWN = ("woaini", "woaiwojia", "wodemima", "mimamima", "zhongguo")
_SHORTEST_PART = 4


def is_run(text: str) -> bool:
    """True when the text is walked along the keyboard or the alphabet, forward or back, once or repeated."""
    return any(text in row * 3 or text in row[::-1] * 3 for row in _ROWS)


def own_words(user: Any) -> tuple[str, ...]:
    """Name, its pinyin both ways round, account name and mailbox: short ones would refuse too much."""
    name = getattr(user, "name", "") or ""
    syllables = [part.lower() for part in lazy_pinyin(name)]
    candidates = (
        "".join(syllables),
        "".join(syllables[1:] + syllables[:1]),
        getattr(user, "username", "") or "",
        (getattr(user, "email", "") or "").partition("@")[0],
    )
    words = [word.lower() for word in candidates if len(word) >= _SHORTEST_PART]
    return tuple(words + ([name] if len(name) >= 2 else []))


class LongEnough:
    def __init__(self, min_length: int = 12) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.min_length:
            raise ValidationError(_("密码太短，至少要 %(length)s 个字符。") % {"length": self.min_length}, code="short")

    def get_help_text(self) -> str:
        return _("至少 %(length)s 个字符，一句好记的话就行。") % {"length": self.min_length}


class NotCommon:
    """Django's list of leaked passwords holds few long ones; what hides behind digits and signs counts too."""

    def __init__(self) -> None:
        self._leaked = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.lower().strip()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        is_common = (
            plain in self._leaked
            or plain.isdigit()
            or len(set(plain)) < 5
            or is_run(plain)
            or (core != plain and (core in self._leaked or core in _KNOWN or (len(core) > 3 and is_run(core))))
        )
        if is_common:
            raise ValidationError(_("这个密码太常见，别人几下就能猜到，换一句自己的话。"), code="common")

    def get_help_text(self) -> str:
        return _("不要用常见密码、连着的数字或键盘上的一排字母。")


class NotAboutYou:
    def validate(self, password: str, user: Any = None) -> None:
        plain = password.lower()
        if any(word in plain for word in (*own_words(user), *_HOUSE)):
            raise ValidationError(_("密码里不要有姓名、账号或“客情”，认识你的人会先试这些。"), code="similar")

    def get_help_text(self) -> str:
        return _("不要含姓名（拼音也算）、账号或“客情”。")
