from django.urls import path

from oneplan.projects.views import (
    acts,
    downloads,
    lists,
    maps,
    matches,
    placing,
    programmes,
    project,
    renewing,
    review,
    submissions,
    tiles,
)

app_name = "projects"

ONE = "projects/<str:ref>/"
MATCH = "projects/matches/<int:pk>/"

urlpatterns = [
    path("tiles/projects/<int:z>/<int:x>/<int:y>.mvt", tiles.project_tile, name="project_tile"),
    path("tiles/project-shapes/<int:z>/<int:x>/<int:y>.mvt", tiles.shapes_tile, name="shapes_tile"),
    path("projects/", lists.national_list, name="national_list"),
    path("spaces/<str:code>/projects/", lists.space_list, name="space_list"),
    path("projects/map/", maps.project_map, name="map"),
    path("projects/map/in-view/", maps.in_view, name="map_in_view"),
    path("projects/map/card/<str:ref>/", maps.card, name="map_card"),
    path("projects/download/<str:form>/", downloads.download, name="download"),
    path("projects/download/<str:form>/<str:key>/", downloads.kept_file, name="kept_file"),
    path("projects/register/", acts.register, name="register"),
    path("projects/review/", review.review_queue, name="review_queue"),
    path("projects/review/<str:ref>/", review.review_one, name="review_one"),
    path("projects/renew-places/", renewing.renew_places, name="renew_places"),
    path("projects/matches/", matches.match_list, name="match_list"),
    path(MATCH, matches.match, name="match"),
    path(MATCH + "apart/", matches.keep_apart, name="keep_apart"),
    path(MATCH + "part/", matches.part, name="part"),
    path("projects/submissions/", submissions.submission_list, name="submission_list"),
    path("projects/submissions/<int:pk>/", submissions.submission, name="submission"),
    path("projects/submissions/<int:pk>/changes.csv", submissions.changes_csv, name="changes_csv"),
    path("programmes/", programmes.programme_list, name="programme_list"),
    path("programmes/register/", programmes.register_programme, name="register_programme"),
    path("programmes/<str:ref>/", programmes.programme, name="programme"),
    path("programmes/<str:ref>/correct/", programmes.correct_programme, name="correct_programme"),
    path(ONE, project.project, name="project"),
    path(ONE + "correct/", acts.correct, name="correct"),
    path(ONE + "close/", acts.close, name="close"),
    path(ONE + "reopen/", acts.reopen, name="reopen"),
    path(ONE + "publish/", acts.publish, name="publish"),
    path(ONE + "withhold/", acts.withhold, name="withhold"),
    path(ONE + "place/", placing.locate, name="locate"),
    path(ONE + "place/right/", placing.review_place, name="review_place"),
    path(ONE + "milestones/", acts.set_milestone, name="set_milestone"),
    path(ONE + "milestones/<int:pk>/remove/", acts.remove_milestone, name="remove_milestone"),
]
