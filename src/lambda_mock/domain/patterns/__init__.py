"""Event patterns: EventBridge's language, compiled once and matched often.

Rules of EventBridge and filters of event source mappings are written in it, each with operators of their own. A pattern
is refused exactly when it can't be compiled: checking it is compiling it.
"""

from lambda_mock.domain.patterns.grammar import InvalidPatternError, parsed
from lambda_mock.domain.patterns.matching import MISSING, Field, Pattern, compiled, have
from lambda_mock.domain.patterns.operators import OF_FILTERS, OF_RULES

__all__ = ["MISSING", "OF_FILTERS", "OF_RULES", "Field", "InvalidPatternError", "Pattern", "compiled", "have", "parsed"]
