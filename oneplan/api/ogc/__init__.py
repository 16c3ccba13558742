"""OGC API: Features, Tiles and Records, thin faces over the rooms' queries (docs/adr/0013-ogc-faces.md)."""
