"""People's work on a small store, so that pictures of the pages show something: follow-ups, reviews, a calibration …"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from qa.call import LOCAL
from qa.finding import Verdict
from qa.followup.item import Draft, Kind, Priority
from qa.followup.scan import scan
from qa.rules.loader import load_rulebook
from qa.settings import PROJECT
from qa.store import calibrations, onsite, reviews
from qa.store.coaching import coach, coachings, settle_action
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.followups import add_items
from qa.store.people import praise
from qa.store.queries import call_ids
from qa.store.tables import ReviewVerdictRecord

BY = ("周检", "李检", "主管")


COACHED = "017"
"""The agent of the sample calls who is talked with."""


def dress(url: str) -> None:
    """Adds it, unless somebody has worked on the store."""
    engine, now = open_store(url), datetime.now(LOCAL)
    with reading(engine) as session:
        if session.exec(select(ReviewVerdictRecord.rule).limit(1)).first() is not None:
            return
    scan(engine, load_rulebook(PROJECT / "rules").rulesets, CallFilter(), now=now)
    kinds: tuple[tuple[Kind, str, Priority], ...] = (
        ("complaint", "我要投诉，三天了还没有人来", 2),
        ("promise", "今天下午给您回电", 0),
    )
    with writing(engine) as session:
        calls = call_ids(session=session, where=CallFilter(status="scored"))
        _review(session, calls, now)
        _calibrate(session, calls, now)
        drafts = [
            Draft(kind, call_id, now + timedelta(hours=8 - 12 * urgent), said, 9.0, priority=urgent)
            for call_id, (kind, said, urgent) in zip(calls, kinds, strict=False)
        ]
        add_items(session=session, drafts=drafts, by="scan", now=now)
        for agent, item in ((COACHED, "onsite-03"), (COACHED, "onsite-09"), ("003", "onsite-07")):
            onsite.enter_onsite(session=session, agent_id=agent, day=now.date(), item=item, by=BY[2], shift="早班")
        complaint = {"agent_id": COACHED, "day": now.date(), "by": BY[2], "note": "用户投诉未告知工号，查实"}
        onsite.confirm_complaint(session=session, **complaint)
        _coach(session, now)


def _review(session: Session, calls: list[str], now: datetime) -> None:
    """A verdict on each deduction of some calls, and older ones by which rules have a history."""
    for call_id in calls[:4]:
        review = reviews.review_of(session=session, call_id=call_id)
        for finding in review.machine.findings:
            if finding.verdict == "violated":
                review = reviews.judge(
                    session=session,
                    call_id=call_id,
                    seen=review.seen,
                    by=BY[0],
                    rule=finding.rule,
                    decision="confirmed",
                )
    known = {(row.call_id, row.rule) for row in session.exec(select(ReviewVerdictRecord))}
    for place, (rule, wrong) in enumerate((("job-number", 9), ("closing", 2), ("rude-language", 5), ("dead-air", 7))):
        for at, call_id in enumerate(calls):
            if (call_id, rule) in known:
                continue
            overturned = at % wrong == 0
            session.add(
                ReviewVerdictRecord(
                    call_id=call_id,
                    rule=rule,
                    machine_verdict="violated",
                    machine_confidence=0.93,
                    decision="overturned" if overturned else "confirmed",
                    verdict="passed" if overturned else "violated",
                    reason="",
                    by=BY[at % 2],
                    at=now - timedelta(days=30 * (at % 4) + place),
                    seq=1,
                )
            )


def _coach(session: Session, now: datetime) -> None:
    """Talks with an agent, one action carried out and one due, and praise."""
    agent = COACHED
    coach(session=session, agent_id=agent, note="开场白漏报公司名", action="默写标准开场白", by=BY[2], at=now)
    talks = coachings(session=session, agent_id=agent)
    settle_action(session=session, coaching_id=talks[0].id or 0, by=BY[2], at=now)
    due_on = now.date() + timedelta(days=7)
    note = "客户询问工号时没有马上回答"
    coach(session=session, agent_id=agent, note=note, action="听三通范例录音", due_on=due_on, by=BY[2], at=now)
    praise(session=session, agent_id=agent, text="客户来电表扬：耐心，讲得清楚", by=BY[2], at=now)


def _calibrate(session: Session, calls: list[str], now: datetime) -> None:
    """A session that is over, and one that is open."""
    done = calibrations.open_calibration(
        session=session, name="上月校准", call_ids=calls[:4], by=BY[2], now=now - timedelta(days=20), reference=BY[2]
    )
    for place, line in enumerate(calibrations.sheet_lines(session=session, session_id=done)):
        for offset, who in enumerate(BY):
            verdict: Verdict = "violated" if (place + offset) % 7 == 0 else "passed"
            calibrations.rate(
                session=session,
                session_id=done,
                call_id=line.call_id,
                rule=line.rule,
                inspector=who,
                verdict=verdict,
                now=now,
            )
    calibrations.close_calibration(session=session, session_id=done, now=now)
    calibrations.open_calibration(session=session, name="本月校准", call_ids=calls[4:8], by=BY[2], now=now)
