"""Geometry: the only room that speaks Shapely, pyproj and pyogrio. Knows no Django and no domain noun.

Stored and exchanged in WGS 84 (longitude, latitude in degrees); measured and drawn in `frame.EQUAL_AREA`.
"""
