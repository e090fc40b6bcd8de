"""Columns that must not be collected (DOMAIN 2.6 and 7.3): name of the column → rule and sentence."""

from __future__ import annotations

from collections.abc import Mapping

_PRIVATE = "2.6：业务往来用不到，也不该收集，这一列没有读。"
_DOSSIER = "C-09：不记录联系人的私生活和家庭，这一列没有读。"
_PRESCRIPTIONS = "C-11：不收统方和个人处方数据，这一列没有读；要看销量请用配送商的流向。"

PRESCRIPTION_COLUMNS: Mapping[str, str] = dict.fromkeys(
    ("统方", "处方量", "处方数", "开药量", "开方", "处方金额", "个人用量"), _PRESCRIPTIONS
)
PRIVATE_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "身份证",
            "证件号",
            "家庭住址",
            "家庭地址",
            "住址",
            "健康",
            "病史",
            "宗教",
            "信仰",
            "工资",
            "薪资",
            "年薪",
            "收入",
            "银行",
            "卡号",
            "账号",
            "烟",
            "酒",
        ),
        _PRIVATE,
    ),
    **dict.fromkeys(
        ("子女", "孩子", "配偶", "爱人", "妻子", "丈夫", "家庭", "家属", "亲属", "父母", "派系", "帮派"), _DOSSIER
    ),
    **PRESCRIPTION_COLUMNS,
}
#: what a person's row may not hold but a company's row may: its bank for invoices, its trade
_COMPANY_FACTS = frozenset({"健康", "收入", "银行", "卡号", "账号", "烟", "酒"})
PARTY_COLUMNS: Mapping[str, str] = {name: why for name, why in PRIVATE_COLUMNS.items() if name not in _COMPANY_FACTS}
