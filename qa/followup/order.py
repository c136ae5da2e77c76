"""Work orders of another system, as they are imported from CSV."""

import csv
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.errors import ConfigError
from qa.files import csv_text
from qa.metadata import Time


class Order(BaseModel):
    """One row of orders.csv; what is empty is not known. Times without offset are Asia/Shanghai."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    order_id: str = Field(min_length=1, max_length=200)
    call_id: str | None = None
    agent_id: str | None = None
    opened_at: Time = None
    closed_at: Time = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """The orders of a file, and what is wrong with its other rows, one line each."""

    orders: tuple[Order, ...]
    problems: tuple[str, ...]


def read_orders(path: Path) -> OrdersFile:
    """Reads orders.csv (UTF-8 or GB 18030). Raises ConfigError where the file as a whole cannot be read."""
    rows = csv.DictReader(csv_text(path).splitlines())
    if "order_id" not in (rows.fieldnames or ()):
        raise ConfigError(f"{path}: no column order_id; the first line must name the columns")
    orders: dict[str, Order] = {}
    problems = []
    for number, row in enumerate(rows, start=2):
        fields = {name: value.strip() for name, value in row.items() if name and isinstance(value, str)}
        try:
            order = Order.model_validate({name: value for name, value in fields.items() if value})
        except ValidationError as error:
            fault = error.errors()[0]
            problems.append(f"{path}:{number}: {fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ').lower()}")
            continue
        if order.order_id in orders:
            problems.append(f"{path}:{number}: order_id {order.order_id!r} appears twice; the later row counts")
        orders[order.order_id] = order
    return OrdersFile(tuple(orders.values()), tuple(problems))
