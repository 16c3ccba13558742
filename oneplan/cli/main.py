"""`oneplan`: the command line. Its forms are stable (docs/operations.md); exit codes: 0 done, 1 refused, 2 misuse."""

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneplan import __version__
from oneplan.cli.calendar import amend_calendar
from oneplan.cli.ledger import close_cycle, compute_ledger, open_cycle
from oneplan.cli.observations import build_observations, publish_observations
from oneplan.cli.steps import a_day, actor, refuse, start

if TYPE_CHECKING:
    pass


def _mapping(given: str | None) -> str | Path:
    """A remembered mapping by name, or the YAML file that the name points at."""
    if given is None:
        return ""
    path = Path(given)
    return path if path.suffix in {".yaml", ".yml"} and path.is_file() else given


_HELD = (
    "OnePlan is serving from this data folder, or another command works on it alone: what people write meanwhile"
    " would be lost. Stop it first. Nothing was changed."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="oneplan")
def main() -> None:
    """OnePlan: plan, budget and deliver together in 52 spaces.

    ONEPLAN_HOME is the data folder (default ./var), ONEPLAN_PORT the port (default 8000).
    """


@main.command()
@click.option("--demo/--no-demo", default=True, help="Load the demonstration into an empty data folder.")
def serve(demo: bool) -> None:
    """Prepare what is missing, then run the web server, the worker and the schedule until stopped."""
    from oneplan.cli.serving import serve as run

    sys.exit(run(start, with_demo=demo))


@main.command()
def prepare() -> None:
    """Migrate the database, load the registers and draw the approximate map; harmless to repeat."""
    start()
    from oneplan.cli.preparing import prepare as run

    for line in run():
        click.echo(line)


@main.command()
@click.option(
    "--scale", type=click.Choice(["1", "10", "52"]), default=None,
    help="Fill so many spaces with a large sample instead (52: all of them, with 60 000 commitments).",
)  # fmt: skip
def demo(scale: str | None) -> None:
    """Load the demonstration: three pilots with sample plans, marked as sample everywhere."""
    start()
    from oneplan.cli.prepared import is_prepared
    from oneplan.cli.preparing import prepare as run_prepare
    from oneplan.demo.build import build
    from oneplan.demo.scale import SCALES, fill
    from oneplan.platform.errors import Refused

    try:
        for line in () if is_prepared() else run_prepare():
            click.echo(line)
        for line in fill(SCALES[int(scale)]) if scale else build():
            click.echo(line)
    except Refused as refusal:
        refuse(refusal.sentence)


def _details(said: tuple[str, ...]) -> dict[str, str]:
    """`--set name=value`, as often as it was given."""
    pairs = [each.partition("=") for each in said]
    if wrong := [name for name, sign, _value in pairs if not sign]:
        raise click.UsageError(f"--set {wrong[0]}: write it as {wrong[0]}=value.")
    return {name.strip(): value.strip() for name, _sign, value in pairs}


@main.command(name="import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Where the file comes from, in words.")
@click.option("--as-at", callback=a_day, help="The date the file speaks for (YYYY-MM-DD).")
@click.option("--level", default=None, help="For boundaries: province, space, municipal_area or ward.")
@click.option("--layout", default=None, help="A layout shipped with OnePlan.")
@click.option("--mapping", default=None, help="A remembered column mapping, or a YAML file.")
@click.option("--space", default=None, help="The space whose rows are meant, by code.")
@click.option("--province", default=None, help="The province that the file is of, by code; others' rows are refused.")
@click.option("--licence", default="", help="The licence or terms of use of the file.")
@click.option("--plan", default=None, help="For plan-items: the code of the source plan, as its page shows it.")
@click.option("--set", "said", multiple=True, metavar="NAME=VALUE", help="What the kind asks for besides (layer).")
@click.option("--as", "as_user", default=None, help="The person who imports, by e-mail address.")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row is refused.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.option("--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Write the file back, annotated.")
def import_(
    kind: str, file: Path, source: str, as_at: date | None, level: str | None, layout: str | None,
    mapping: str | None, space: str | None, province: str | None, licence: str, plan: str | None,
    said: tuple[str, ...], as_user: str | None, dry_run: bool, strict: bool, report: Path | None,
    annotated: Path | None,
) -> None:  # fmt: skip
    """Import FILE as KIND: boundaries, budget, commitments, indicators, institutions, irm, layer, national, oc4ids,
    performance, plan-items, projects, sa36, sc36 or shapes.

    A file that cannot be read stores nothing (exit 1). A row that cannot be taken is set aside and the rest stored.
    """
    start()
    from oneplan.cli.talking import tell_import
    from oneplan.exchange.annotated import write_annotated
    from oneplan.exchange.kinds import get_kind
    from oneplan.exchange.pipeline import run_import
    from oneplan.platform.errors import NotAllowed, Refused

    try:
        outcome = run_import(
            kind, file, by=actor(as_user), source=source, as_at=as_at, level=level or "", layout=layout or "",
            mapping=_mapping(mapping), space=space or "", province=(province or "").upper(), licence=licence,
            details=_details(said) | ({"plan": plan} if plan else {}), dry_run=dry_run, strict=strict,
        )  # fmt: skip
    except NotAllowed as refusal:
        refuse(refusal.sentence)
    except Refused as misuse:
        raise click.UsageError(misuse.sentence) from None
    if report:
        outcome.write_json(report)
    if annotated:
        write_annotated(outcome, annotated, source=file)
    for line in tell_import(outcome):
        click.echo(line)
    follow = get_kind(kind).follow
    if follow and outcome.run_id and outcome.rows_accepted:
        try:
            for line in follow(actor(as_user)):
                click.echo(line)
        except Refused as refusal:
            refuse(refusal.sentence)
    sys.exit(outcome.exit_code(strict))


@main.group()
def workbook() -> None:
    """Issue Excel workbooks to fill away from OnePlan, and take them back."""


@workbook.command(name="issue")
@click.argument("code")
@click.option("--party", default=None, help="The institution it is for, by code; the space itself unless told.")
@click.option(
    "--language",
    default="en-za",
    help="The language of its words: en-za (English), af (Afrikaans), zu (isiZulu), xh (isiXhosa) or nso (Sepedi).",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "as_user", default=None, help="The person who issues it, by e-mail address.")
def issue_workbook(code: str, party: str | None, language: str, out: Path, as_user: str | None) -> None:
    """Write the workbook of the space CODE (such as DC36), or of one party in it, to a file."""
    start()
    from oneplan.cli.workbooks import issue
    from oneplan.platform.errors import Refused

    try:
        click.echo(issue(code, party, language=language, out=out, by=actor(as_user)))
    except Refused as refusal:
        refuse(refusal.sentence)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.")


@workbook.command(name="return")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "as_user", default=None, help="The person who returns it, by e-mail address.")
@click.option("--take-in", is_flag=True, help="Take changed and new rows in; without it they are only compared.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row is refused.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.option("--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Write what differs, annotated.")
def return_workbook(
    file: Path, as_user: str | None, take_in: bool, strict: bool, report: Path | None, annotated: Path | None
) -> None:
    """Compare a returned workbook with what was issued and with what OnePlan says now.

    Nothing is taken in unless told. Rows that OnePlan changed too stay as they are: choose on the page that is named.
    A file that is no return of a standing workbook is refused (exit 1); a refused row is left as it was.
    """
    start()
    from oneplan.cli.workbooks import take_back
    from oneplan.platform.errors import Refused

    try:
        outcome = take_back(file, by=actor(as_user), take_in=take_in, report=report, annotated=annotated)
    except Refused as refusal:
        refuse(refusal.sentence)
    for line in outcome.lines:
        click.echo(line)
    sys.exit(outcome.exit_code(strict))


@main.group()
def export() -> None:
    """Write something out of OnePlan to a file."""


@export.command(name="plan")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["pdf", "docx", "xlsx", "json"]), default="json")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--edition", type=int, default=None, help="The edition's number; the one in force unless told.")
@click.option("--draft", is_flag=True, help="The edition in progress instead, marked as a draft on every page.")
@click.option("--as", "as_user", default=None, help="The person who reads the draft, by e-mail address.")
def export_plan(code: str, form: str, out: Path, edition: int | None, draft: bool, as_user: str | None) -> None:
    """Write the One Plan of the space CODE (such as DC36): the adopted edition in a form.

    json is the sealed file that anyone can verify; pdf, docx (Word) and xlsx (Excel) are drawn from it.
    """
    start()
    from oneplan.platform.errors import Refused
    from oneplan.publishing import exports

    try:
        run = exports.export_draft if draft else exports.export_plan
        click.echo(run(code, form, edition=edition, out=out, by=actor(as_user)))
    except Refused as refusal:
        refuse(refusal.sentence)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.")


@export.command(name="brief")
@click.argument("code")
@click.option("--kind", type=click.Choice(["district", "meeting"]), default="district")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "as_user", default=None, help="The person who reads it, by e-mail address.")
def export_brief(code: str, kind: str, out: Path, as_user: str | None) -> None:
    """Write one page about the space CODE as a PDF: for everybody (district), or to take into a meeting (meeting)."""
    start()
    from oneplan.platform.errors import Refused
    from oneplan.publishing.exports import export_brief as run

    try:
        click.echo(run(code, kind, out=out, by=actor(as_user)))
    except Refused as refusal:
        refuse(refusal.sentence)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.")


@export.command(name="projects")
@click.option("--format", "form", type=click.Choice(["csv", "geojson", "gpkg", "oc4ids", "parquet"]), default="csv")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--space", default="", help="Only those of one space, by code.")
@click.option("--as", "as_user", default=None, help="The person who reads them, by e-mail address.")
def export_projects(form: str, out: Path, space: str, as_user: str | None) -> None:
    """Write the projects to a file: CSV, GeoJSON, GeoPackage, GeoParquet, or the published ones as OC4IDS (JSON)."""
    start()
    from oneplan.platform.errors import Refused
    from oneplan.projects.exports.oc4ids import export_projects as as_oc4ids
    from oneplan.projects.files import export_projects as run

    try:
        if form == "oc4ids":
            click.echo(as_oc4ids(out, space=space))
        else:
            click.echo(run(form, out=out, space=space, by=actor(as_user)))
    except Refused as refusal:
        refuse(refusal.sentence)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, help="A fingerprint to trust, as published; may be repeated.")
def verify(file: Path, keys: tuple[str, ...]) -> None:
    """Check a downloaded plan: its content, its seal, its key. Works offline; one changed byte fails."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)  # no data folder, no database: a stranger's computer is enough
    from oneplan.joint_planning.seal import verify_bundle

    verdict = verify_bundle(file.read_bytes(), trusted_keys=frozenset(keys) or None)
    for check in verdict.checks:
        click.echo(f"{'ok ' if check.holds else 'BAD'} {check.label}")
    if verdict.key_id:
        click.echo(f"    Key: {verdict.key_id}")
    click.echo(verdict.sentence)
    sys.exit(0 if verdict.is_valid else 1)


@main.command()
@click.argument("points", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as-at", callback=a_day, help="The date at which boundaries are meant; today unless told.")
def locate(points: Path, out: Path, as_at: date | None) -> None:
    """Say in which ward, municipality, space and province each point lies, and how well that is known."""
    start()
    from oneplan.cli.talking import tell_located
    from oneplan.platform.errors import Refused
    from oneplan.spaces.exports import locate_file

    try:
        outcome = locate_file(points, out, as_at)
    except Refused as refusal:
        refuse(refusal.sentence)
    for line in tell_located(outcome):
        click.echo(line)


@main.command()
@click.option(
    "--log-head", default="", help="A head of the log that you kept elsewhere: is the log still whole up to it?"
)
def doctor(log_head: str) -> None:
    """Look the house over and say in sentences what is wrong and what to do (exit 1 if anything is)."""
    start()
    from oneplan.cli.doctor import examine

    findings = examine(tell=lambda words: click.echo(words, err=True), kept_head=log_head.strip().lower())
    for finding in findings:
        click.echo(f"{'ok ' if finding.is_well else 'BAD'} {finding.sentence}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


@main.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path | None) -> None:
    """Write database, documents and keys into one archive (default: backups/ in the data folder)."""
    start()
    from oneplan.cli.backups import back_up
    from oneplan.platform.errors import Refused

    try:
        click.echo(f"Backed up to {back_up(file)}.")
    except Refused as refusal:
        refuse(refusal.sentence)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is in the data folder; it is backed up first.")
def restore(file: Path, replace: bool) -> None:
    """Put a backup back, after checking every byte of it."""
    start()
    from oneplan.cli.backups import restore as run
    from oneplan.cli.holding import holding
    from oneplan.platform.errors import Refused

    with holding(alone=True) as is_mine:
        if not is_mine:
            refuse(_HELD)
        try:
            click.echo(run(file, replace=replace))
        except Refused as refusal:
            refuse(refusal.sentence)


@main.command()
@click.option("--dry-run", is_flag=True, help="List the migrations that wait; change nothing.")
def upgrade(dry_run: bool) -> None:
    """Bring the data folder to this version: back up, migrate, then look everything over. Stop serving first."""
    start()
    from oneplan.cli.holding import holding
    from oneplan.cli.upgrading import plan_upgrade
    from oneplan.cli.upgrading import upgrade as run
    from oneplan.platform.errors import Refused

    with nullcontext(True) if dry_run else holding(alone=True) as is_mine:
        if not is_mine:
            refuse(_HELD)
        try:
            for line in plan_upgrade() if dry_run else run():
                click.echo(line)
        except Refused as refusal:
            refuse(refusal.sentence)


@main.command(name="build-warehouse")
@click.option("--as-at", callback=a_day, help="By the rules and boundaries of a day (default: today).")
@click.option("--as", "as_user", default=None, help="The person who asks for it, by e-mail address.")
def build_warehouse(as_at: date | None, as_user: str | None) -> None:
    """Build the budget warehouse anew from what was received. What is served stays until the new build is proven."""
    start()
    from oneplan.budgets import actions
    from oneplan.platform.errors import Refused

    try:
        build = actions.build_warehouse(by=actor(as_user), as_at=as_at)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{build.facts['facts']:,} figures of {len(build.facts['releases']):,} releases are served.")


@main.command(name="find-clashes")
@click.option("--as-at", callback=a_day, help="Among the works going on or to come on a day (default: today).")
@click.option("--as", "as_user", default=None, help="The person who asks for it, by e-mail address.")
def find_clashes(as_at: date | None, as_user: str | None) -> None:
    """Look for projects that get in each other's way, and for projects that deliver a commitment."""
    start()
    from oneplan.alignment import actions
    from oneplan.platform.errors import Refused

    try:
        by = actor(as_user)
        counts, ties = actions.find_clashes(by=by, as_at=as_at), actions.propose_ties(by=by)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{counts.works:,} works going on or to come: {counts.found:,} clashes")
    click.echo(f"  {counts.new:,} new, {counts.opened_again:,} opened again, {counts.gone:,} gone, "
               f"{counts.dismissed:,} dismissed by a person")  # fmt: skip
    click.echo(f"{ties:,} ties of commitments to projects proposed")


@main.command(name="renew-placements")
@click.option("--as-at", callback=a_day, help="The day whose boundaries are asked (default: today).")
@click.option("--as", "as_user", default=None, help="The person who asks for it, by e-mail address.")
@click.option("--dry-run", is_flag=True, help="Say what would move; write nothing.")
def renew_placements(as_at: date | None, as_user: str | None, dry_run: bool) -> None:
    """Read the places of all projects again, when boundaries have changed. What a person gave is kept."""
    start()
    from oneplan.money import format_rand
    from oneplan.platform.errors import Refused
    from oneplan.projects.actions import renew_placements as renew

    try:
        done = renew(as_at=as_at, by=actor(as_user), is_dry_run=dry_run)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{done.looked_at:,} places as at {done.as_at}: {done.moved:,} moved, {done.restated:,} else changed, "
               f"{done.by_hand:,} given by a person and kept ({done.contradicted:,} now lie elsewhere)")  # fmt: skip
    for code, line in sorted(done.by_space.items()):
        click.echo(f"  {code:<6} {line.works_before:10,.1f} → {line.works_after:10,.1f} works, "
                   f"{format_rand(line.rand_before)} → {format_rand(line.rand_after)}")  # fmt: skip


@main.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def administrator(email: str, name: str, password: str) -> None:
    """Open the account of a system administrator, who invites everybody else."""
    start()
    from oneplan.cli.preparing import make_administrator
    from oneplan.platform.errors import Refused

    try:
        make_administrator(email=email, name=name, password=password)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{name} may sign in as {email}.")


main.add_command(amend_calendar)
main.add_command(build_observations)
main.add_command(publish_observations)
main.add_command(compute_ledger)
main.add_command(open_cycle)
main.add_command(close_cycle)

if __name__ == "__main__":
    main()
