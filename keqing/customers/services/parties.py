"""A customer is written down, changed, called by other names, put into the bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.models import BinEntry
from keqing.core.saving import Act, save, save_one, throw_away
from keqing.customers.errors import CodeTaken, NameTaken, ParentLoop
from keqing.customers.models import Assignment, Party, PartyName
from keqing.customers.rules.names import PartyNames, normalise_name, split_names
from keqing.customers.rules.sort_keys import sort_key

REASON = "codes and parents of customers hold for the whole company, whoever looks"


def day_of(act: Act) -> date:
    return timezone.localdate(act.at)


def name_norm_of(names: PartyNames) -> str:
    """The form two entries are compared by: with the campus or shop, without other names."""
    return normalise_name(names.own)[:120]


@transaction.atomic
def register_party(values: Mapping[str, Any], act: Act, *, holder_id: int | None = None) -> Party:
    """Write a new customer; other names inside the written name become names of their own.

    `holder_id`: the position that has it from today on, so that who wrote it down goes on seeing it.
    """
    party = Party()
    names = _fill(party, values)
    _require_free_code(party)
    save_one(party, act)
    _add_other_names(party, names, act)
    if holder_id is not None:
        save_one(Assignment(party=party, position_id=holder_id, valid_from=day_of(act)), act)
    return party


@transaction.atomic
def change_party(party: Party, values: Mapping[str, Any], act: Act) -> Party:
    """Raises `core.saving.Stale` when somebody else changed the customer after it was read."""
    names = _fill(party, values)
    _require_free_code(party)
    _require_no_loop(party)
    save_one(party, act)
    _add_other_names(party, names, act)
    return party


def _fill(party: Party, values: Mapping[str, Any]) -> PartyNames:
    for field, value in values.items():
        setattr(party, field, value)
    names = split_names(party.name)
    party.name = names.own[:120]
    party.name_norm = name_norm_of(names)
    party.sort_key = sort_key(party.name)
    return names


def _require_free_code(party: Party) -> None:
    others = Party.objects.everything(REASON).filter(code=party.code).exclude(pk=party.pk)
    if party.code and others.exists():
        raise CodeTaken(gettext("客户编码 %(code)s 已经有了，换一个，或先找到那家客户。") % {"code": party.code})


def _require_no_loop(party: Party) -> None:
    seen, above = {party.pk}, party.parent_id
    while above is not None:
        if above in seen:
            raise ParentLoop(gettext("上级选成了自己的下级，绕成了一圈，换一家。"))
        seen.add(above)
        above = Party.objects.everything(REASON).filter(pk=above).values_list("parent_id", flat=True).first()


def _add_other_names(party: Party, names: PartyNames, act: Act) -> None:
    known = set(party.names.live().values_list("name_norm", flat=True)) | {party.name_norm}
    rows = []
    for name, relation in names.others:
        norm = normalise_name(name)[:120]
        if relation in ("also", "former") and norm not in known:
            known.add(norm)
            rows.append(PartyName(party=party, name=name[:120], name_norm=norm, relation=relation))
    save(rows, act)


def add_name(party: Party, name: str, relation: str, act: Act) -> PartyName:
    norm = normalise_name(name)[:120]
    if norm == party.name_norm or party.names.live().filter(name_norm=norm).exists():
        raise NameTaken(gettext("“%(name)s”已经是它的名称。") % {"name": name})
    return save_one(PartyName(party=party, name=name, name_norm=norm, relation=relation), act)


def remove_name(name: PartyName, act: Act) -> BinEntry:
    return throw_away([name], act)


@transaction.atomic
def remove_parties(parties: Sequence[Party], act: Act) -> list[BinEntry]:
    """Each customer with what hangs on it under an entry of its own, so that each can be brought back alone."""
    return [throw_away([party], act) for party in parties]
