"""What the operators state, in the words of the people who write rules (a test keeps it complete)."""

MEANINGS = {
    "all": "下列条件都成立",
    "any": "下列条件至少一个成立",
    "not": "下列条件不成立",
    "call": "通话资料符合（方向、挂机方、投诉等）",
    "known": "通话资料里有这个字段",
    "over": "通话资料里的数值超过上限",
    "switched_on": "本规则集打开了这个开关",
    "spoke": "这一方确实说过话",
    "hung_up": "由这一方挂机，且离最后一句话不超过若干秒",
    "still_asking": "通话结束时客户还在提问",
    "said": "这一方说了其中一种说法（至少若干次）",
    "forbidden": "这一方说了禁语，不是转述，也没有可以免责的话",
    "unanswered": "对方说了某句话，这一方接下来没有按要求回应",
    "asked_for": "对方说了某句话",
    "answered": "对方问了，这一方下一句给出了要找的回答",
    "lacks": "坐席少说了句子中的某些部分",
    "number_requested": "客户问了工号，或者坐席的回答表明问过",
    "number_not_given": "客户问工号，坐席没有报出正确的工号",
    "opening_lacks": "开头语缺少某些部分",
    "holiday_window": "通话在节日期间，或平日里用了节日问候",
    "holiday_wrong": "节日期间没用规定的问候，或平日里用了节日问候",
    "job_number_wrong": "开头语没有报工号，或报了别的工号",
    "silent_call_wrong": "客户没有声音时没有按步骤处理",
    "held": "坐席说明后让客户等待了若干秒以上",
    "hold_wrong": "等待结束后坐席没有致谢或致歉",
    "dead_air": "没有说明的静默超过若干秒",
    "interruption": "坐席打断客户说话",
    "spoke_enough": "坐席说得够多，可以计算语速",
    "speech_rate_wrong": "坐席语速过快或过慢",
    "gave_text": "客户报了要跟读的内容（如地址）",
    "text_not_read_back": "坐席没有跟读客户报的内容",
    "gave_phone": "客户报了电话号码",
    "phone_not_read_back": "坐席没有跟读客户报的电话号码",
    "questions_missing": "回访少问了问题（同时取出客户的回答）",
    "free_speech": "说法不在清单里，但多处迹象加在一起可疑（只转人工复核）",
    "perhaps": "机器无法判断，一律转人工复核",
}
"""Operator (and `all`, `any`, `not`) → what it states, Chinese."""


def meaning(operator: str) -> str:
    """What an operator states; its own name where nothing is written here yet."""
    return MEANINGS.get(operator, operator)
