"""Node.js functions that stream their response."""

from __future__ import annotations
