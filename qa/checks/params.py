"""Parameters of operators as rule files write them; unknown keys are errors."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from qa.call import Role
from qa.checks.view import CallView, Window, window_of


class Params(BaseModel):
    """Base of all operator parameters; `plain` names the fields whose texts are no phrases to listen for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    plain: ClassVar[frozenset[str]] = frozenset()


class Stretch(Params):
    """A stretch of a call: the first or last turns of a part, seconds from the start."""

    turns: int | None = Field(default=None, ge=1)
    after_s: float | None = Field(default=None, ge=0)
    before_s: float | None = Field(default=None, ge=0)


class Place(Stretch):
    """Where to look: a part of the call, its first or last turns, seconds from the start."""

    part: Literal["anywhere", "opening", "ending"] = "anywhere"

    def window(self) -> Window:
        """The window that the view understands."""
        return window_of(self.part, self.turns, self.after_s, self.before_s)


class Part(Stretch):
    """As `where` elsewhere; besides, `part: later` is all after the opening, and `last_s` the last seconds of the
    recording."""

    part: Literal["anywhere", "opening", "later", "ending"] = "anywhere"
    last_s: float | None = Field(default=None, gt=0)

    def within(self, view: CallView) -> Window:
        """The window of a call."""
        after = [x for x in (self.after_s, view.opening_end_s if self.part == "later" else None) if x is not None]
        if self.last_s is not None:
            after.append(view.call.duration_s - self.last_s)
        part = "anywhere" if self.part == "later" else self.part
        return window_of(part, self.turns, max(after, default=None), self.before_s)


def one_or_many(value: object) -> object:
    """One text stands for a list of one."""
    return (value,) if isinstance(value, str) else value


class Wanted(Params):
    """Whose words are searched for which phrases."""

    phrases: tuple[str, ...]
    by: Role = "agent"

    _short = field_validator("phrases", mode="before")(one_or_many)


class Phrases(Wanted):
    """Whose words are searched for which phrases, and where."""

    where: Place = Place()
