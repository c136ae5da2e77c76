"""Names given away: the words before them, the surname, and what speaks for a name around it."""

import pytest

from tests.checks.verdicts import call_of, finding, verdict

ASK = "客户 5: 你叫什么名字"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("坐席 9: 我叫张伟",), "violated"),
        (("坐席 9: 我叫那个陈强",), "violated"),  # a filler between
        (("坐席 9: 我姓王,您下次直接找我就行",), "violated"),
        (("坐席 9: 您叫我小李就可以",), "violated"),
        (("坐席 9: 刚才接您电话的是我同事黄海燕",), "violated"),
        (("坐席 9: 好的,刚才接您典话的是我同事张海帝,您的情况我已经上报了",), "violated"),
        (("坐席 9: 我同事叫张伟",), "violated"),
        (("坐席 9: 我同事吴娜今天上夜班",), "violated"),
        ((ASK, "坐席 9: 握叫张伟"), "violated"),  # misheard, but asked for
        (("坐席 9: 握姓章,您有事直接找我就行",), "violated"),
        (("坐席 9: 握姓章",), "needs_review"),
        (("客户 5: 我叫张伟", "坐席 9: 我叫张伟"), "needs_review"),  # repeats the customer's name
        (("客户 5: 我叫张伟,你记一下", "坐席 9: 好的"), "passed"),
        (("坐席 9: 我叫师傅给您回电话",), "passed"),
        (("坐席 9: 我同事周一跟您联系",), "passed"),
        (("坐席 9: 受益人可以填写我同事,需要身份证号",), "passed"),
        (("坐席 9: 您叫我一声就可以",), "passed"),
        (("坐席 9: 我行政区划帮您查了,是朝阳区",), "passed"),
        (("坐席 9: 我较为建议您选第二个",), "passed"),
        (("坐席 9: 您说您叫李明,对吗",), "passed"),
        (("坐席 9: 我姓从,您下次直接找我就行",), "violated"),  # the surname misheard
        ((ASK, "坐席 9: 我叫口李强,您记一下"), "violated"),  # a syllable slipped in
        (("坐席 9: 姓刘您下次直接找我就行",), "violated"),  # the lead lost
        (("坐席 9: 我是杨,您有事找我",), "violated"),
        (("坐席 9: 我赵,您下次直接找我就行",), "needs_review"),
        ((ASK, "坐席 9: 我赵,您下次直接找我就行"), "violated"),
        (("坐席 9: 您找我们这儿的王晓明就行,她今天是白班",), "violated"),
        (("坐席 9: 她今天是白班",), "violated"),
        (("坐席 9: 我叫王师傅给您回电话",), "passed"),
        (("坐席 9: 王先生,您有事直接找我就行",), "passed"),
        (("坐席 9: 我周一上班,您有事找我",), "passed"),
        ((ASK, "坐席 9: 您直接找我们这边的工作人员就行"), "passed"),
        (("坐席 9: 您有事找我就行",), "passed"),
        (("坐席 9: 您叫我小声一点,我知道了",), "passed"),
        ((ASK, "坐席 9: 我的工号是三零五,您记工号就可以"), "passed"),
        # Asked for, and every syllable of lead and surname is heard, only spelled otherwise.
        ((ASK, "坐席 9: 我型往,您匣次接找以就行"), "violated"),
        ((ASK, "坐席 9: 我教损娜,您记一下"), "violated"),
        (("坐席 9: 我这个姓张,下次直接找我就行",), "violated"),
        (("坐席 9: 我式小造,您有事找我",), "violated"),
        (("坐席 9: 沃姓怎杨,您下次直接找我就行",), "violated"),
        (("坐席 9: 我是小区物业,您有事找我",), "passed"),
        # The customer was quoted before, not here.
        (("坐席 9: 您说要投诉工程部,我核对一下。我叫赵晓明",), "violated"),
        (("坐席 9: 您刚才说您不知道怎么处理,是吧,我来教您,我叫王丽",), "violated"),
        (("坐席 9: 您说他说我叫李明,对吗",), "passed"),
        (("坐席 9: 刚才接您电话的是我同事无丽",), "needs_review"),
        (("坐席 9: 刚才接您电话的是我同事,他已经给您登记了",), "passed"),
        # For a person: a lead that is lost in an answer.
        ((ASK, "坐席 9: 我掷刘伟"), "needs_review"),
        ((ASK, "坐席 9: 我赵海燕,您记一下"), "needs_review"),
        ((ASK, "坐席 9: 我马上帮您查一下"), "passed"),
        ((ASK, "坐席 9: 我不方便"), "passed"),
        ((ASK, "坐席 9: 我这边是867号,您记一下"), "passed"),
        ((ASK, "坐席 9: 我于是给您登记"), "passed"),
        ((ASK, "坐席 9: 我高兴为您服务"), "passed"),
        (("坐席 9: 我叫一下师傅。",), "passed"),
        (("坐席 9: 我叫他们。",), "passed"),
        (("坐席 9: 我叫维修去了。",), "passed"),
        (("坐席 9: 我叫技术员来。",), "passed"),
        (("坐席 9: 我叫人来。",), "passed"),
        (("坐席 9: 我叫朋友来。",), "passed"),
        (("坐席 9: 我叫班长来。",), "passed"),
    ],
)
def test_names(lines: tuple[str, ...], expected: str) -> None:
    assert verdict("name-disclosure", call_of(*lines)) == expected


def test_the_words_that_told_the_name_are_shown() -> None:
    found = finding("name-disclosure", call_of("客户 5: 好的", "坐席 9: 好的,我叫张伟"))
    assert [e.text for e in found.evidence] == ["我叫张"]
