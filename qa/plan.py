"""What is left to do of each recording: nothing, scoring from its transcript, or everything.

A call is done when audio, engine, rule set, metadata and program are those its stored result was made from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

import qa
from qa.call import Channels
from qa.discover import Task
from qa.errors import MetadataError
from qa.metadata import meta_sha256
from qa.pipeline import ruleset_of
from qa.rules.model import RuleBook
from qa.store.state import CallState, call_states
from qa.store.work import Failure, Seen, failures, seen_files

EngineOf = Callable[[Channels], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A task with what is known before working it.

    `error` is why it fails, `state` what is stored of the call, `failure` how it failed before, `sha256` the hash of
    its recording, None until that is known.
    """

    task: Task
    error: str | None = None
    sha256: str | None = None
    meta_sha256: str = ""
    ruleset_sha256: str = ""
    state: CallState | None = None
    failure: Failure | None = None

    @property
    def call_id(self) -> str:
        """The call's id."""
        return self.task.meta.call_id

    def done(self, engine_of: EngineOf) -> bool:
        """Whether the stored result is what working the recording would give, or must stay as it is.

        A call whose words were removed stays: who transcribes its recording again has them back.
        """
        state = self.state
        if state is None or state.status == "failed":
            return False
        if state.words_removed_at and state.audio_sha256 is not None and state.audio_sha256 == self.sha256:
            return True
        return (
            state.channels is not None
            and (state.audio_sha256, state.engine) == (self.sha256, engine_of(state.channels))
            and (state.ruleset_sha256, state.qa_version) == (self.ruleset_sha256, qa.__version__)
            and (state.meta_sha256, state.recording_path) == (self.meta_sha256, self.task.source.location)
        )

    @property
    def held(self) -> bool:
        """Whether it failed before and neither its file nor its row has changed since."""
        return (
            self.failure is not None
            and self.failure.held
            and self.task.source.stamp != ""
            and (self.failure.stamp, self.failure.meta_sha256) == (self.task.source.stamp, self.meta_sha256)
        )

    def seen(self) -> Seen | None:
        """What to remember of its file."""
        source = self.task.source
        return Seen(source.location, source.stamp, self.sha256) if self.sha256 else None


def plan(tasks: Sequence[Task], book: RuleBook, *, session: Session, verify: bool = False) -> list[Step]:
    """One step a task, in their order, without those whose recording is gone but whose call was scored before.

    Where a file looks as it did when it was last hashed it is not read again, unless `verify`.
    """
    ids = [task.meta.call_id for task in tasks]
    states = call_states(session=session, call_ids=ids)
    failed = failures(session=session, call_ids=ids)
    seen = {} if verify else seen_files(session=session, locations=[task.source.location for task in tasks])
    steps: list[Step] = []
    for task in tasks:
        state = states.get(task.meta.call_id)
        if task.missing and state is not None and state.status != "failed":
            continue
        step = Step(task, state=state, failure=failed.get(task.meta.call_id))
        steps.append(_described(step, book, seen.get(task.source.location)))
    return steps


def refreshed(step: Step, *, session: Session) -> Step:
    """The step by what the store says now."""
    ids = [step.call_id]
    return replace(
        step,
        state=call_states(session=session, call_ids=ids).get(step.call_id),
        failure=failures(session=session, call_ids=ids).get(step.call_id),
    )


def _described(step: Step, book: RuleBook, seen: Seen | None) -> Step:
    task = step.task
    if task.error:
        return replace(step, error=task.error)
    try:
        ruleset = ruleset_of(task.meta, book.rulesets)
    except MetadataError as error:
        return replace(step, error=str(error))
    known = seen is not None and seen.stamp == task.source.stamp != ""
    made_by = step.state.ruleset_sha256 if step.state else None
    return replace(
        step,
        sha256=seen.sha256 if seen and known else None,
        meta_sha256=meta_sha256(task.meta),
        # A rescoring may have chosen the rules of another day: that stands.
        ruleset_sha256=made_by if made_by in book.rulesets[ruleset.name].hashes else ruleset.sha256,
    )
