"""Groups of projects that one institution runs together."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.institutions.models import Institution
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.projects import rules
from oneplan.projects.actions.numbering import PROGRAMME, next_number, reference
from oneplan.projects.choices import Event
from oneplan.projects.models import Programme

_SAID = ("title", "description", "institution")


@transaction.atomic
def register_programme(
    *, title: str, institution: Institution, description: str = "", is_sample: bool = False, by: Actor
) -> Programme:
    """Write down a programme. Raises NotAllowed, RuleBroken."""
    check(by, Permission.PROJECT_REGISTER, _scopes(institution))
    row = Programme(
        ref=reference(PROGRAMME, next_number(PROGRAMME)), title=_title(title), description=description.strip(),
        institution=institution, is_sample=is_sample,
    )  # fmt: skip
    row.save(force_insert=True)
    record(Event.PROGRAMME_REGISTERED, row, by=by, after={name: getattr(row, name) for name in _SAID})
    return row


@transaction.atomic
def correct_programme(
    programme: Programme, *, title: str, institution: Institution, description: str = "", revision: int, reason: str,
    by: Actor,
) -> Programme:  # fmt: skip
    """Change what is known of a programme. Raises NotAllowed, StaleRevision, RuleBroken."""
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if row.revision != revision:
        raise StaleRevision(current=row)
    check(by, Permission.PROJECT_REGISTER, row)
    check(by, Permission.PROJECT_REGISTER, _scopes(institution))
    rules.check_reason(reason)
    before = {name: getattr(row, name) for name in _SAID}
    row.title, row.description, row.institution = _title(title), description.strip(), institution
    row.revision += 1
    row.save()
    after = {name: getattr(row, name) for name in _SAID}
    record(Event.PROGRAMME_CORRECTED, row, by=by, reason=reason, before=before, after=after)
    return row


def _scopes(institution: Institution) -> list[str]:
    province = [f"province:{institution.province_id}"] if institution.province_id else []
    return [f"institution:{institution.pk}", *province, "national"]


def _title(said: str) -> str:
    if not said.strip():
        raise RuleBroken(_("Give the programme a title."))
    return said.strip()
