"""On what a guess rests: a Chinese sentence that still knows its pattern, so that it can be said in another language."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Why(str):
    pattern: str
    words: Mapping[str, str]

    def __new__(cls, pattern: str, **words: str) -> Why:
        why = super().__new__(cls, pattern % words)
        why.pattern, why.words = pattern, words
        return why

    def said(self, translate: Callable[[str], str]) -> str:
        """Words that are sentences themselves are said too; all others are data."""
        words = {name: word.said(translate) if isinstance(word, Why) else word for name, word in self.words.items()}
        return translate(self.pattern) % words
