from django.urls import path

from oneplan.spaces.views import layers, tiles

app_name = "spaces"

urlpatterns = [
    path("layers/", layers.layer_list, name="layer_list"),
    path("layers/<str:code>/", layers.layer, name="layer"),
    path("tiles/boundaries/<str:key>/labels.json", tiles.boundary_labels, name="boundary_labels"),
    path("tiles/boundaries/<str:key>/<int:z>/<int:x>/<int:y>.mvt", tiles.boundary_tile, name="boundary_tile"),
    path("tiles/layers/<str:code>/<int:z>/<int:x>/<int:y>.mvt", tiles.planning_tile, name="planning_tile"),
]
