"""The words of a call in the reasons of its findings: what they say stays, what they quote goes.

A reason ends with what an operator tells of the call in brackets (`qa.evaluate`): words in “ ”, or numbers after
“像是”, “客户说”, “坐席读”. What a rule itself says, and what a person wrote, is no quotation.
"""

import re

WRITTEN = "人工复核："
"""So a reason begins that a person gave."""
SIGNS = ("“", "像是", "客户说", "坐席读")
"""A reason without any of these quotes nothing."""
_INAPPLICABLE = "不适用："
_RULE = re.compile(r"由“[^”]*”判定|同一语句已按“[^”]*”扣分")
_QUOTED = re.compile(r"“.*”|(?P<told>像是|客户说|坐席读)\s[^，；、（）]+", re.DOTALL)


def without_quotes(reason: str) -> str:
    """The reason with … in place of the call's words; one without any comes back as it is."""
    if reason.startswith(WRITTEN) or _RULE.search(reason):
        return reason
    begin = len(_INAPPLICABLE) if reason.startswith(_INAPPLICABLE) else _told_from(reason)
    return reason[:begin] + _QUOTED.sub(_cut, reason[begin:])


def _told_from(reason: str) -> int:
    """Where brackets first open in a reason that ends with them; its end where it does not."""
    return reason.find("（") if reason.endswith("）") and "（" in reason else len(reason)


def _cut(quoted: re.Match[str]) -> str:
    return f"{quoted['told']} …" if quoted["told"] else "“…”"
