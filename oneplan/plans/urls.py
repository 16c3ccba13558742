from django.urls import path

from oneplan.plans.views import elements, immediate_issues, ties

app_name = "plans"

EDITION = "spaces/<str:code>/plan/<int:number>/"
ELEMENT = EDITION + "elements/<str:ref>/"

urlpatterns = [
    path("immediate/", immediate_issues.national_immediate_board, name="national_immediate_board"),
    path("spaces/<str:code>/immediate/", immediate_issues.immediate_board, name="immediate_board"),
    path(EDITION + "elements/removed/", elements.removed_elements, name="removed_elements"),
    path(EDITION + "elements/add/<str:kind>/", elements.add_element, name="add_element"),
    path(ELEMENT, elements.element, name="element"),
    path(ELEMENT + "edit/", elements.edit_element, name="edit_element"),
    path(ELEMENT + "remove/", elements.remove_element, name="remove_element"),
    path(ELEMENT + "restore/", elements.restore_element, name="restore_element"),
    path(ELEMENT + "mark/", ties.mark_element, name="mark_element"),
    path(ELEMENT + "unmark/<str:marker>/", ties.unmark_element, name="unmark_element"),
    path(ELEMENT + "cite/", ties.cite_observation, name="cite_observation"),
    path(ELEMENT + "cite/<slug:indicator>/<str:place>/remove/", ties.remove_citation, name="remove_citation"),
    path(ELEMENT + "priorities/", ties.link_priorities, name="link_priorities"),
    path(ELEMENT + "immediate/", immediate_issues.raise_immediate_issue, name="raise_immediate_issue"),
    path(ELEMENT + "immediate/revise/", immediate_issues.revise_immediate_issue, name="revise_immediate_issue"),
    path(ELEMENT + "immediate/resolve/", immediate_issues.resolve_immediate_issue, name="resolve_immediate_issue"),
]
