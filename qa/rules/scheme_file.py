"""What a scheme file may contain, checked by pydantic."""

from datetime import date

from pydantic import Field, model_validator

from qa.rules.schema import Strict
from qa.rules.scheme import Multiplier, OnsiteItem, Per, Price, Scheme, Windows

ITEM_ID = r"^[a-z][a-z0-9-]*$"


class ManualFile(Strict):
    """One deduction that an inspector may enter."""

    id: str = Field(pattern=ITEM_ID)
    name: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    points: float = Field(ge=0, le=100)
    per: Per = "call"
    multipliers: list[Multiplier] = Field(default_factory=list)


class OnsiteFile(Strict):
    """One on-site item."""

    id: str = Field(pattern=ITEM_ID)
    name: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    points: float = Field(ge=0, le=100)
    after_warning: bool = False


class WeightsFile(Strict):
    """Weights of a call in the mean of a period."""

    inbound: float = Field(default=1, ge=0)
    outbound: float = Field(default=1, ge=0)
    complaint: float = Field(default=1, ge=0)
    reviewed: float = Field(default=1, ge=0)


class WindowsFile(Strict):
    """Deadlines in working days."""

    provisional: int = Field(default=3, ge=0, le=60)
    appeal: int = Field(default=5, ge=0, le=60)
    shift_lead: int = Field(default=2, ge=0, le=60)
    escalate: int = Field(default=2, ge=0, le=60)
    qa_lead: int = Field(default=3, ge=0, le=60)


class SchemeFile(Strict):
    """A scheme file."""

    version: str
    valid_from: date | None = None
    base: float = Field(default=100, gt=0, le=100)
    grades: dict[str, float] = Field(min_length=1)
    multipliers: dict[Multiplier, float] = Field(default_factory=dict)
    stack_multipliers: bool = False
    sure: float = Field(default=0.9, gt=0.5, lt=1)
    doubt: float = Field(default=0.35, gt=0, lt=0.5)
    points: dict[str, float] = Field(default_factory=dict)
    caps: dict[str, float] = Field(default_factory=dict)
    fatal: list[str] = Field(default_factory=list)
    manual: list[ManualFile] = Field(default_factory=list)
    onsite: list[OnsiteFile] = Field(default_factory=list)
    warning_days: int = Field(default=30, ge=0, le=366)
    weights: WeightsFile = Field(default_factory=WeightsFile)
    complaint_points: float = Field(default=5, ge=0, le=100)
    windows: WindowsFile = Field(default_factory=WindowsFile)

    @model_validator(mode="after")
    def _grades_fall(self) -> "SchemeFile":
        lows = list(self.grades.values())
        if lows != sorted(lows, reverse=True) or lows[-1] != 0:
            raise ValueError("grades must fall and the last must start at 0")
        return self

    @model_validator(mode="after")
    def _factors_raise(self) -> "SchemeFile":
        for name, factor in self.multipliers.items():
            if factor < 1:
                raise ValueError(f"multiplier {name} is {factor:g}; a multiplier is at least 1")
        for id_, points in (*self.points.items(), *self.caps.items()):
            if not 0 <= points <= 100:
                raise ValueError(f"{id_}: {points:g} points; give 0 to 100")
        return self

    @property
    def scheme(self) -> Scheme:
        """The scheme as a value."""
        return Scheme(
            base=self.base,
            grades=tuple(self.grades.items()),
            multipliers={str(name): factor for name, factor in self.multipliers.items()},
            stack_multipliers=self.stack_multipliers,
            sure=self.sure,
            doubt=self.doubt,
            version=self.version,
            valid_from=self.valid_from,
            points=dict(self.points),
            caps=dict(self.caps),
            fatal=tuple(self.fatal),
            manual=tuple(
                Price(i.id, i.name, i.clause, i.points, per=i.per, multipliers=tuple(i.multipliers))
                for i in self.manual
            ),
            onsite=tuple(OnsiteItem(**i.model_dump()) for i in self.onsite),
            warning_days=self.warning_days,
            weights=self.weights.model_dump(),
            complaint_points=self.complaint_points,
            windows=Windows(**self.windows.model_dump()),
        )
