"""Numbers that their own sentence contradicts.

Rules, each over claims that stand in one relation; a broken rule flags the row and changes nothing else:

- `part_exceeds_whole`: a part (“including 12 officers”) is larger than its whole.
- `conversion_disagrees`: an amount said again in another unit (“100 km (60 miles)”) is off by more than a
  tenth.
- `percent_disagrees`: “rose 5% to 7 from 4”: the change that the two levels make is not the percentage.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.extract.units import convert
from pipelines.model import NumericClaim, row_key

# How far two readings of one amount may lie apart, as a share: writers round.
CONVERSION_TOLERANCE = 0.1
# Percentage points that rounding of levels may cost.
PERCENT_TOLERANCE = 2.0


def flag_contradictions(document_id: str, claims: Sequence[NumericClaim]) -> None:
    """Add flags to claims of one paragraph, in text order, whose relations do not hold."""
    if not any(claim.related_claim_id for claim in claims):
        return
    by_key = {row_key(document_id, "numeric_claims", c.start_char, c.end_char): c for c in claims}
    for at, claim in enumerate(claims):
        other = by_key.get(claim.related_claim_id or "")
        if other is None:
            continue
        if claim.relation == "part_of" and claim.unit == other.unit and claim.value > _top(other):
            claim.flags.append("part_exceeds_whole")
        elif claim.relation == "restates" and _disagree(claim, other):
            claim.flags.append("conversion_disagrees")
        elif claim.relation == "from_to":
            _check_percent(claims[max(0, at - 2) : at + 2], other, claim)


def _top(claim: NumericClaim) -> float:
    return claim.value if claim.value_high is None else claim.value_high


def _disagree(claim: NumericClaim, other: NumericClaim) -> bool:
    if claim.unit is None or other.unit is None:
        return False
    wanted = convert(other.value, other.unit, claim.unit)
    return wanted is not None and abs(wanted - claim.value) > CONVERSION_TOLERANCE * max(abs(wanted), 1.0)


def _check_percent(near: Sequence[NumericClaim], start: NumericClaim, level: NumericClaim) -> None:
    """The change in percent among the neighbours of two joined levels must be the change between them."""
    if start.value <= 0 or start.unit != level.unit or start.unit_dimension == "percent":
        return
    change = (level.value - start.value) / start.value * 100
    for claim in near:
        is_change = claim.unit == "percent" and claim.direction is not None and claim.value_high is None
        if not is_change:
            continue
        stated = abs(claim.value) if claim.direction == "up" else -abs(claim.value)
        if abs(stated - change) > max(PERCENT_TOLERANCE, 0.2 * abs(change)) and claim.bound in (
            "exact",
            "about",
        ):
            claim.flags.append("percent_disagrees")
