"""The rights table in words, as people read it: persona, noun, what may be done."""

from __future__ import annotations

from dataclasses import dataclass

from keqing.territory.personas import NOUNS, SEES_ALL, SELLING, VERB_WORDS, Persona, rights_table


@dataclass(frozen=True)
class PersonaRights:
    persona: Persona
    sees_all: bool
    sells: bool
    #: by noun, the words in the order of the table's legend; empty for a noun that is closed
    words: dict[str, tuple[str, ...]]


def readable_rights() -> list[PersonaRights]:
    table = rights_table()
    return [
        PersonaRights(
            persona=persona,
            sees_all=persona in SEES_ALL,
            sells=persona in SELLING,
            words={
                noun: tuple(str(word) for verb, word in VERB_WORDS.items() if verb in table[persona][noun])
                for noun in NOUNS
            },
        )
        for persona in Persona
    ]
