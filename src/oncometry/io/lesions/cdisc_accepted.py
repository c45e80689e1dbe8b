"""Whose word an adjudicator took (CDISC --ACPTFL): by the results, else by the responses, else by who identified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oncometry.core import Code
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions.account import Account
from oncometry.io.lesions.draft import Draft
from oncometry.io.lesions.named_rows import NamedRow
from oncometry.io.lesions.result import ReportedResponse
from oncometry.io.lesions.words import yes_or_no

__all__ = ["accept_elsewhere", "take_accepted"]

OVERALL = "OVRLRESP"


def take_accepted(draft: Draft, row: NamedRow, account: Account) -> None:
    """A flag of one row holds for the lesion at that visit; two that differ are told, and the first one holds."""
    said = yes_or_no(row.text("TRACPTFL"))
    if said is not None and draft.accepted is not None and said is not draft.accepted:
        detail = "TRACPTFL differs from that of another row of this lesion and visit; that one is used"
        account.answer(row, RowStatus.MATCHED, draft.patient_id, Code.ROW_CONFLICTING, detail)
    draft.accepted = said if draft.accepted is None else draft.accepted


def accept_elsewhere(
    drafts: Iterable[Draft],
    responses: Iterable[ReportedResponse],
    identified: Mapping[tuple[str, str, str | None], bool | None],
) -> None:
    """Where no result has a flag at all, the overall responses' flags count, each for its visit, else those of TU.

    Args:
        drafts: of all results.
        responses: of RS.
        identified: patient, lesion and reader -> TUACPTFL, None where it says nothing.
    """
    drafts = list(drafts)
    if any(draft.accepted is not None for draft in drafts):
        return
    told = {
        (response.patient_id, response.timepoint, response.reader): response.accepted
        for response in responses
        if response.test == OVERALL and response.accepted is not None
    }
    for draft in drafts:
        draft.accepted = (
            told.get((draft.patient_id, draft.timepoint, draft.reader))
            if told
            else identified.get((draft.patient_id, draft.lesion, draft.reader))
        )
