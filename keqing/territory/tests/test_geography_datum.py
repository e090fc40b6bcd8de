from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqing.territory.geography import Datum, ImpossibleCoordinate, Point, distance_m, from_wgs84, is_shifted, to_wgs84

# Published pairs: WGS-84, then the same place in GCJ-02 (lng, lat).
GCJ02_PAIRS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # Shanghai
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),  # Shenzhen
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),  # Beijing
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02_PAIRS)
def test_published_gcj02_pairs_hold_both_ways(wgs84, gcj02):
    assert distance_m(from_wgs84(*wgs84, Datum.GCJ02), Point(*gcj02)) < 0.01
    assert distance_m(to_wgs84(*gcj02, Datum.GCJ02), Point(*wgs84)) < 0.1


def test_published_bd09_pair_meets_its_gcj02_twin():
    # GCJ-02 (116.404, 39.915) is BD-09 (116.41036949, 39.92133699): both must be one place in WGS-84.
    from_gcj02 = to_wgs84(116.404, 39.915, Datum.GCJ02)
    from_bd09 = to_wgs84(116.41036949371029, 39.92133699351021, Datum.BD09)
    assert distance_m(from_gcj02, from_bd09) < 0.5


def test_ignoring_the_datum_would_be_off_by_hundreds_of_meters():
    seen = Point(116.404, 39.915)
    assert 450 < distance_m(seen, to_wgs84(*seen, Datum.GCJ02)) < 650
    assert 1000 < distance_m(seen, to_wgs84(*seen, Datum.BD09)) < 1600


@given(
    lng=st.floats(74, 134),
    lat=st.floats(18, 53),
    datum=st.sampled_from([Datum.GCJ02, Datum.BD09]),
)
def test_there_and_back_is_the_same_place(lng, lat, datum):
    if 119.88 <= lng <= 122.12 and 21.78 <= lat <= 25.42:
        return  # Taiwan is not shifted; at its edge, in the strait, the shift begins at once
    back = to_wgs84(*from_wgs84(lng, lat, datum), datum)
    assert distance_m(Point(lng, lat), back) < 1


@pytest.mark.parametrize("place", [(2.3522, 48.8566), (-74.006, 40.7128), (151.2093, -33.8688), (121.5654, 25.033)])
@pytest.mark.parametrize("datum", list(Datum))
def test_places_that_no_map_shifts_pass_through(place, datum):
    assert not is_shifted(Point(*place))
    assert to_wgs84(*place, datum) == place
    assert from_wgs84(*place, datum) == place


def test_wgs84_and_a_datum_by_its_written_name_are_accepted():
    assert to_wgs84(116.404, 39.915, "WGS-84") == (116.404, 39.915)
    assert to_wgs84(116.404, 39.915, "GCJ-02") == to_wgs84(116.404, 39.915, Datum.GCJ02)


@pytest.mark.parametrize(
    ("lng", "lat", "datum"),
    [
        (180.1, 30, Datum.WGS84),  # beyond the date line
        (30, 116.4, Datum.WGS84),  # the two exchanged
        (float("nan"), 30, Datum.GCJ02),
        (116.4, 39.9, "GCJ02"),  # not one of the three names
        (116.4, 39.9, ""),
    ],
)
def test_impossible_coordinates_are_refused(lng, lat, datum):
    with pytest.raises(ImpossibleCoordinate):
        to_wgs84(lng, lat, datum)


def test_distance_along_a_meridian_and_to_itself():
    # One degree of latitude on a sphere of 6371.0088 km: 2π·6371.0088/360 = 111.195 km.
    assert distance_m(Point(114, 30), Point(114, 31)) == pytest.approx(111_195, abs=1)
    # One degree of longitude at 60° N is half as long; the great circle cuts the corner by a few meters.
    assert distance_m(Point(114, 60), Point(115, 60)) == pytest.approx(55_597, abs=5)
    assert distance_m(Point(114, 30), Point(114, 30)) == 0


def test_distance_is_the_same_both_ways_and_across_the_globe():
    a, b = Point(0, 0), Point(180, 0)
    assert distance_m(a, b) == distance_m(b, a) == pytest.approx(20_015_115, abs=10)
