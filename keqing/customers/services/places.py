"""Where a customer is: the first valid check-in proposes, a person confirms (DESIGN 4)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from keqing.core.saving import Act, save_one
from keqing.customers.errors import PlaceKnown
from keqing.customers.models import Party, PlaceProposal

REASON = "one open proposal per customer, whoever made it"


def propose_place(party: Party, lng: float, lat: float, accuracy_m: int | None, act: Act) -> PlaceProposal | None:
    """None when the customer has a place or a proposal already waits."""
    waiting = PlaceProposal.objects.everything(REASON).filter(party=party, is_accepted__isnull=True)
    if party.has_place or waiting.exists():
        return None
    row = PlaceProposal(party=party, lng=lng, lat=lat, accuracy_m=accuracy_m, proposed_at=act.at)
    return save_one(row, act)


@transaction.atomic
def confirm_place(proposal: PlaceProposal, act: Act) -> Party:
    party: Party = Party.objects.everything(REASON).select_for_update().get(pk=proposal.party_id)
    if party.has_place:
        raise PlaceKnown(gettext("这家已经有了位置，这条建议没有用上。"))
    party.lng, party.lat, party.place_ground = proposal.lng, proposal.lat, Party.PlaceGround.CHECK_IN
    save_one(party, act)
    proposal.is_accepted = True
    save_one(proposal, act)
    return party


def discard_place(proposal: PlaceProposal, act: Act) -> PlaceProposal:
    proposal.is_accepted = False
    return save_one(proposal, act)
