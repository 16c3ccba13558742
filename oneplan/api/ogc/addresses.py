"""Every address below /ogc/. Loaded at the first call."""

from django.urls import path, re_path

from oneplan.api.ogc import catalogue_views, feature_views, root_views, tile_views

ONE = "collections/<str:collection>"

urlpatterns = [
    path("", root_views.landing, name="landing"),
    path("api", root_views.definition, name="definition"),
    path("conformance", root_views.conformance, name="conformance"),
    path("collections", root_views.collections, name="collections"),
    path("collections/catalogue", catalogue_views.catalogue, name="catalogue"),
    path("collections/catalogue/items", catalogue_views.records, name="records"),
    path("collections/catalogue/items/<str:record>", catalogue_views.record, name="record"),
    path(ONE, root_views.collection, name="collection"),
    path(f"{ONE}/metadata", catalogue_views.metadata, name="metadata"),
    path(f"{ONE}/items", feature_views.items, name="items"),
    path(f"{ONE}/items/<str:feature>", feature_views.item, name="item"),
    path(f"{ONE}/tiles", tile_views.tilesets, name="tilesets"),
    path(f"{ONE}/tiles/WebMercatorQuad", tile_views.tileset, name="tileset"),
    path(f"{ONE}/tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", tile_views.tile, name="tile"),
    path("tileMatrixSets", tile_views.matrix_sets, name="matrix_sets"),
    path("tileMatrixSets/WebMercatorQuad", tile_views.matrix_set, name="matrix_set"),
    re_path(r"^(?P<rest>.+)$", root_views.unknown_address, name="unknown"),
]
