"""Two versions of the rules on the same stored calls: what would be judged otherwise. Nothing is written.

Most changes of rules concern few calls. So the rules that differ are tried alone first (see `rules.differences`);
only a call on which one of them says something is scored in full, by both versions.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine

from qa.call import Call
from qa.changes import Backtest, CallChange, RuleChange, Tally
from qa.checks.listening import Listening
from qa.checks.signal import CERTAIN
from qa.checks.view import CallView
from qa.errors import ConfigError
from qa.evaluate import judge
from qa.finding import Finding, Verdict
from qa.logs import Item, Reporter
from qa.pipeline import call_of, score_transcript, sides_again
from qa.result import CallResult
from qa.rules.differences import differences, sieves
from qa.rules.expression import evaluate
from qa.rules.loader import load_rulebook
from qa.rules.model import Rule, RuleSet
from qa.store.archive import Archived, archived_ids, count_archived, load_archived
from qa.store.engine import open_store, reading, store_errors
from qa.workers import cores, prepare_worker

PAGE = 50
LEAST_A_WORKER = 300
"""Calls for which a worker process pays: each reads both rule folders before it begins."""

QUIET: set[Verdict] = {"passed", "not_applicable"}
LOUDNESS: dict[Verdict, int] = {"violated": 2, "needs_review": 1}


@dataclass(frozen=True, slots=True)
class Versions:
    """The folders with the old and the new rules, and the database of the calls."""

    old: Path
    new: Path
    db: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One call: what changes (None for nothing), or why it could not be compared."""

    call_id: str
    agent_id: str | None
    seconds: float
    change: CallChange | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions of a rule set; the sieves hold only the rules that differ, and are None where all calls need
    scoring in full. `same`: no call can be judged otherwise."""

    old: RuleSet
    new: RuleSet
    sieves: tuple[RuleSet, RuleSet] | None
    same: bool
    sides: bool

    @classmethod
    def of(cls, old: RuleSet, new: RuleSet, *, same_holidays: bool) -> "Pair":
        """The pair with what tells it apart."""
        told = differences(old, new, same_holidays=same_holidays)
        every = {r.id for r in old.rules} | {r.id for r in new.rules}
        partly = bool(told.rules) and len(told.rules) < len(every)
        only = sieves(old, new, told.rules) if partly else None
        return cls(old, new, only, same=not told.rules, sides=told.sides)


def backtest(versions: Versions, *, workers: int, limit: int, reporter: Reporter) -> Backtest:
    """Compares both versions on every stored call that has a transcript; `limit` changed calls are kept to show.

    `workers` 0 is one a core. Raises ConfigError, RuleError or StoreError where nothing can be compared.
    """
    _pairs(versions)
    store = _store(versions.db)
    tally = Tally(limit)
    with store_errors(versions.db):
        with reading(store) as session:
            total = count_archived(session=session)
        reporter.start(total)
        used = max(1, min(workers or cores(), total // LEAST_A_WORKER))
        pages = archived_ids(engine=store, page=PAGE)
        compared = _spread(pages, versions, used) if used > 1 else _here(pages, versions)
        for one in compared:
            if one.error:
                tally.fail()
            else:
                tally.add(one.agent_id, one.change)
            status = "failed" if one.error else "scored"
            reporter.item(Item(one.call_id, one.call_id, status, "compared", one.error, one.seconds))
    return tally.result()


def _here(pages: Iterator[list[str]], versions: Versions) -> Iterator[Compared]:
    for page in pages:
        yield from compare_page(page, versions)


def _spread(pages: Iterator[list[str]], versions: Versions, workers: int) -> Iterator[Compared]:
    """The same in processes, with few pages on their way at a time."""
    # Spawned, not forked: the parent has a database connection.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=prepare_worker, initargs=(1,))
    try:
        pending: set[Future[list[Compared]]] = set()
        for page in pages:
            pending.add(pool.submit(compare_page, page, versions))
            if len(pending) > 2 * workers:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        for future in pending:
            yield from future.result()
    except BrokenProcessPool:
        raise ConfigError(
            "a worker process died, most likely for want of memory; run again with fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def compare_page(call_ids: list[str], versions: Versions) -> list[Compared]:
    """Compares these calls, one after the other."""
    with reading(_store(versions.db)) as session:
        calls = load_archived(session=session, call_ids=call_ids)
    return [_compared(call, _pairs(versions)) for call in calls]


def _compared(call: Archived, pairs: dict[str, Pair]) -> Compared:
    began = time.monotonic()
    meta = call.meta
    change, error = None, None
    pair = pairs.get(meta.ruleset or "")
    if pair is None:
        error = f"rule set {meta.ruleset!r} is not in both folders; nothing to compare"
    elif not pair.same:
        try:
            change = compare(call, pair)
        except Exception as fault:
            # One call's trouble must not end the comparison of the others.
            error = f"internal error ({type(fault).__name__}); report it"
    return Compared(meta.call_id, meta.agent_id, time.monotonic() - began, change, error)


def compare(call: Archived, pair: Pair) -> CallChange | None:
    """What the two versions judge otherwise in a call; None where they agree. Pure.

    Who is agent and who customer is told again only where the versions differ in the words that tell it.
    """
    if pair.sieves and _silent(call_of(call.meta, call.transcript), pair.sieves):
        return None
    before, after = (_scored(call, ruleset, again=pair.sides) for ruleset in (pair.old, pair.new))
    return difference(before, after)


def _scored(call: Archived, ruleset: RuleSet, *, again: bool) -> CallResult:
    transcript = call.transcript
    if again and transcript.audio_sha256:
        transcript = sides_again(transcript, call.meta, ruleset)
    return score_transcript(call.meta, transcript, ruleset)


def _silent(call: Call, versions: tuple[RuleSet, RuleSet]) -> bool:
    """Whether no rule has anything to say and none says it in another way: other rules cannot be touched then.

    Both versions look at the call through one lexicon, so that it is listened to once.
    """
    heard = Listening(call, versions[0].book.lexicon)
    verdicts: dict[str, set[Verdict]] = defaultdict(set)
    for version in versions:
        view = CallView(call, version.book, heard)
        for rule in version.rules:
            verdicts[rule.id].add(_verdict(rule, version, view))
    return all(len(given) == 1 and given <= QUIET for given in verdicts.values())


def _verdict(rule: Rule, ruleset: RuleSet, view: CallView) -> Verdict:
    """The verdict of a rule before other rules replace it."""
    applies = evaluate(rule.applies, view) if rule.applies else CERTAIN
    if applies.missing or applies.probability == 0:
        return "not_applicable"
    return judge(rule, applies, evaluate(rule.violated, view), ruleset, {}).verdict


def difference(before: CallResult, after: CallResult) -> CallChange | None:
    """What differs between two results of a call; None where scores, grades and verdicts are the same.

    A rule that only one version has, and that has nothing to say, is no difference.
    """
    one, other = before.scorecard, after.scorecard
    if one is None or other is None:
        return None
    old, new = _by_rule(before), _by_rule(after)
    rules = tuple(change for rule in {**old, **new} if (change := _rule_change(old.get(rule), new.get(rule))))
    if not rules and (one.score, one.grade) == (other.score, other.grade):
        return None
    meta = before.meta
    return CallChange(meta.call_id, meta.agent_id, one.score, other.score, one.grade, other.grade, rules)


def _rule_change(old: Finding | None, new: Finding | None) -> RuleChange | None:
    given = [f for f in (new, old) if f is not None]
    points = (new.points if new else 0.0) - (old.points if old else 0.0)
    if len(given) == 1 and given[0].verdict in QUIET:
        return None
    if old and new and (old.verdict, old.points) == (new.verdict, new.points):
        return None
    loudest = max(given, key=lambda f: LOUDNESS.get(f.verdict, 0))
    return RuleChange(
        rule=given[0].rule,
        name=given[0].name,
        before=old.verdict if old else None,
        after=new.verdict if new else None,
        points=round(points, 2),
        at_s=loudest.evidence[0].start_s if loudest.evidence else None,
    )


def _by_rule(result: CallResult) -> dict[str, Finding]:
    return {f.rule: f for f in result.scorecard.findings} if result.scorecard else {}


@lru_cache(maxsize=1)
def _pairs(versions: Versions) -> dict[str, Pair]:
    """The rule sets of both folders by name, read once a process."""
    old, new = (load_rulebook(folder).rulesets for folder in (versions.old, versions.new))
    notices = [(folder / "holidays.yaml").read_bytes() for folder in (versions.old, versions.new)]
    same = notices[0] == notices[1]
    return {name: Pair.of(old[name], new[name], same_holidays=same) for name in old if name in new}


@lru_cache(maxsize=1)
def _store(url: str) -> Engine:
    return open_store(url)
