"""Addresses of joint planning."""

from django.urls import path, register_converter

from oneplan.frameworks.queries import rulesets
from oneplan.joint_planning.views import adoption, editions, participation, results, stages, timeline, workspace


class ChapterConverter:
    """A chapter of a standard format, so that other rooms may have addresses beside them."""

    regex = "|".join(sorted({chapter.code for rules in rulesets() for chapter in rules.chapters}))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ChapterConverter, "chapter")

app_name = "joint_planning"

PLAN = "spaces/<str:code>/plan/"
EDITION = PLAN + "<int:number>/"
STAGE = EDITION + "stages/<slug:stage>/"
ASKED = EDITION + "participation/<slug:stage>/<str:institution>/"

urlpatterns = [
    path("contributions/", participation.our_contributions, name="our_contributions"),
    path(PLAN, editions.editions, name="editions"),
    path(PLAN + "start/", editions.start_planning, name="start_planning"),
    path(EDITION, workspace.workspace, name="workspace"),
    path(EDITION + "<chapter:chapter>/", workspace.chapter, name="chapter"),
    path(EDITION + "abandon/", editions.abandon_edition, name="abandon_edition"),
    path(EDITION + "rules/change/", editions.change_ruleset, name="change_ruleset"),
    path(EDITION + "compare/", editions.compare_editions, name="compare"),
    path(EDITION + "stages/", stages.stages, name="stages"),
    path(STAGE + "schedule/", stages.schedule_stage, name="schedule_stage"),
    path(STAGE + "pass/", stages.pass_gate, name="pass_gate"),
    path(STAGE + "reopen/", stages.reopen_stage, name="reopen_stage"),
    path(STAGE + "except/<slug:rule>/", stages.grant_exception, name="grant_exception"),
    path(STAGE + "except/<slug:rule>/withdraw/", stages.withdraw_exception, name="withdraw_exception"),
    path(EDITION + "participation/", participation.participation, name="participation"),
    path(EDITION + "participation/participation.csv", participation.participation_csv, name="participation_csv"),
    path(EDITION + "participation/ask/", participation.request_contributions, name="request_contributions"),
    path(ASKED, participation.contribution, name="contribution"),
    path(ASKED + "contribute/", participation.answer, {"how": "contribute"}, name="contribute"),
    path(ASKED + "decline/", participation.answer, {"how": "decline"}, name="decline_contribution"),
    path(ASKED + "remind/", participation.remind_party, name="remind_party"),
    path(ASKED + "again/", participation.ask_again, name="ask_again"),
    path(ASKED + "document/", participation.contribution_document, name="contribution_document"),
    path(EDITION + "results/", results.results, name="results"),
    path("spaces/<str:code>/timeline/", timeline.timeline, name="timeline"),
    path(EDITION + "adoption/", adoption.adoption, name="adoption"),
    path(EDITION + "adoption/copy.json", adoption.signing_copy, name="signing_copy"),
    path(EDITION + "adoption/freeze/", adoption.freeze_copy, name="freeze_copy"),
    path(EDITION + "adoption/withdraw/", adoption.withdraw_copy, name="withdraw_copy"),
    path(EDITION + "adoption/adopt/", adoption.adopt_edition, name="adopt_edition"),
]
