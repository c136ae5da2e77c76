"""How long the dashboard's pages take at size: `python -m benchmarks.dashboard --db sqlite:///big.db`.

The store is one that `benchmarks.store` filled (and `benchmarks.search`, where searches are to find anything). A
dashboard is served on it; each role signs in and opens each of its pages three times, and an inspector goes through the
queue, which confirms the calls. Told is the best time from asking for a page to its end, and the processor time of the
server: on a machine with other work only that means much. `--crowd 10 --minutes 10` lets so many sessions of all roles
open pages at once, and looks for errors and for what a role may not see.
"""

import argparse
import random
import re
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sqlalchemy import Engine, text
from websockets.exceptions import ConnectionClosed

from benchmarks.serving import Server, served
from benchmarks.visitor import Shown, Visitor, token_of
from dashboard.i18n import text as words
from dashboard.pages import pages_of
from qa.access import Viewer, calls_of
from qa.store.engine import open_store, reading
from qa.store.filters import CallFilter
from qa.store.queries import call_ids, list_calls

VIEWERS = (
    Viewer("bench-admin", "a", ("admin",)),
    Viewer("bench-lead", "q", ("qa_lead",)),
    Viewer("bench-inspector", "i", ("inspector",)),
    Viewer("bench-shift", "s", ("shift_lead",), teams=("早班一组",)),
    Viewer("bench-agent", "g", ("agent",), agent_id="003"),
)
TIMES, NEXTS, PAUSE_S = 3, 20, 3.0
CALL = re.compile(rb"m\d{1,2}-\d{7}-\d{4}")


def queries_of(engine: Engine, viewer: Viewer) -> dict[str, str]:
    """What pages are opened with."""
    with reading(engine) as session:
        rows = list_calls(session=session, where=CallFilter(status="scored", within=calls_of(viewer)), limit=1)
    return {"call": f"call={rows[0].call_id}", "search": "q=测温人员", "rules": "file=common/24-slang.yaml"}


def told(*cells: object) -> None:
    """One line of a table in Markdown."""
    print("|", " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells), "|", flush=True)


def pages(engine: Engine, server: Server) -> None:
    """Each page of each role, one after the other."""
    told("role", "page", "s", "CPU s", "MB held")
    told(*["---"] * 5)
    for viewer in VIEWERS:
        asked = queries_of(engine, viewer)
        with Visitor(server, token_of(engine, viewer)) as visitor:
            for page in pages_of(viewer):
                times = []
                for _ in range(TIMES):
                    cpu = server.cpu_s()
                    shown = visitor.open(page.name, asked.get(page.name, ""))
                    times.append((shown.seconds, server.cpu_s() - cpu))
                    if shown.trouble:
                        print(viewer.user, page.name, shown.trouble)
                told(viewer.roles[0], page.name, *min(times), round(server.memory_mb()))


def through_the_queue(engine: Engine, server: Server) -> None:
    """From the desk to the first call of the queue, and from each call to the next."""
    viewer = VIEWERS[2]
    with Visitor(server, token_of(engine, viewer)) as visitor:
        visitor.open("desk")
        first = visitor.press(words("zh_CN", "desk.start"))
        cpu, onward = server.cpu_s(), [next_call(visitor).seconds for _ in range(NEXTS)]
        cpu = (server.cpu_s() - cpu) / NEXTS
    told(viewer.roles[0], "desk → call", first.seconds, "", round(server.memory_mb()))
    told(viewer.roles[0], "call → next call", statistics.median(onward), cpu, round(server.memory_mb()))


def next_call(visitor: Visitor) -> Shown:
    """Confirms the call of the queue that is open, and goes on."""
    return visitor.act(kind="next", call_id=parse_qs(visitor.query)["call"][0])


@dataclass(slots=True)
class Crowd:
    """What many sessions see."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    troubles: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def visit(self, engine: Engine, server: Server, viewer: Viewer, until: float, seed: int) -> None:
        """One session: pages of the role in any order, and now and then some calls of the queue."""
        draw, asked = random.Random(seed), queries_of(engine, viewer)
        own = set()
        if not calls_of(viewer).everything:
            with reading(engine) as session:
                own = {call.encode() for call in call_ids(session=session, where=CallFilter(within=calls_of(viewer)))}
        try:
            with Visitor(server, token_of(engine, viewer)) as visitor:
                while time.time() < until:
                    page = draw.choice(pages_of(viewer)).name
                    self._note(viewer, page, visitor.open(page, asked.get(page, "")), own)
                    if page == "desk":
                        self._note(viewer, "desk → call", visitor.press(words("zh_CN", "desk.start")), own)
                        for _ in range(draw.randrange(5)):
                            self._note(viewer, "call → next call", next_call(visitor), own)
                    time.sleep(draw.uniform(0, 2 * PAUSE_S))
        except (ConnectionClosed, TimeoutError, StopIteration, KeyError) as error:
            self.troubles.append(f"{viewer.user}: {type(error).__name__} {error}")

    def _note(self, viewer: Viewer, page: str, shown: Shown, own: set[bytes]) -> None:
        self.times[page].append(shown.seconds)
        self.troubles += [f"{viewer.user} {page}: {trouble}" for trouble in shown.trouble]
        if not calls_of(viewer).everything:
            self.leaks += [f"{viewer.user} {page}: {call!r}" for call in set(CALL.findall(shown.sent)) - own]


def crowd(engine: Engine, server: Server, sessions: int, minutes: float) -> None:
    """So many sessions at once, of all roles."""
    seen, until = Crowd(), time.time() + 60 * minutes
    visits = [
        threading.Thread(target=seen.visit, args=(engine, server, VIEWERS[at % len(VIEWERS)], until, at))
        for at in range(sessions)
    ]
    for visit in visits:
        visit.start()
    memory = []
    while any(visit.is_alive() for visit in visits):
        memory.append(server.memory_mb())
        time.sleep(min(60.0, 6 * minutes))
    told("page", "opened", "median s", "worst s")
    told(*["---"] * 4)
    for page, times in sorted(seen.times.items()):
        told(page, len(times), statistics.median(times), max(times))
    every = [each for times in seen.times.values() for each in times]
    told("all", len(every), statistics.median(every), max(every))
    print(f"{len(seen.troubles)} errors {seen.troubles[:5]}, {len(seen.leaks)} leaks {seen.leaks[:5]}")
    print("memory, MB:", ", ".join(f"{each:.0f}" for each in memory))


def main() -> None:
    """Serves a dashboard on the store, and prints tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", required=True, help="the SQLAlchemy URL of a store that `benchmarks.store` filled")
    parser.add_argument("--crowd", type=int, default=0, help="so many sessions at once, instead of one by one")
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    engine = open_store(given.db)
    with engine.connect() as connection:
        print(f"{connection.execute(text('SELECT count(*) FROM call')).scalar_one()} calls")
    with served(given.db) as server:
        if given.crowd:
            crowd(engine, server, given.crowd, given.minutes)
        else:
            pages(engine, server)
            through_the_queue(engine, server)
        print(f"memory of the server at most {server.memory_mb('VmHWM'):.0f} MB")


if __name__ == "__main__":
    main()
