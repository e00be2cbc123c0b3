"""The comparison table of a declaration: limits and measured values read, compared and judged.

People type them in many ways and stay free to: what cannot be read is kept as it is and compared by eye. Numbers
are decimal throughout, so that 0.1 is 0.1, and no unit is ever converted.
"""

from registry.domain.limits.comparing import Conformity, Side, Stricter, Verdict, judge, stricter
from registry.domain.limits.interval import Interval
from registry.domain.limits.reading import Limit, Measured, Problem, Reading, read_limit, read_measured
from registry.domain.limits.rows import Comparison, comparison_row

__all__ = [
    "Comparison",
    "Conformity",
    "Interval",
    "Limit",
    "Measured",
    "Problem",
    "Reading",
    "Side",
    "Stricter",
    "Verdict",
    "comparison_row",
    "judge",
    "read_limit",
    "read_measured",
    "stricter",
]
