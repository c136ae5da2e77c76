"""What a right judge would say about a scripted call, checked against the script before it is believed.

A wrong label is worse than none: `verdicts` starts from a faultless call, applies what the script says differs,
and `doubts` measures the result against the words and the times, so that a slip in a script stops the build.
"""

from collections.abc import Iterator, Sequence

from benchmarks.synth.script import Placed, Script

GREETINGS = ("您好", "你好", "早上好", "上午好", "中午好", "下午好", "晚上好", "新年好", "快乐", "过年好")
HOLIDAY = ("新年好", "劳动节快乐", "中秋节快乐", "国庆节快乐", "节日快乐", "春节快乐", "过年好")
COMPANIES = {"telecom": ("华信通信",), "heating": ("大龙",), "broadband": ("星河网络",)}
OFFERS = ("可以帮您", "什么问题", "需要帮助", "能帮您", "可以帮到您")
COMPLAINT_CLOSING = ("记录", "答复", "宝贵意见")
FORBIDDEN = {
    "rude-language": ("说话呀", "挂机了", "挂线", "快说", "跟你说过", "听不懂", "急什么", "浪费我", "烦不烦"),
    "refusal": ("不知道", "不会处理", "不负责", "没关系", "不行", "没办法", "管不了", "办不了"),
    "blame-other-department": ("不是我负责", "部的问题", "部的错", "他们老是", "要怪就怪", "怪他们"),
    "name-disclosure": ("我叫", "我姓", "小刘", "同事是", "上晚班", "他今天", "她今天"),
    "slang": ("亲,", "么么哒", "哈喽", "好哒", "收到收到", "哦了", "欧了", "宝子"),
}
_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
_CLEAR_RATE = (165, 290)
_CLEARLY_FAST = 350
# Content with the answer, or praise for the agent? Two judges might differ.
_HALF_PRAISE = ("太好了", "不错", "挺好")


def spoken_digits(number: str) -> str:
    """A job or phone number as it is read out: 幺 for 1."""
    return number.translate(_DIGITS)


def verdicts(script: Script, placed: Sequence[Placed]) -> dict[str, str]:
    """The verdict of every rule that is clear for this call."""
    inbound = script.direction == "inbound"
    stereo = script.sound.channels != "mono"
    spoke = any(p.role == "customer" for p in placed)
    agent_hung_up = script.hangup_by == "agent"

    def when(applies: bool) -> str:
        return "passed" if applies else "not_applicable"

    labels = {
        "opening-greeting": when(inbound),
        "holiday-opening": "not_applicable",
        "job-number": when(inbound),
        "job-number-request": "not_applicable",
        "silent-call": "not_applicable",
        **dict.fromkeys(FORBIDDEN, "passed"),
        "closing": when(spoke),
        "early-hangup": when(agent_hung_up and spoke),
        "nuisance-call": "not_applicable",
        "repeat-back-address": "not_applicable",
        "repeat-back-phone": "not_applicable",
        "hold-etiquette": "not_applicable",
        "dead-air": when(spoke),
        "interruption": when(stereo),
        "slow-answer": when(inbound and script.ring_seconds is not None),
        "complaint-closing": "not_applicable",
        "thanks-reply": "not_applicable",
        "callback-questions": "not_applicable",
    }
    rate = _rate_verdict(placed)
    if rate:
        labels["speech-rate"] = rate
    if inbound and script.ring_seconds is not None and script.ring_seconds > 15:
        labels["slow-answer"] = "violated"
    if any(w in p.text for p in placed for w in _HALF_PRAISE if p.role == "customer"):
        del labels["thanks-reply"]
    labels |= script.labels
    return {rule: verdict for rule, verdict in labels.items() if rule not in script.omit}


def agent_rate(placed: Sequence[Placed]) -> tuple[float, float]:
    """The agent's seconds of speech and characters a minute of it."""
    turns = [p for p in placed if p.role == "agent"]
    seconds = sum(p.end_s - p.start_s for p in turns)
    characters = sum(1 for p in turns for c in p.text if c.isalnum())
    return seconds, 60 * characters / seconds


def _rate_verdict(placed: Sequence[Placed]) -> str | None:
    # Lines hold short pauses that speech detection may cut out, so only rates well off the edges of 150–330 count.
    seconds, rate = agent_rate(placed)
    if seconds < 12:
        return "not_applicable"
    if seconds < 18 or not (_CLEAR_RATE[0] <= rate <= _CLEAR_RATE[1] or rate >= _CLEARLY_FAST):
        return None
    return "passed" if rate <= _CLEAR_RATE[1] else "violated"


def doubts(script: Script, placed: Sequence[Placed], labels: dict[str, str], duration_s: float) -> Iterator[str]:
    """Every way in which the labels contradict the words or the times; nothing if they hold."""
    agent = [p for p in placed if p.role == "agent"]
    yield from _opening_doubts(script, placed, labels)
    said = "".join(p.text for p in agent)
    for rule, words in FORBIDDEN.items():
        if labels.get(rule) == "passed" and f"quotes:{rule}" not in script.notes:
            yield from (f"{rule} passed but the agent says {w}" for w in words if w in said)
    seconds, rate = agent_rate(placed)
    if labels.get("speech-rate") == "violated" and (seconds < 18 or rate < _CLEARLY_FAST):
        yield f"speech-rate violated at {rate:.0f} characters a minute over {seconds:.1f} s"
    yield from _closing_doubts(script, placed, labels, duration_s)
    yield from _silence_doubts(placed, labels)
    yield from _overlap_doubts(placed, labels)
    yield from _thanks_doubts(placed, labels)


def _opening_doubts(script: Script, placed: Sequence[Placed], labels: dict[str, str]) -> Iterator[str]:
    if script.direction != "inbound":
        return
    opening = ""
    for place in placed:
        if place.role == "customer":
            break
        opening += place.text
    greeted = any(w in opening for w in GREETINGS)
    named = any(w in opening for w in COMPANIES[script.ruleset])
    offered = any(w in opening for w in OFFERS)
    short_form = script.ruleset == "telecom"
    complete = greeted and offered and (named or short_form)
    verdict = labels.get("opening-greeting")
    if (verdict == "passed" and not complete) or (verdict == "violated" and complete):
        yield f"opening-greeting {verdict}: greeting {greeted}, company {named}, offer {offered}"
    stated = spoken_digits(script.agent_id) in opening
    if labels.get("job-number") in ("passed", "violated") and stated != (labels["job-number"] == "passed"):
        yield f"job-number {labels['job-number']} but the number is {'' if stated else 'not '}in the opening"
    if labels.get("holiday-opening") == "not_applicable" and any(w in opening for w in HOLIDAY):
        yield "holiday-opening not_applicable but a holiday greeting is used"


def _closing_doubts(
    script: Script, placed: Sequence[Placed], labels: dict[str, str], duration_s: float
) -> Iterator[str]:
    last = "".join([p.text for p in placed if p.role == "agent"][-2:])
    closed = ("感谢" in last or "谢谢" in last) and "再见" in last
    waited = duration_s - max(p.end_s for p in placed)
    closing, early = labels.get("closing"), labels.get("early-hangup")
    if closing == "passed" and not closed:
        yield "closing passed but not said"
    if closing == "violated" and (closed or (script.hangup_by == "customer" and waited < 5.8)):
        yield f"closing violated but said, or the customer waited only {waited:.1f} s"
    if early == "passed" and not closed:
        yield "early-hangup passed but no closing said"
    if early == "violated" and closing not in (None, "not_applicable"):
        yield "early-hangup violated, so closing must not be charged"


def _silence_doubts(placed: Sequence[Placed], labels: dict[str, str]) -> Iterator[str]:
    end_s, longest_s = 0.0, 0.0
    for place in sorted(placed, key=lambda p: p.start_s):
        longest_s = max(longest_s, place.start_s - end_s)
        end_s = max(end_s, place.end_s)
    verdict, held = labels.get("dead-air"), labels.get("hold-etiquette") in ("passed", "violated")
    if verdict == "passed" and longest_s > 13 and not held:
        yield f"dead-air passed with {longest_s:.1f} s of silence"
    if verdict == "violated" and longest_s < 16.5:
        yield f"dead-air violated with only {longest_s:.1f} s of silence"
    if held and longest_s < 11.5:
        yield f"hold-etiquette {labels['hold-etiquette']} with a hold of {longest_s:.1f} s"


def _overlap_doubts(placed: Sequence[Placed], labels: dict[str, str]) -> Iterator[str]:
    longest_s = max(
        (
            min(a.end_s, c.end_s) - a.start_s
            for a in placed
            for c in placed
            if a.role == "agent" and c.role == "customer" and c.start_s < a.start_s < c.end_s
        ),
        default=0.0,
    )
    verdict = labels.get("interruption")
    if verdict == "passed" and longest_s > 0.9:
        yield f"interruption passed with {longest_s:.1f} s of overlap"
    if verdict == "violated" and longest_s < 1.6:
        yield f"interruption violated with only {longest_s:.1f} s of overlap"


def _thanks_doubts(placed: Sequence[Placed], labels: dict[str, str]) -> Iterator[str]:
    if labels.get("thanks-reply") != "not_applicable":
        return
    goodbye = [i for i, p in enumerate(placed) if p.role == "agent"][-1] - 1
    for i, place in enumerate(placed):
        if place.role == "customer" and i < goodbye and "谢" in place.text:
            yield f"thanks-reply not_applicable but the customer says {place.text}"
