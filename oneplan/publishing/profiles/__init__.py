"""The profile of a space as documents, from the content that the pages show (`indicators.profile`)."""

from datetime import date

from oneplan.indicators.profile import Profile
from oneplan.publishing.choices import ProfileForm
from oneplan.publishing.profiles.excel import profile_workbook
from oneplan.publishing.profiles.pdf import full_profile_pdf, one_page_profile_pdf
from oneplan.publishing.profiles.word import profile_word
from oneplan.spaces.queries import SpaceMap

__all__ = ["full_profile_pdf", "one_page_profile_pdf", "profile_file", "profile_word", "profile_workbook"]


def profile_file(form: str, told: Profile, drawn: SpaceMap, *, on: date) -> bytes:
    """The bytes of a form."""
    match ProfileForm(form):
        case ProfileForm.ONE_PAGE:
            return one_page_profile_pdf(told, drawn, on=on)
        case ProfileForm.FULL:
            return full_profile_pdf(told, drawn, on=on)
        case ProfileForm.WORD:
            return profile_word(told, drawn, on=on)
        case ProfileForm.EXCEL:
            return profile_workbook(told, on=on)
