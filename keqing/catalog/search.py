"""What the global search finds of products."""

from __future__ import annotations

from django.urls import reverse

from keqing.catalog.models import Sku
from keqing.core.search import Hit, matching
from keqing.core.viewer import Viewer


def find_products(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    if not query.strip():
        return []
    rows = matching(Sku.objects.visible_to(viewer), query).select_related("product").order_by("code")[:limit]
    return [
        Hit(
            str(row.product),
            f"{row.spec} · {row.code}",
            reverse("catalog:product", args=[row.product.public_id]),
            "pill",
        )
        for row in rows
    ]
