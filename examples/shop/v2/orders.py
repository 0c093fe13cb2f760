"""Version 2 of the shop's function: the cheapest item is free. Somebody forgot that a basket can be empty."""

import json
from pathlib import Path
from typing import Any

PRICES = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    total = sum(PRICES[item] * count for item, count in event["basket"].items())
    present = min(PRICES[item] for item in event["basket"])
    return {"total": total - present, "priced_by": context.function_version}
