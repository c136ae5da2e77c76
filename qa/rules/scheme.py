"""The scoring scheme as values: what is deducted from, what items cost, how a period score is made up, deadlines."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Literal, Protocol, TypeVar

Multiplier = Literal["complaint", "dissatisfied", "severe", "consequence"]
Per = Literal["call", "occurrence"]


class Priced(Protocol):
    """What can be charged: a rule, or an item that a person enters; a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def per(self) -> Per: ...
    @property
    def cap(self) -> float | None: ...
    @property
    def fatal(self) -> bool: ...
    @property
    def multipliers(self) -> tuple[Multiplier, ...]: ...
    @property
    def sure(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Price:
    """What one rule or manual item costs; `excludes` names rules that don't count once this one is violated."""

    id: str
    name: str
    clause: str
    points: float
    per: Per = "call"
    cap: float | None = None
    fatal: bool = False
    multipliers: tuple[Multiplier, ...] = ()
    sure: float | None = None
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnsiteItem:
    """One item of 现场管理 (002); with `after_warning` it costs points only if a warning was in vain."""

    id: str
    name: str
    clause: str
    points: float
    after_warning: bool = False


@dataclass(frozen=True, slots=True)
class Windows:
    """Deadlines in working days.

    `provisional`: until a score that nobody reviewed stands; `appeal`: for the agent to appeal; `shift_lead`: to
    answer; `escalate`: for the agent to go on to the QA lead; `qa_lead`: for the final ruling.
    """

    provisional: int = 3
    appeal: int = 5
    shift_lead: int = 2
    escalate: int = 2
    qa_lead: int = 3


@dataclass(frozen=True, slots=True)
class Scheme:
    """The 100-point deduction scheme: base, grade bands (lowest score of each, best first), multipliers, thresholds.

    `points`, `caps` and `fatal` go before what the rule files say. `weights` are those of a call in the mean of a
    period, by what the call is (`inbound`, `outbound`, `complaint`, `reviewed`); a call's weight is their product.
    """

    base: float = 100.0
    grades: tuple[tuple[str, float], ...] = (("A", 95.0), ("B", 85.0), ("C", 70.0), ("D", 0.0))
    multipliers: Mapping[str, float] = field(default_factory=dict)
    stack_multipliers: bool = False
    sure: float = 0.9
    doubt: float = 0.35
    version: str = "1"
    valid_from: date | None = None
    points: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=dict)
    fatal: tuple[str, ...] = ()
    manual: tuple[Price, ...] = ()
    onsite: tuple[OnsiteItem, ...] = ()
    warning_days: int = 30
    weights: Mapping[str, float] = field(default_factory=dict)
    complaint_points: float = 5.0
    windows: Windows = Windows()


Item = TypeVar("Item", bound=Priced)


def scheme_on(schemes: tuple[Scheme, ...], day: date | None) -> Scheme:
    """The scheme of a day: the newest that holds by then; before all of them the oldest, without a day the newest."""
    by_age = sorted(schemes, key=lambda scheme: scheme.valid_from or date.min)
    holding = [scheme for scheme in by_age if day is None or (scheme.valid_from or date.min) <= day]
    return holding[-1] if holding else by_age[0]


def priced(item: Item, scheme: Scheme) -> Item:
    """A rule or item with the points, cap and fatality that the scheme gives it."""
    changes: dict[str, Any] = {}
    if item.id in scheme.points:
        changes["points"] = scheme.points[item.id]
    if item.id in scheme.caps:
        changes["cap"] = scheme.caps[item.id]
    if item.id in scheme.fatal:
        changes["fatal"] = True
    return replace(item, **changes) if changes else item
