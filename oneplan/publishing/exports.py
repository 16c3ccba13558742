"""The plan in every form as a file: for the command line."""

from pathlib import Path

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.joint_planning.exports import export_plan as export_bundle
from oneplan.plans.models import Edition
from oneplan.plans.queries import edition_in_progress, visible_to
from oneplan.platform.documents import open_document
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.publishing import actions, rules
from oneplan.publishing.choices import Form, RenditionState
from oneplan.publishing.making import make, make_form
from oneplan.publishing.models import Rendition
from oneplan.publishing.queries import sealed_adoption, source_of
from oneplan.spaces.models import Space

BRIEFS = ("district", "meeting")


def export_plan(code: str, form: str, *, out: Path, edition: int | None = None, by: Actor) -> str:
    """Write an adopted edition in a form to a file: the one in force unless told. Gives a sentence.

    What was made before is given again, and what is made now is kept. Raises RuleBroken, NotAllowed.
    """
    code = code.upper()
    if form == Form.JSON:
        return export_bundle(code, edition=edition, out=out)
    adoption = sealed_adoption(code, edition)
    if adoption is None:
        raise RuleBroken(
            _("%(code)s has no adopted edition yet.") % {"code": code}
            if edition is None
            else _("%(code)s has no adopted edition %(edition)s.") % {"code": code, "edition": edition}
        )
    return _written(out, _adopted(adoption.edition, form, by=by), adoption.edition, adoption.content_hash)


def _adopted(edition: Edition, form: str, *, by: Actor) -> bytes:
    asked, _is_new = actions.ask_rendition(edition, form, by=by)
    make(asked.pk)
    rendition = Rendition.objects.select_related("document").get(pk=asked.pk)
    if rendition.state == RenditionState.FAILED:
        raise RuleBroken(rendition.message)
    if rendition.document is None:  # a worker is at it this moment
        return make_form(source_of(edition, as_draft=False), form)
    with open_document(rendition.document) as file:
        return file.read()


def export_draft(code: str, form: str, *, out: Path, edition: int | None = None, by: Actor) -> str:
    """Write an edition in progress, marked as a draft, to a file; nothing is kept. Raises RuleBroken, NotAllowed."""
    space = Space.objects.filter(code=code.upper()).first()
    found = edition_in_progress(space) if space else None
    if found is None or edition not in (None, found.number) or not visible_to(by).filter(pk=found.pk).exists():
        raise RuleBroken(_("%(code)s has no such edition in progress that you may read.") % {"code": code.upper()})
    rules.check_form(form, as_draft=True)
    told = source_of(found, as_draft=True)
    return _written(out, make_form(told, form), found, told.content_hash)


def export_brief(code: str, kind: str, *, out: Path, by: Actor) -> str:
    """Write the one-page brief of a space, or the brief for a meeting, to a file. Raises RuleBroken, NotAllowed."""
    from oneplan.publishing import briefs  # here: it loads the compiler

    space = Space.objects.select_related("province").filter(code=code.upper()).first()
    if space is None:
        raise RuleBroken(_("There is no space with the code %(code)s.") % {"code": code.upper()})
    if kind == "meeting":
        rules.check_may_meet(by, space)
    made = briefs.meeting_brief(by, space) if kind == "meeting" else briefs.district_brief(by, space)
    out.write_bytes(made)
    return _("%(space)s: %(bytes)s bytes written to %(out)s.") % {
        "space": space.name, "bytes": grouped(len(made)), "out": out,
    }  # fmt: skip


def _written(out: Path, file: bytes, edition: Edition, content_hash: str) -> str:
    out.write_bytes(file)
    return _("%(space)s, edition %(number)s, content %(hash)s: %(bytes)s bytes written to %(out)s.") % {
        "space": edition.space_id, "number": edition.number, "hash": content_hash, "bytes": len(file), "out": out,
    }  # fmt: skip
