from __future__ import annotations

import pytest

from keqing.engines.world.datum import shift_to_gcj02


# published pairs (longitude, latitude) for Shanghai, Shenzhen and Beijing; 1e-6 degree is a tenth of a meter
@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_pairs(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert shift_to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-6)
