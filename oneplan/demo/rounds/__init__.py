"""The acts of a sample's story. Each does through the house's actions what people do on their pages."""

from collections.abc import Callable

from oneplan.demo.rounds import deciding, promising, writing
from oneplan.demo.rounds.round import Round

ACTS: dict[str, Callable[..., None]] = {
    act.__name__: act
    for act in (
        writing.name_champions, writing.start_planning, writing.write_diagnostic, writing.mark_finding,
        writing.raise_issue, writing.write_vision, writing.write_strategies, writing.write_chapters,
        writing.review_findings, writing.move_targets,
        promising.propose_commitments, promising.answer_commitments,
        promising.sign_commitments, promising.deliver_commitments, promising.amend_commitments,
        deciding.constitute_committees, deciding.ask_parties, deciding.open_requests, deciding.contribute,
        deciding.decline_requests, deciding.remind_parties, deciding.pass_gates, deciding.freeze, deciding.adopt,
    )
}  # fmt: skip

__all__ = ["ACTS", "Round"]
