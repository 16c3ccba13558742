"""Files are read as they are: what is odd is said, what is dangerous is not opened."""

import gzip
import json
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from oneplan.geometry import checks, drawing, measures, reading
from oneplan.geometry.errors import UnusableFile

SQUARE = shapely.box(25, -30, 26, -29)


def write(path, geometries, *, crs="EPSG:4326", driver=None, **columns):
    columns = columns or {"code": np.array([f"DC{i}" for i in range(1, len(geometries) + 1)], dtype=object)}
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(geometries, dtype=object)), list(columns.values()), list(columns),
        geometry_type="Polygon", crs=crs, driver=driver,
    )  # fmt: skip
    return path


@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_it_reads_what_was_written(tmp_path, suffix):
    file = reading.read_vector(write(tmp_path / f"areas.{suffix}", [SQUARE]))
    assert (len(file), file.crs_note, file.columns["code"].tolist()) == (1, "", ["DC1"])
    assert shapely.equals(file.geometries[0], SQUARE)


def test_it_reads_a_shapefile_in_a_zip_and_moves_it_to_degrees(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    flat = shapely.box(100_000, -3_300_000, 200_000, -3_200_000)
    write(folder / "areas.shp", [flat], crs="ESRI:102022")
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"inner/{part.name}")
    file = reading.read_vector(tmp_path / "areas.zip")
    assert "Albers" in file.crs_note
    assert 25 < shapely.bounds(file.geometries[0])[0] < 28


def test_it_reads_a_compressed_geojson(tmp_path):
    plain = write(tmp_path / "areas.geojson", [SQUARE])
    (tmp_path / "areas.geojson.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert len(reading.read_vector(tmp_path / "areas.geojson.gz")) == 1


def test_a_missing_system_is_said_and_taken_only_for_degrees_in_south_africa(tmp_path):
    for name, shape, good in (("a", SQUARE, True), ("b", shapely.box(0, 0, 90_000, 90_000), False)):
        write(tmp_path / f"{name}.shp", [shape])
        (tmp_path / f"{name}.prj").unlink()
        if good:
            assert reading.read_vector(tmp_path / f"{name}.shp").crs_note == "missing"
        else:
            with pytest.raises(UnusableFile) as caught:
                reading.read_vector(tmp_path / f"{name}.shp")
            assert caught.value.kind == "crs_missing"


def refused(path):
    with pytest.raises(UnusableFile) as caught:
        reading.read_vector(path)
    return caught.value.kind


def test_it_refuses_what_is_no_boundary_file(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "empty.geojson").write_bytes(b"")
    (tmp_path / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Fea', encoding="ascii")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 cut off")
    kinds = [refused(tmp_path / name) for name in ("a.docx", "empty.geojson", "cut.geojson", "broken.zip", "none.gpkg")]
    assert kinds == ["format", "empty", "broken", "broken", "missing"]


def test_it_refuses_a_virtual_file_that_points_at_another(tmp_path):
    other = write(tmp_path / "secret.gpkg", [SQUARE])
    disguised = tmp_path / "areas.geojson"
    disguised.write_text(
        f"<OGRVRTDataSource><OGRVRTLayer "
        f'name="secret"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        encoding="ascii",
    )
    assert refused(disguised) in {"format", "broken"}


def test_it_refuses_a_zip_bomb_without_opening_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("areas.geojson", b" " * 30_000_000)
    (tmp_path / "bomb.geojson.gz").write_bytes(gzip.compress(b" " * 30_000_000))
    assert refused(tmp_path / "bomb.zip") == refused(tmp_path / "bomb.geojson.gz") == "zip_bomb"


def test_several_layers_need_a_name(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name in ("a", "b"):
            archive.writestr(f"{name}.geojson", json.dumps({"type": "FeatureCollection", "features": []}))
    assert refused(tmp_path / "two.zip") == "several_layers"


def test_a_crossed_outline_is_mended_and_reported():
    bow = shapely.Polygon([(25, -30), (26, -29), (26, -30), (25, -29)])
    mended, repairs = checks.repair(np.array([SQUARE, bow], dtype=object))
    assert shapely.is_valid(mended).all()
    assert [(repair.row, "Self-intersection" in repair.reason) for repair in repairs] == [(1, True)]


def test_overlaps_and_gaps_are_measured():
    tiled = np.array([shapely.box(25, -30, 26, -29), shapely.box(26, -30, 27, -29)])
    assert checks.coverage(tiled).overlap_km2 < 1e-6
    assert checks.coverage(np.array([tiled[0], shapely.box(25.5, -30, 27, -29)])).overlap_km2 > 5000
    holed = np.array([shapely.box(25, -30, 27, -28).difference(shapely.box(25.9, -29.1, 26, -29))])
    found = checks.coverage(holed)
    assert found.gap_count == 1 and 90 < found.gap_km2 < 120


def test_areas_are_measured_on_the_ellipsoid():
    degree = measures.area_km2(np.array([SQUARE]))[0]
    assert degree == pytest.approx(10_745, rel=0.002)  # one square degree at 29.5° south


def test_near_places_have_near_tile_codes():
    pretoria, joburg, cape = measures.tile_codes(
        np.array(
            [shapely.box(28.1, -25.8, 28.3, -25.6), shapely.box(28, -26.3, 28.2, -26.1), shapely.box(18, -34, 19, -33)]
        )
    )
    assert abs(pretoria - joburg) < abs(pretoria - cape)


def test_a_drawn_outline_keeps_its_area_and_its_neighbour_the_same_edge():
    east, west = drawing.draw(
        np.array([shapely.box(26, -30, 27, -29), shapely.box(25, -30, 26, -29)]), tolerance_km=0.5, decimals=1
    )
    assert east.path.startswith("M") and east.path.endswith("z") and "e" not in east.path
    left, top, width, height = west.box
    assert 90 < width < 105 and 105 < height < 120
    assert abs(left + width - east.box[0]) < 4  # meridians lean in this projection, but the edge is one
    assert left < west.label[0] < left + width and top < west.label[1] < top + height
