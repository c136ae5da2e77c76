"""What a rule file may contain, checked by pydantic; keys are English, texts Chinese."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa.finding import Verdict
from qa.rules.scheme import Multiplier


class Strict(BaseModel):
    """Base: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleFile(Strict):
    """`turns`: each `坐席 0.5-5.8: words` or `客户 6: words`; `at`: the second at which the evidence begins."""

    verdict: Verdict
    note: str = ""
    call: dict[str, Any] = Field(default_factory=dict)
    turns: list[dict[str, str]] = Field(default_factory=list)
    at: float | None = Field(default=None, ge=0)


class Dated(Strict):
    """What holds from one day to another, both included, by the local day on which a call began."""

    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> "Dated":
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("`valid_until` is before `valid_from`")
        return self


class RuleFile(Dated):
    """One rule; `applies` and `violated` are conditions checked apart from this."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    points: float = Field(ge=0, le=100)
    violated: Any
    applies: Any = None
    reason: str = Field(min_length=1)
    right_wording: str = ""
    house: bool = False
    per: Literal["call", "occurrence"] = "call"
    cap: float | None = Field(default=None, gt=0, le=100)
    fatal: bool = False
    review_only: bool = False
    enabled: bool = True
    multipliers: list[Multiplier] = Field(default_factory=list)
    excludes: list[str] = Field(default_factory=list)
    inapplicable: str = ""
    sure: float | None = Field(default=None, gt=0.5, lt=1)
    doubt: float | None = Field(default=None, gt=0, lt=1)
    examples: list[ExampleFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _cap_holds_one(self) -> "RuleFile":
        if self.cap is not None and self.cap < self.points:
            raise ValueError(f"cap {self.cap:g} is below the points of one occurrence ({self.points:g})")
        if self.cap is not None and self.per == "call":
            raise ValueError("cap needs `per: occurrence`")
        return self


class SetFile(Strict):
    """`set.yaml` of a rule set; an abstract set only serves to be extended."""

    name: str = Field(min_length=1)
    extends: str | None = None
    abstract: bool = False
    variables: dict[str, bool | float | str | list[str]] = Field(default_factory=dict)


class HolidayWindow(Strict):
    """`from` and `to` are dates of the notice, both included."""

    holiday: Literal["元旦", "春节", "劳动节", "中秋节", "国庆节"]
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    note: str = ""

    @model_validator(mode="after")
    def _runs_forward(self) -> "HolidayWindow":
        if self.end < self.start:
            raise ValueError("`to` is before `from`")
        return self


class HolidayFile(Strict):
    """`holidays.yaml`: notices override the public calendar for the holidays and years they name.

    `workdays` and `days_off` are single days that the centre works, or does not, against the public calendar.
    """

    windows: list[HolidayWindow] = Field(default_factory=list)
    workdays: list[date] = Field(default_factory=list)
    days_off: list[date] = Field(default_factory=list)
