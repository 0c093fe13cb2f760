"""What pytester's runs share: what is loaded here isn't loaded anew by each of them."""

from __future__ import annotations

import boto3  # noqa: F401

import lambda_mock.clients
import lambda_mock.failure_report
import lambda_mock.mock  # noqa: F401
