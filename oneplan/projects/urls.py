from django.urls import path

from oneplan.projects.views import downloads, maps, tiles

app_name = "projects"

urlpatterns = [
    path("tiles/projects/<int:z>/<int:x>/<int:y>.mvt", tiles.project_tile, name="project_tile"),
    path("tiles/project-shapes/<int:z>/<int:x>/<int:y>.mvt", tiles.shapes_tile, name="shapes_tile"),
    path("projects/map/", maps.project_map, name="map"),
    path("projects/map/in-view/", maps.in_view, name="map_in_view"),
    path("projects/map/card/<str:ref>/", maps.card, name="map_card"),
    path("projects/download/<str:form>/", downloads.download, name="download"),
    path("projects/download/<str:form>/<str:key>/", downloads.kept_file, name="kept_file"),
]
