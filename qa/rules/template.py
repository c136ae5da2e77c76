"""A new rule to fill in, as it is written: it passes `qa rules check` and its own examples from the start."""

import re
from pathlib import Path

from qa.errors import ConfigError

ID = re.compile(r"^[a-z][a-z0-9-]*$")

TEMPLATE = """\
# yaml-language-server: $schema=../schema.json
# 新规则 {id}。把“请改成……”的地方换成自己的内容，然后：
#   qa rules check    文件有没有写错
#   qa rules test     下面的例子是不是都判对了
#   qa rules diff 旧规则目录 新规则目录    以前的通话会有哪些判得不一样
# 写法详见 docs/rules.zh-CN.md。
rules:
  - id: {id}
    name: 请改成规则名称
    clause: 请改成出处，例如 003 考核条例 1
    # 每次扣几分；house: true 表示条款没有写分值、由中心自定
    points: 2
    house: true
    # 每次都扣，一通最多扣 6 分；每通只扣一次的，删去这两行
    per: occurrence
    cap: 6
    # 没有把握之前只提示、不扣分：去掉下一行的 #，并把第一个例子的 violated 改成 needs_review
    # review_only: true
    # 什么情况下才检查（不写即每通都检查；写了就要有一个 not_applicable 的例子）：
    # applies:
    #   said: {{phrases: [{id}-asked], by: customer}}
    # 什么情况算违规。这一种：坐席说了不该说的话。
    violated:
      forbidden: {{phrases: [{id}-words]}}
    # 另一种：该说的没有说（这时删去上面的 forbidden 和 per、cap）：
    #   not: {{said: {{phrases: [{id}-words], where: {{part: ending, turns: 4}}}}}}
    reason: 请改成扣分理由，坐席看得到
    right_wording: 请改成正确的说法
    examples:
      - verdict: violated
        # 证据从第几秒开始（可以不写）
        at: 8.5
        turns:
          - 客户 5: 我家的暖气不热
          - 坐席 8.5: 请改成不该说的第一种说法
      - verdict: passed
        note: 客户说的不算
        turns:
          - 客户 5: 请改成不该说的第一种说法
          - 坐席 8.5: 好的，我马上帮您登记
phrases:
  # [甲|乙] 二选一，(甲) 可有可无，… 中间可以夹几个字，句首 = 表示必须是这几个字
  {id}-words:
    - 请改成不该说的第一种说法
    - "请改成[不该说|不能说](的)第二种说法"
"""


def write_template(rule_id: str, folder: Path) -> Path:
    """Writes `folder`/ID.yaml and returns its path.

    Raises ConfigError where the id is none, the folder is no rule set, or the rule is there already.
    """
    if not ID.match(rule_id):
        raise ConfigError(f"{rule_id!r}: a rule's id is small letters, digits and hyphens, e.g. no-slang")
    if not (folder / "set.yaml").is_file():
        raise ConfigError(f"{folder}: no rule set (no set.yaml); name the folder of one with --dir, e.g. rules/common")
    path = folder / f"{rule_id}.yaml"
    taken = next((f for f in sorted(folder.glob("*.y*ml")) if _holds(f, rule_id)), path if path.exists() else None)
    if taken:
        raise ConfigError(f"{taken}: rule {rule_id!r} is there already; choose another id")
    try:
        path.write_text(TEMPLATE.format(id=rule_id), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror}); check the folder's permissions") from None
    return path


def _holds(file: Path, rule_id: str) -> bool:
    entry = re.compile(rf"^\s*-?\s*id:\s*['\"]?{re.escape(rule_id)}['\"]?\s*(#.*)?$", re.MULTILINE)
    return entry.search(file.read_text(encoding="utf-8", errors="replace")) is not None
