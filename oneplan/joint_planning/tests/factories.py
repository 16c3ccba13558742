"""A small whole edition: everything that every gate asks for, made through the actions of the rooms."""

from datetime import date, timedelta
from decimal import Decimal

from oneplan.access.actors import Actor, system
from oneplan.commitments.actions import agree_and_accept, draft_pledge, propose_commitment, serve_elements
from oneplan.commitments.models import Commitment, Party
from oneplan.committees.actions import constitute_committee, record_resolution, seat_member
from oneplan.committees.models import Committee, Resolution
from oneplan.committees.queries import candidates, seats_on
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.actions import fill_post
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.joint_planning import actions
from oneplan.joint_planning.models import SigningCopy
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans import actions as plans
from oneplan.plans.models import Edition
from oneplan.spaces.models import MunicipalArea, Space

RULES = "framework_2020"
BEFORE_ADOPTION = ("diagnostic", "vision", "strategy", "commitments", "draft")
WORDS = (
    "Households in the eastern villages still fetch water from rivers because bulk supply never reached their "
    "reservoirs and the municipality cannot maintain pumps while clinics, schools, farms, shops and small "
    "factories wait for reliable electricity, safe roads, honest procurement, trained artisans, affordable "
    "transport, decent housing, working sanitation, public safety, early learning, better nutrition, land "
    "reform, tourism routes, mining rehabilitation and careful budgets that residents can follow from promise "
    "to delivery. "
)


def long_text(subject: str) -> str:
    """Enough words of substance for a chapter."""
    return f"<p>{subject}. {WORDS}</p>"


def edition_of(space: Space, *, by: Actor, rules: str = RULES) -> Edition:
    """An edition that has just begun."""
    return actions.start_planning(space, ruleset=rules, start_year=clock.today().year, by=by)


def fill(edition: Edition, *, by: Actor) -> Edition:
    """Write everything that the gates of stages 1 to 3 and the chapters ask for."""
    rules, space = ruleset(edition.ruleset), edition.plan.space
    areas = list(MunicipalArea.objects.filter(space=space).order_by("code"))
    plans.write_vision(
        edition, text=f"By 2056 {space.name} is a place where nobody lacks water, work or safety.", by=by
    )
    for number, area in enumerate(rules.areas):
        plans.write_impact(
            edition,
            area=area.code,
            by=by,
            text=f"In {area.label.lower()} every household notices better services and fair prospects.",
        )
        finding = plans.record_finding(
            edition, area=area.code, by=by, statement=f"Too few people benefit from {area.label.lower()} in the east",
            source="Community Survey", source_date=clock.today() - timedelta(days=400),
            municipal_areas=[each.code for each in areas[number :: len(rules.areas)]] or [areas[0].code],
        )  # fmt: skip
        outcome = plans.set_outcome(
            edition, area=area.code, by=by, statement=f"More people benefit from {area.label.lower()} than before",
            indicator="Share of households served", unit="%", baseline=Decimal(31), baseline_year=2022,
            baseline_source="Community Survey", target=Decimal(55), target_year=clock.today().year + 9,
        )  # fmt: skip
        plans.link_priorities(outcome, ["mtdp-2"], revision=outcome.revision, by=by)
        plans.formulate_strategy(
            edition, area=area.code, by=by, title=f"Extend what works in {area.label.lower()} to the east",
            findings=[finding.ref], outcomes=[outcome.ref], whole_space=True,
        )  # fmt: skip
    for chapter in rules.chapters:
        for code, label in [(each.code, each.label) for each in rules.areas] if chapter.is_per_area else [("", "")]:
            title = label or chapter.label
            plans.write_section(edition, chapter=chapter.code, area=code, title=title, body=long_text(title), by=by)
    return edition


def commit(edition: Edition, lead: Institution, *, by: Actor, pledged: bool = True) -> Commitment:
    """One commitment with its six elements that serves every strategy and outcome of the edition."""
    space = edition.plan.space
    area = MunicipalArea.objects.filter(space=space).order_by("code").first()
    assert area is not None
    commitment = propose_commitment(
        space, by=by, title="Bulk water to the eastern villages", lead=lead, area="infrastructure", kind="project",
        novelty="new", objective="Every village in the east has piped water within walking distance",
        indicator="Villages with piped water", unit="villages", baseline=Decimal(12), target=Decimal(40),
        target_on=date(clock.today().year + 4, 3, 31), outputs="Two pump stations and 60 kilometres of pipeline",
        start_on=clock.today(), finish_on=date(clock.today().year + 4, 3, 31),
        responsibility="Builds and commissions the scheme", accountable_post=signing_post(lead),
        municipal_areas=[area],
    )  # fmt: skip
    party = Party.objects.get(commitment=commitment, institution=lead)
    if pledged:
        draft_pledge(
            party, year=FinancialYear(clock.today().year + 4, Basis.PFMA), amount=Decimal("12000000.00"),
            status="indicative", funding_source="Regional Bulk Infrastructure Grant", by=by,
        )  # fmt: skip
    refs = [each.ref for model in (edition.strategys, edition.outcomes) for each in model.all()]
    serve_elements(commitment, space, refs, by=by)
    commitment.refresh_from_db()
    return commitment


def answer_all(edition: Edition, lead: Institution, *, hub: Actor, signatory: Actor) -> None:
    """The lead accepts its pledges and agrees, is asked for the draft, and contributes."""
    for party in Party.objects.filter(institution=lead, commitment__home_space=edition.space_id):
        agree_and_accept(party, by=signatory)
    asked = actions.request_contribution(edition, "draft", lead, request="Check your rows.", by=hub)
    actions.contribute(asked, answer="Our planners checked the rows.", by=signatory)


def pass_gates(edition: Edition, *, by: Actor, stages: tuple[str, ...] = BEFORE_ADOPTION) -> None:
    for stage in stages:
        actions.pass_gate(edition, stage, by=by)


def committees(space: Space, *, by: Actor, rules: str = RULES) -> dict[str, Committee]:
    """Both committees, every required seat held by somebody."""
    made = {kind: constitute_committee(space, kind, ruleset=rules, by=by) for kind in ("political", "technical")}
    if rules == "framework_2020":
        for kind, institution, post_kind, capacity in (
            ("political", "nat-dws", "minister", "chair"),
            ("political", "lim-cogta", "mec", "deputy_chair"),
        ):
            post = Post.objects.filter(institution=institution, kind=post_kind).first()
            assert post is not None
            seat_member(made[kind], post, capacity, by=by)
    seat_the_rest(space, made, by=by, rules=rules)
    for committee in made.values():
        for seat in committee.seats.filter(valid_to=None).select_related("post"):
            hold(seat.post)
    return made


def seat_the_rest(space: Space, made: dict[str, Committee], *, by: Actor, rules: str) -> None:
    """Required seats that the template leaves to choose get the first post that suits."""
    for kind, committee in made.items():
        taken = set(committee.seats.values_list("template", flat=True))
        for template in ruleset(rules).committee(kind).seats:
            if template.is_required and template.code not in taken:
                post = candidates(space, template).exclude(seats__committee=committee).first()
                if post is not None:
                    seat_member(committee, post, template.capacity.value, by=by, template=template.code)


def hold(post: Post) -> None:
    """Somebody holds the post."""
    post.refresh_from_db()
    if not post.holdings.exists():
        fill_post(
            post, person_name=f"Holder of {post.code}"[:100], valid_from=date(2020, 1, 1), revision=post.revision,
            by=system("tests"),
        )  # fmt: skip


def resolve(committee: Committee, decision: str, copy: SigningCopy, *, by: Actor, absent: int = 0) -> Resolution:
    """A meeting today at which all but some seats were present."""
    seats = seats_on([committee], clock.today())[committee.pk]
    present = {each.seat: "" for each in seats[: len(seats) - absent]}
    return record_resolution(
        committee, held_on=clock.today(), decision=decision, text="Resolved about the signing copy of this edition.",
        copy_hash=copy.sha256, present=present, by=by,
    )  # fmt: skip
