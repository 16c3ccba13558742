"""What this room announces, on commit."""

from django.dispatch import Signal

post_filled = Signal()  # holding: Holding
post_vacated = Signal()  # holding: Holding
institutions_merged = Signal()  # merger: InstitutionMerger
