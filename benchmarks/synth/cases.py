"""The situations of the held-out set: what differs from a faultless call, and the verdicts that follow from it.

Openings and answers hold `{n}` (the job number as spoken), `{wrong}` (another one), `{address}`, `{phone}` and
`{badphone}` (one digit off). Notes of the form `paraphrase:RULE` mark wording that no list of phrases holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qa.call import Direction, HangupBy

RUDE_OMIT = frozenset({"refusal", "blame-other-department"})
REFUSAL_OMIT = frozenset({"rude-language", "blame-other-department"})
BLAME_OMIT = frozenset({"rude-language", "refusal"})


@dataclass(frozen=True, slots=True)
class Case:
    """One situation. `lines` replaces the whole call; otherwise a dialogue of the rule set is taken and changed:

    `opening` replaces the opening, `more_problem` follows the customer's problem in the same breath,
    `after_problem` and `after_ack` are put in, `before_solution_s` is the pause before the agent's answer,
    `ending` replaces everything after the customer's last word on the matter.
    """

    ruleset: str
    labels: Mapping[str, str] = field(default_factory=dict)
    lines: str = ""
    opening: str = ""
    more_problem: str = ""
    after_problem: str = ""
    after_ack: str = ""
    before_solution_s: float | None = None
    before_ack_s: float | None = None
    ending: str | None = None
    omit: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    answers: Mapping[str, object] = field(default_factory=dict)
    started_at: str | None = None
    direction: Direction = "inbound"
    hangup_by: HangupBy = "customer"
    ring_seconds: float | None = 6.0
    tail_s: float = 1.0
    complaint: bool = False
    stereo: bool = False
    agent_speed: float | None = None


def _says(rule: str, ruleset: str, words: str, omit: frozenset[str] = frozenset(), *notes: str) -> Case:
    return Case(ruleset, {rule: "violated"}, after_problem=f"A: {words}", omit=omit, notes=notes)


def _silent(ruleset: str, lines: str, verdict: str, tail_s: float, **other: Any) -> Case:
    return Case(
        ruleset, {"silent-call": verdict}, lines=lines, tail_s=tail_s, stereo=True,
        **({"hangup_by": "agent"} | other),
    )  # fmt: skip


_TELECOM_OPEN = "A: 您好,华信通信客服中心,欢迎您的来电,我是{n}号话务员,请问有什么可以帮您?"
_HEATING_OPEN = "A: 您好,大龙供暖报修{n}号为您服务,请问您有什么问题?"
_BROADBAND_OPEN = "A: 您好,这里是星河网络客服中心,工号{n}为您服务,有什么可以帮您的吗?"
_NOTICE = "A: 非常抱歉,您的电话没有声音,请您换一部电话再打来,再见!"
_BYE = "A: 感谢您的来电,再见。\nC: 再见。"

OPENINGS = (
    Case("telecom", {"opening-greeting": "violated"},
         opening="A: 您好,华信通信客服中心,欢迎您的来电,我是{n}号话务员。"),
    Case("telecom", {"opening-greeting": "violated"},
         opening="A: 欢迎您的来电,华信通信客服中心,我是{n}号话务员,请问有什么可以帮您?"),
    Case("heating", {"opening-greeting": "violated"}, opening="A: 大龙供暖报修,{n}号,请问您有什么问题?"),
    Case("heating", {"opening-greeting": "violated"}, opening="A: 您好,{n}号为您服务,请问您有什么问题?"),
    Case("broadband", {"opening-greeting": "violated"}, opening="A: 您好,工号{n},请问有什么可以帮您?"),
    Case("broadband", {"opening-greeting": "violated"}, opening="A: 您好,星河网络客服中心,工号{n}为您服务。"),
    Case("telecom", opening="A: 您好,{n}号为您服务,请问有什么可以帮您?", notes=("short form: no company needed",)),
    Case("heating", opening="A: 您好,大龙报修{n}号为您服务,请问有什么可以帮您?", ring_seconds=None,
         notes=("short company name", "ringing time unknown")),
    Case("broadband", {"job-number": "violated"}, opening="A: 您好,这里是星河网络客服中心,有什么可以帮您的吗?"),
    Case("telecom", {"job-number": "violated"},
         opening="A: 您好,华信通信客服中心,欢迎您的来电,我是{wrong}号话务员,请问有什么可以帮您?"),
    Case("heating", {"job-number": "violated"}, opening="A: 您好,大龙供暖,很高兴为您服务,请问您有什么问题?"),
    Case("broadband", {"job-number": "violated"},
         opening="A: 您好,星河网络,工号{wrong}为您服务,请问有什么可以帮您?"),
)  # fmt: skip

JOB_NUMBER = (
    Case("telecom", {"job-number-request": "passed"},
         after_ack="C: 对了,你工号是多少来着?\nA: 我的工号是{n}。\nC: 好,我记一下。"),
    Case("broadband", {"job-number-request": "passed"},
         after_ack="C: 麻烦你再报一下工号。\nA: 好的,{n}号为您服务。\nC: 嗯。", stereo=True),
    Case("heating", {"job-number-request": "violated"},
         after_ack="C: 请问你是多少号?我没有听清。\nA: 这个您就不用问了。\nC: 真是的。",
         omit=frozenset({"rude-language", "refusal"})),
    Case("broadband", {"job-number-request": "violated"},
         after_ack="C: 你的工号多少?我记一下。\nA: 我的工号是{wrong}。\nC: 嗯,好。"),
    Case("telecom", {"job-number-request": "violated"},
         after_ack="C: 把你的工号告诉我。\nA: 您的业务已经办好了,放心使用吧。\nC: 哦。"),
)  # fmt: skip

HOLIDAYS = (
    Case("heating", {"holiday-opening": "passed"}, started_at="2026-02-17T09:20:00+08:00",
         opening="A: 新年好!大龙报修{n}号为您服务,请问您有什么问题?"),
    Case("telecom", {"holiday-opening": "violated"}, opening=_TELECOM_OPEN, started_at="2026-02-18T15:02:00+08:00"),
    Case("broadband", {"holiday-opening": "passed"}, started_at="2026-05-03T11:40:00+08:00",
         opening="A: 劳动节快乐!星河网络客服中心,工号{n},请问有什么可以帮您?"),
    Case("heating", {"holiday-opening": "violated"}, opening=_HEATING_OPEN, started_at="2026-10-03T18:31:00+08:00"),
    Case("telecom", {"holiday-opening": "passed"}, started_at="2026-09-25T20:15:00+08:00",
         opening="A: 中秋节快乐!华信通信客服中心,我是{n}号话务员,请问有什么可以帮您?"),
    Case("broadband", {"holiday-opening": "violated"}, started_at="2026-03-20T10:00:00+08:00",
         opening="A: 新年好!这里是星河网络客服中心,工号{n}为您服务,有什么可以帮您的吗?"),
    Case("telecom", {"holiday-opening": "violated"}, started_at="2026-11-05T16:45:00+08:00",
         opening="A: 国庆节快乐!华信通信客服中心,{n}号话务员为您服务,请问有什么可以帮您?"),
    Case("heating", {"holiday-opening": "needs_review"}, started_at="2026-05-02T09:05:00+08:00",
         opening="A: 节日快乐!大龙供暖报修{n}号为您服务,请问您有什么问题?", notes=("near wording",)),
    Case("broadband", opening=_BROADBAND_OPEN, started_at="2026-06-19T13:10:00+08:00",
         notes=("the Dragon Boat festival has no greeting",)),
)  # fmt: skip

SILENT = (
    _silent("telecom", f"{_TELECOM_OPEN}\n6.1 A: 您好!请问有什么可以帮您?\n6.5 {_NOTICE}", "passed", 6.6),
    _silent("telecom", f"{_TELECOM_OPEN}\n6.4 A: 您好,请问有什么可以帮您?", "violated", 6.5),
    _silent("heating", f"{_HEATING_OPEN}\n6.0 A: 您好!请问您有什么问题?\n6.2 A: 您好,请问有什么可以帮您?",
            "violated", 6.2),
    _silent("broadband", f"{_BROADBAND_OPEN}\n2.5 A: 您好!有什么可以帮您的吗?\n2.2 {_NOTICE}", "violated", 6.4),
    _silent("telecom", f"{_TELECOM_OPEN}\n6.6 A: 您好!请问有什么可以帮您?\n6.1 {_NOTICE}", "violated", 1.5),
    _silent("broadband", f"{_BROADBAND_OPEN}\n6.3 A: 您好!有什么可以帮您的吗?", "not_applicable", 3.0,
            hangup_by="customer"),
    _silent("heating", f"{_HEATING_OPEN}\n5.9 A: 您好,请问您有什么问题?\n6.0 A: 不好意思,您的电话没有声音,"
            "请您换一部电话再打过来,再见。", "passed", 6.0),
)  # fmt: skip

WORDS = (
    _says("rude-language", "telecom", "喂,有什么事快说!", RUDE_OMIT),
    _says("rude-language", "heating", "你急什么,跟你说过多少遍了。", RUDE_OMIT),
    _says("rude-language", "broadband", "你怎么这么笨,自己不会看说明书吗?", RUDE_OMIT, "paraphrase:rude-language"),
    _says("rude-language", "telecom", "我刚才不是说了吗,你听不懂吗?", RUDE_OMIT),
    _says("refusal", "telecom", "这个我不会处理。", REFUSAL_OMIT),
    _says("refusal", "heating", "这个没办法,我不负责这块。", REFUSAL_OMIT),
    _says("refusal", "broadband", "这个我可帮不上忙,您再找别人问问吧。", REFUSAL_OMIT, "paraphrase:refusal"),
    _says("refusal", "broadband", "这个跟我没关系,我不知道。", REFUSAL_OMIT),
    _says("blame-other-department", "telecom", "这不是我负责的,是计费部的问题。", BLAME_OMIT),
    _says("blame-other-department", "heating", "都怪维修部,他们干活总是拖拖拉拉的。", BLAME_OMIT),
    _says("blame-other-department", "broadband", "安装部那帮人办事就是不靠谱,我也说不动他们。", BLAME_OMIT,
          "paraphrase:blame-other-department"),
    _says("slang", "broadband", "亲,不要着急哦,么么哒。"),
    _says("slang", "telecom", "好哒好哒,收到收到。"),
    Case("heating", {"name-disclosure": "violated"},
         after_ack="C: 我下次打过来找谁啊?\nA: 我姓刘,您找刘晓梅就可以了。\nC: 行。"),
    Case("telecom", {"name-disclosure": "violated"},
         after_ack="C: 昨天接电话的是谁啊?\nA: 昨天是我同事李娜接的,她今天上晚班。\nC: 噢。"),
    Case("broadband", after_problem="A: 请问您贵姓?\nC: 我姓张。\nA: 好的,张女士。", notes=("the customer's name",)),
    Case("telecom", after_problem="C: 你听不懂吗?有什么事快说,你们就会说不知道。\nA: 非常抱歉给您带来不便。",
         notes=("trap: customer says forbidden words",)),
    Case("heating", after_problem="C: 上次那个师傅跟我说,他不知道怎么处理。\n"
         "A: 您是说师傅告诉您,他不知道怎么处理,是吗?\nC: 对。",
         notes=("quotes:refusal",)),
    Case("broadband", after_problem="C: 那个装机师傅还冲我喊,你急什么。\n"
         "A: 师傅对您说,你急什么,对吗?我们一定核实。\nC: 嗯。",
         notes=("quotes:rude-language",)),
)  # fmt: skip

ENDINGS = (
    Case("broadband", {"closing": "violated"}, ending="", tail_s=7.2),
    Case("heating", {"closing": "violated"}, tail_s=6.8,
         ending="A: 请问您还有其他问题吗?\nC: 没有了。\nA: 行,那就这样吧。"),
    Case("telecom", {"closing": "not_applicable"}, ending="C: 再见啊。", tail_s=0.6,
         notes=("customer hung up at once",)),
    Case("telecom", {"early-hangup": "violated", "closing": "not_applicable"}, hangup_by="agent", tail_s=0.4,
         ending="C: 等等,我还有一件事情想问一下。"),
    Case("heating", {"early-hangup": "violated", "closing": "not_applicable"}, hangup_by="agent", tail_s=0.4,
         ending="C: 对了,还有一个事儿,就是我家的阀门。"),
    Case("broadband", hangup_by="agent", tail_s=2.0, notes=("the agent hangs up after the closing",)),
    Case("telecom", ending="A: 请问还有其他可以帮您的吗?\nC: 没有。\nA: 谢谢,再见。\nC: 再见。",
         notes=("short closing",)),
    Case("telecom", {"thanks-reply": "violated"}, after_ack="C: 你讲得特别清楚,太谢谢你了。"),
    Case("heating", {"thanks-reply": "passed"},
         after_ack="C: 小姑娘服务真好,谢谢你。\nA: 您太客气了,这是我应该做的。"),
    Case("broadband", {"thanks-reply": "passed"}, after_ack="C: 太感谢你了,帮了我大忙。\nA: 不用客气,很高兴能帮到您。"),
)  # fmt: skip

TIMES = (
    Case("telecom", {"hold-etiquette": "passed"}, before_solution_s=0.3,
         after_problem="A: 请您稍等,我为您查询一下。\n13.5 A: 感谢您的等待。"),
    Case("heating", {"hold-etiquette": "violated"}, before_solution_s=14.5,
         after_problem="A: 请稍等,我查一下。\nC: 好。"),
    Case("broadband", {"hold-etiquette": "passed"}, before_solution_s=0.3,
         after_problem="A: 麻烦您稍等一下,我核实一下线路情况。\n17.5 A: 不好意思,让您久等了。"),
    Case("broadband", after_problem="A: 请您稍等。", before_solution_s=6.0, notes=("a hold of six seconds",)),
    Case("telecom", {"dead-air": "violated"}, before_solution_s=18.5),
    Case("heating", before_solution_s=8.5, notes=("a pause, no dead air",)),
    Case("broadband", {"interruption": "violated"}, stereo=True, before_solution_s=-2.6,
         more_problem="而且我前前后后已经打了好几遍电话一直都没有人给我一个明确的答复"),
    Case("heating", {"interruption": "violated"}, stereo=True, before_solution_s=-2.8,
         more_problem="我跟你说我家里有老人有孩子这么冷的天实在是受不了你们赶快想想办法吧"),
    Case("telecom", stereo=True, more_problem="这个事情我已经反映过两三次了每次都说会处理结果到现在也没有动静",
         after_problem="-1.7 A: 嗯嗯。", notes=("backchannel is no interruption",)),
    Case("broadband", stereo=True, before_ack_s=-1.5, notes=("the customer interrupts the agent",)),
    Case("broadband", {"speech-rate": "violated"}, agent_speed=1.45,
         after_ack="C: 另外发票怎么开啊?\nA: 您可以在公众号里点服务大厅,选择电子发票,填好抬头和邮箱以后提交,"
         "一个工作日之内会发到您的邮箱,报销的时候打印出来就可以了。\nC: 明白。"),
    Case("heating", {"slow-answer": "violated"}, ring_seconds=21.0),
    Case("telecom", {"slow-answer": "violated"}, ring_seconds=33.0),
)  # fmt: skip

_COMPLAINT = "A: 您反映的问题我已记录,我们会尽快给您答复,谢谢您的宝贵意见。"
COMPLAINTS = (
    Case("telecom", {"complaint-closing": "passed"}, complaint=True, lines=f"""
        {_TELECOM_OPEN}
        C: 我要投诉你们营业厅,我排了两个小时的队,轮到我了说系统坏了。
        A: 非常抱歉耽误了您的时间,请问是哪一天的事情?
        C: 就是昨天下午。
        {_COMPLAINT}
        C: 嗯,你们重视一下。
        {_BYE}"""),
    Case("broadband", {"complaint-closing": "passed"}, complaint=False, lines=f"""
        {_BROADBAND_OPEN}
        C: 你们乱扣费,我要投诉。
        A: 对不起,给您添麻烦了,请问是扣了什么费用?
        C: 多扣了我三个月的电视费。
        A: 您反映的问题我已记录,我们会尽快给您答复,谢谢您的宝贵意见,再见!
        C: 再见。""", notes=("the customer says it is a complaint",)),
    Case("heating", {"complaint-closing": "violated"}, complaint=True, omit=frozenset({"rude-language"}), lines=f"""
        {_HEATING_OPEN}
        C: 我要投诉那个维修师傅,进门鞋套都不穿,修完了一地的水。
        A: 好,我跟他们说一声。
        C: 你们得处理他。
        A: 请问您还有其他问题吗?
        C: 没有了。
        {_BYE}"""),
)  # fmt: skip

_ASKED = "C: {address}。\n"
_FORM = {"repeat-back-address": "passed", "repeat-back-phone": "passed"}
REPEAT_BACK = (
    Case("heating", _FORM, after_problem="A: 请问您的地址是哪里?\n" + _ASKED + "A: {address},对吗?\nC: 对。\n"
         "A: 请留一下您的电话。\nC: {phone}。\nA: {phone},是吗?\nC: 是的。"),
    Case("heating", _FORM, after_problem="A: 麻烦您说一下详细地址。\nC: 我住在{address}。\nA: 好的,{address}。\n"
         "C: 嗯。\nA: 您的联系电话是多少?\nC: 你记一下,{phone}。\nA: 跟您核对一下,{phone}。\nC: 没错。"),
    Case("heating", _FORM | {"repeat-back-address": "violated"},
         after_problem="A: 请问您的地址?\n" + _ASKED + "A: 好的,请再留一个电话。\nC: {phone}。\n"
         "A: {phone},对吧?\nC: 对的。"),
    Case("heating", _FORM | {"repeat-back-phone": "violated"},
         after_problem="A: 请问您家住哪里?\n" + _ASKED + "A: {address},是吗?\nC: 是的。\nA: 您的电话号码是多少?\n"
         "C: {phone}。\nA: {badphone},对吗?\nC: 嗯。", notes=("read back with a wrong digit",)),
    Case("heating", {"repeat-back-phone": "violated"},
         after_problem="A: 请您留一个联系电话。\nC: {phone}。\nA: 好的,记下了。"),
)  # fmt: skip


def _callback(lines: str, answers: Mapping[str, object], verdict: str = "passed") -> Case:
    return Case("heating", {"callback-questions": verdict}, lines=lines, answers=answers, direction="outbound",
                ring_seconds=None)  # fmt: skip


CALLBACKS = (
    _callback("""
        A: 您好,我们是供暖报修平台,想对您家的报修做个回访,您现在方便吗?
        C: 可以,你说。
        A: 请问上次报修的问题解决了没有?
        C: 没有解决,还是不热。
        A: 维修人员的服务态度您满意吗?满意,普通,还是不满意?
        C: 一般般吧,普通。
        A: 维修时有没有向您收费?
        C: 收了我三十块钱。
        A: 请您给这次服务打分,一分到十分,您打几分?
        C: 五分。
        A: 好的,我们会再安排师傅上门,感谢您的配合,再见。
        C: 再见。""", {"solved": False, "attitude": "普通", "charged": True, "rating": 5}),
    _callback("""
        A: 您好,这里是大龙供暖,打扰您了,想做一个维修回访,您方便吗?
        C: 方便。
        A: 请问您家的漏水问题解决了吗?
        C: 嗯,已经修好了。
        A: 师傅的态度怎么样,满意,普通,还是不满意?
        C: 很满意。
        A: 师傅收您的钱了吗?
        C: 这个我不清楚,当时是我爱人在家。
        A: 好的,请您打个分,一到十分。
        C: 那就十分。
        A: 感谢您的配合,祝您生活愉快,再见。
        C: 再见。""", {"solved": True, "attitude": "满意", "charged": None, "rating": 10}),
    _callback("""
        A: 您好,大龙供暖回访,请问您现在方便接电话吗?
        C: 方便,说吧。
        A: 请问暖气修好了吗?
        C: 修好了。
        A: 有没有向您收取费用?
        C: 没有收费。
        A: 请您打个分,一到十分。
        C: 八分。
        A: 好的,感谢您的配合,再见。
        C: 再见。""", {"solved": True, "charged": False, "rating": 8}, "violated"),
    _callback("""
        A: 您好,我们是供暖报修平台,对您家的维修情况做个回访,您现在方便吗?
        C: 不好意思啊,我正在开车呢,不方便。
        A: 好的,那我们晚一点再联系您,感谢您的配合,再见。
        C: 再见。""", {}, "not_applicable"),
)  # fmt: skip

CASES = OPENINGS + JOB_NUMBER + HOLIDAYS + SILENT + WORDS + ENDINGS + TIMES + COMPLAINTS + REPEAT_BACK + CALLBACKS
