"""Makes the sample calls of this folder anew: `python -m sample_data.make` from the root of the repository.

Needs the voices of benchmarks/synth (see its README.md). Every call is invented, no person's voice is in it.
"""

from pathlib import Path
from typing import Any

from benchmarks.synth.build import build
from benchmarks.synth.script import Party, Script, Sound, read_lines
from benchmarks.synth.tts import Speaker
from qa.call import Channels

HERE = Path(__file__).resolve().parent

XIAOXIAO, XIAOYI = Party("zf_xiaoxiao", 0.86), Party("zf_xiaoyi", 0.85)
YUNYANG, XIAOBEI = Party("zm_yunyang", 0.74, -2.0), Party("zf_xiaobei", 0.95)
YUNJIAN, YUNXI = Party("zm_yunjian", 1.1, -4.0), Party("zm_yunxi", 0.74, -1.0)
YUNXIA, XIAONI = Party("zm_yunxia", 1.1, -3.0), Party("zf_xiaoni", 1.15, -2.0)

AGENTS = {
    "1021": ("陈晓", "通信一组", "早班", XIAOXIAO),
    "1035": ("周岩", "通信一组", "中班", YUNYANG),
    "003": ("李敏", "供暖组", "早班", XIAOYI),
    "017": ("王强", "供暖组", "晚班", YUNYANG),
    "208": ("赵倩", "宽带组", "中班", XIAOBEI),
    "216": ("孙磊", "宽带组", "早班", YUNXI),
}
TELECOM = "您好,华信通信客服中心,欢迎您的来电,我是{}号话务员,请问有什么可以帮您?"
BROADBAND = "您好,这里是星河网络客服中心,工号{}为您服务,有什么可以帮您的吗?"
HEATING = "您好,大龙供暖报修{}号为您服务,请问您有什么问题?"


def call(
    call_id: str, ruleset: str, agent_id: str, customer: Party, codec: str, channels: Channels, started_at: str,
    text: str, **other: Any,
) -> Script:  # fmt: skip
    """A sample call by one of `AGENTS`; `other` goes to the script as it is."""
    name, team, shift, voice = AGENTS[agent_id]
    bleed_db = other.pop("bleed_db", None)
    snr_db = other.pop("snr_db", 30.0)
    return Script(
        call_id=call_id,
        ruleset=ruleset,
        agent_id=agent_id,
        lines=read_lines(text),
        agent=voice,
        customer=customer,
        sound=Sound(codec, channels, snr_db, bleed_db),
        started_at=started_at,
        row={"agent_name": name, "team": team, "shift": shift},
        **other,
    )


CLEAN = (
    call("clean01", "telecom", "1021", YUNJIAN, "alaw", "agent-left", "2026-03-18T09:12:00+08:00", f"""
        0.0 A: {TELECOM.format("幺零二幺")}
        0.8 C: 喂,我新买了一块手表,想让它跟手机用一个号码。
        0.7 A: 可以的,这个业务叫一号双终端,每个月十元,您看需要开通吗?
        0.6 C: 需要,就开通吧。
        0.7 A: 已经为您开通了,请您在手表上扫描二维码激活。
        0.5 C: 好,我弄一下。
        0.6 A: 请问您还有其他问题吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,祝您生活愉快,再见!
        0.4 C: 再见。"""),
    call("clean02", "heating", "003", YUNXI, "mp3", "agent-right", "2026-11-20T10:05:00+08:00", f"""
        0.0 A: {HEATING.format("零零三")}
        0.7 C: 我家书房的暖气片只有上半截热,下半截是凉的。
        0.7 A: 好的,请问您家的地址是哪里?
        0.6 C: 滨河路翠湖小区九号楼三单元五零二。
        0.7 A: 滨河路翠湖小区九号楼三单元五零二,对吗?
        0.4 C: 对的。
        0.6 A: 请问您贵姓,联系电话是多少?
        0.6 C: 我姓何,幺三九,二二零四,八六七五。
        0.6 A: 何先生,幺三九,二二零四,八六七五,是吗?
        0.4 C: 没错。
        0.6 A: 报修已经登记,师傅今天下午上门冲洗。请问还有其他可以帮您的吗?
        0.5 C: 没了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 好,再见。""",
        labels={"repeat-back-address": "passed", "repeat-back-phone": "passed"}),
    call("clean03", "broadband", "216", XIAONI, "pcm", "mono", "2026-04-22T08:40:00+08:00", f"""
        0.0 A: {BROADBAND.format("二幺六")}
        0.8 C: 嗯,我想问一下,我家楼上楼下两层,二楼的信号特别弱。
        0.7 A: 请问您的路由器是放在一楼吗?
        0.5 C: 对,在一楼客厅。
        0.7 A: 建议您在二楼加装一个子路由,师傅可以免费上门调试。
        0.6 C: 那给我约一个星期天吧。
        0.6 A: 好的,已经预约了星期天上午。请问您还有其他问题吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 再见。"""),
    call("clean04", "telecom", "1035", XIAOBEI, "opus", "agent-left", "2026-10-02T14:30:00+08:00", """
        0.0 A: 国庆节快乐!华信通信客服中心,我是幺零三五号话务员,请问有什么可以帮您?
        0.8 C: 我在外地旅游呢,呃,想临时加一点流量。
        0.7 A: 有一个三天十个G的流量包,十五块钱,马上就能用。
        0.6 C: 行,就办这个。
        0.7 A: 已经为您办好了,您会收到一条短信提醒。请问还有其他可以帮您的吗?
        0.5 C: 没有啦。
        0.5 A: 感谢您的来电,祝您旅途愉快,再见!
        0.4 C: 再见。""",
        labels={"holiday-opening": "passed"}),
    call("clean05", "telecom", "1021", YUNXIA, "alaw", "agent-left", "2026-06-10T11:20:00+08:00", f"""
        0.0 A: {TELECOM.format("幺零二幺")}
        6.4 A: 您好!请问有什么可以帮您?
        6.2 A: 非常抱歉,您的电话没有声音,请您换一部电话再打来,再见!""",
        hangup_by="agent", tail_s=6.5, labels={"silent-call": "passed"}, notes=("silent call",)),
    call("clean06", "heating", "003", YUNXIA, "flac", "agent-left", "2026-11-19T09:30:00+08:00", """
        0.0 A: 您好,这里是大龙供暖,想对您前天的报修做一个回访,您现在方便吗?
        0.6 C: 方便,你问吧。
        0.6 A: 请问暖气的问题解决了吗?
        0.5 C: 解决了,现在挺热的。
        0.6 A: 维修师傅的态度您觉得是满意,普通,还是不满意?
        0.5 C: 满意。
        0.6 A: 师傅有没有向您收取费用?
        0.5 C: 没有收费。
        0.6 A: 请您给我们的服务打个分,一到十分。
        0.6 C: 打九分吧。
        0.6 A: 好的,感谢您的配合,再见。
        0.4 C: 再见。""",
        direction="outbound", ring_seconds=None, labels={"callback-questions": "passed"},
        answers={"solved": True, "attitude": "满意", "charged": False, "rating": 9}),
)  # fmt: skip

FAULTY = (
    call("s01", "broadband", "208", YUNJIAN, "mulaw", "agent-left", "2026-05-13T15:10:00+08:00", """
        0.0 A: 您好,工号二零八为您服务,有什么可以帮您的吗?
        0.7 C: 我家电视点播的时候老是提示账户异常。
        0.7 A: 我帮您刷新了账户,您把机顶盒重新启动一下就可以了。
        0.6 C: 好,我重启一下看看。
        0.6 A: 请问还有其他可以帮您的吗?
        0.5 C: 没了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 再见。""",
        labels={"opening-greeting": "violated"}, notes=("no company name in the opening",)),
    call("s02", "heating", "017", XIAONI, "mp3", "agent-left", "2026-11-18T19:45:00+08:00", f"""
        0.0 A: {HEATING.format("零七幺")}
        0.7 C: 你好,我想问下,暖气费可以用公积金交吗?
        0.7 A: 可以的,您带上身份证到公积金窗口申请提取就可以缴纳。
        0.6 C: 哦,那要几天到账啊?
        0.6 A: 一般三个工作日到账。请问您还有其他问题吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 再见。""",
        labels={"job-number": "violated"}, notes=("states another job number",)),
    call("s03", "telecom", "1021", YUNXI, "alaw", "agent-right", "2026-05-02T10:15:00+08:00", f"""
        0.0 A: {TELECOM.format("幺零二幺")}
        0.7 C: 我的手机壳里掉出来一张卡,插回去就显示无服务了。
        0.7 A: 请您把卡取出来,用干布擦一擦金属面,再重新插好。
        1.5 C: 嗯,有信号了,可以了。
        0.6 A: 请问还有其他可以帮您的吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,祝您生活愉快,再见!
        0.4 C: 再见。""",
        labels={"holiday-opening": "violated"}, notes=("inside the Labour Day window",)),
    call("s04", "telecom", "1035", YUNJIAN, "mulaw", "agent-left", "2026-07-21T16:05:00+08:00", f"""
        0.0 A: {TELECOM.format("幺零三五")}
        6.3 A: 您好,请问有什么可以帮您?""",
        hangup_by="agent", tail_s=3.0, labels={"silent-call": "violated"}, notes=("silent call, two prompts",)),
    call("s05", "broadband", "208", YUNXIA, "mp3", "mono", "2026-08-27T17:30:00+08:00", f"""
        0.0 A: {BROADBAND.format("二零八")}
        0.7 C: 那个,我还是没有明白,这个套餐到底含不含固定电话啊?
        0.6 A: 跟你说过多少遍了,你听不懂吗?
        0.8 C: 你怎么这样说话呢?
        0.8 A: 含一部固定电话,每月送一百分钟。
        0.6 C: 行了,我知道了。
        0.6 A: 请问您还有其他问题吗?
        0.5 C: 没有。
        0.5 A: 感谢您的来电,再见。
        0.5 C: 再见。""",
        labels={"rude-language": "violated"}, omit=frozenset({"refusal"}), snr_db=22.0),
    call("s06", "telecom", "1035", XIAONI, "opus", "agent-left", "2026-09-09T13:50:00+08:00", f"""
        0.0 A: {TELECOM.format("幺零三五")}
        0.7 C: 我想查一下去年在营业厅签的那份合同,能发给我一份吗?
        0.7 A: 我不负责这块,这个我不知道怎么处理。
        0.8 C: 那我应该找谁啊?
        0.7 A: 您可以带上身份证到原来的营业厅打印合同。
        0.6 C: 好吧。
        0.6 A: 请问还有其他可以帮您的吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 再见。""",
        labels={"refusal": "violated"}, omit=frozenset({"blame-other-department"}), bleed_db=36.0),
    call("s07", "heating", "017", XIAOBEI, "pcm", "agent-left", "2026-11-12T20:20:00+08:00", f"""
        0.0 A: {HEATING.format("零幺七")}
        0.7 C: 你们上次换的那个阀门才一个礼拜,怎么又开始渗水了?
        0.7 A: 这不是我负责的,是维修部的问题。
        0.7 C: 那也得给我修好吧。
        0.7 A: 好的,我重新给您登记了,师傅明天上午上门更换。
        0.6 C: 行,那我等着。
        0.6 A: 请问您还有其他问题吗?
        0.5 C: 没有了。
        0.5 A: 感谢您的来电,再见。
        0.4 C: 再见。""",
        labels={"blame-other-department": "violated"}, omit=frozenset({"refusal"})),
    call("s08", "broadband", "216", XIAOYI, "alaw", "agent-left", "2026-04-29T07:55:00+08:00", f"""
        0.0 A: {BROADBAND.format("二幺六")}
        0.7 C: 我想把宽带的户主名字改成我爱人,需要什么材料?
        0.7 A: 需要你们两位的身份证原件,还有最近一个月的缴费单。
        0.6 C: 可以在网上办吗?
        0.6 A: 目前请您到营业厅办理,大概十分钟就能办完。
        0.6 C: 嗯,那我抽空去一趟。""",
        ring_seconds=24.0, tail_s=7.0, labels={"closing": "violated"}, notes=("no closing, answered late",)),
)  # fmt: skip


def main() -> None:
    """Writes recordings, calls.csv and labels.jsonl into this folder."""
    folders = {script.call_id: "clean" for script in CLEAN}
    total_s = build((*CLEAN, *FAULTY), HERE, Speaker(threads=1), folders)
    print(f"{len(CLEAN) + len(FAULTY)} calls, {total_s / 60:.1f} min")


if __name__ == "__main__":
    main()
