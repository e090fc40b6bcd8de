"""Every kind of spreadsheet the house can import, in the order a new company needs them."""

from __future__ import annotations

from keqing.catalog.imports import BATCHES, PRODUCTS
from keqing.core.imports.kind import Kind
from keqing.core.viewer import Viewer
from keqing.customers.imports import ASSIGNMENTS, CUSTOMERS, PEOPLE
from keqing.territory.imports import DIVISIONS, STAFF
from keqing.visits.imports import VISITS

KINDS: dict[str, Kind] = {
    kind.key: kind for kind in (DIVISIONS, PRODUCTS, BATCHES, STAFF, CUSTOMERS, PEOPLE, ASSIGNMENTS, VISITS)
}


def kinds_for(viewer: Viewer) -> list[Kind]:
    return [kind for kind in KINDS.values() if viewer.may(kind.noun, "import")]
