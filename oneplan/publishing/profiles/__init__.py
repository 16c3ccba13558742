"""The profile of a space as documents, from the content that the pages show (`indicators.profile`)."""


from oneplan.publishing.profiles.pdf import full_profile_pdf, one_page_profile_pdf


__all__ = ["full_profile_pdf", "one_page_profile_pdf", "profile_word", "profile_workbook"]
