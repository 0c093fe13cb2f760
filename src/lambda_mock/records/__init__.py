"""What happened: API calls, runs, deliveries and refusals, kept in order for assertions and failure reports.

Recording costs next to nothing; whatever is made of a record is made when somebody asks.
"""

from __future__ import annotations

from lambda_mock.records.calls import Archive as Archive
from lambda_mock.records.calls import Call as Call
from lambda_mock.records.calls import Calls as Calls
from lambda_mock.records.invocations import Invocation as Invocation
from lambda_mock.records.invocations import Invocations as Invocations
