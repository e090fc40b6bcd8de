"""What a representative notes after a visit: 20 to 60 characters, put together clause by clause."""

from __future__ import annotations

from random import Random

from keqing.engines.world.parties import (
    CHAIN_HEADQUARTERS,
    COMMUNITY,
    DISTRIBUTOR,
    HOSPITALS,
    INSTITUTIONS,
    STORES,
)

SHORTEST = 20
STORE, CLINIC, HOSPITAL, CHAIN, TRADE, CALL = "store", "clinic", "hospital", "chain", "trade", "call"
ACADEMIC = "academic"  # a medical representative outside a hospital

# {p} is a product's trade name, {n} a number, {s} a small one, {w} a time to come
OPENINGS = {
    STORE: (
        "查看{p}陈列，现有{s}个陈列面",
        "清点{p}库存{n}盒",
        "和店长核对{p}近{n}天动销",
        "整理{p}货架并更换价签",
        "给{s}名店员讲解{p}的用法和注意事项",
        "检查{p}批号和效期，最近一批还有{n}个月",
        "与当班药师聊{p}的顾客反馈",
        "看店情，{p}上周走了{n}盒",
    ),
    CLINIC: (
        "了解{p}使用情况，现存{n}盒",
        "向负责人介绍{p}的说明书要点",
        "核对{p}库存{n}盒和有效期",
        "送去{p}最新说明书，讲解{n}分钟",
        "询问补货周期，{p}约{n}天补一次",
        "了解门诊常见病种，谈到{p}的适用人群",
    ),
    HOSPITAL: (
        "与药剂科沟通{p}说明书更新",
        "按预约拜访，介绍{p}的循证资料{s}篇",
        "与科主任交流{p}的用药安全信息",
        "转交{p}不良反应上报联系方式",
        "约定科室学习会，主题为{p}合理用药",
        "答复{p}贮藏条件的询问，提供资料{s}份",
    ),
    ACADEMIC: (
        "向医生介绍{p}的循证资料{s}篇",
        "讲解{p}说明书更新之处",
        "与医生讨论{p}在老年人中的安全信息",
        "答复{p}贮藏条件的询问",
        "转交{p}不良反应上报联系方式",
        "介绍{p}的用药教育材料{s}份",
    ),
    CHAIN: (
        "与采购经理核对{p}门店铺货，缺货{n}家",
        "和营运部商量{p}店员培训，排了{s}场",
        "沟通{p}下月订货计划{n}件",
        "与财务核对{p}对账单，差异{s}笔已标注",
        "汇报{p}近{s}周门店动销",
    ),
    TRADE: (
        "核对{p}库存{n}件和在途数量",
        "收取上月流向文件，{p}缺{n}行待补",
        "与开票员核对{p}出库单{n}张",
        "查看{p}仓储和效期，整件{n}件",
        "与采购员商量{p}补货{n}件",
    ),
    CALL: (
        "电话了解{p}库存，还有{n}盒",
        "电话回访，{p}近{n}天使用正常",
        "电话提醒{p}补货，对方记下{n}盒",
        "电话确认{p}到货{n}盒，外箱完好",
    ),
}
FINDINGS = {
    STORE: (
        "位置比上次好",
        "旁边新摆了同类产品",
        "缺一个规格已记下",
        "客流比上周略多",
        "店长说周末卖得快",
        "价签与系统一致",
        "店员能说清用法",
        "堆头被换到收银台右侧",
        "换季后问的人多了",
        "隔壁修路客流少了些",
    ),
    CLINIC: (
        "目前库存够用",
        "近期感冒患者多",
        "对规格大小提了意见",
        "希望到货再快一点",
        "由卫生院统一采购",
        "冷藏柜运转正常",
        "赶集日最忙不便久谈",
        "对产品质量比较认可",
    ),
    HOSPITAL: (
        "对方希望补充药代动力学数据",
        "问到肝功能不全者的用法",
        "资料已留药剂科存档",
        "建议下次带电子版",
        "门诊较忙，交流十分钟",
        "关注长期随访结果",
        "遵守院方接待时间",
    ),
    ACADEMIC: (
        "医生想看基层用药指南",
        "问到与其他药合用的注意点",
        "资料已留诊室备查",
        "候诊的人多，长话短说",
        "希望参加线上学习班",
        "对随访管理很有兴趣",
    ),
    CHAIN: (
        "新店有{s}家待首次铺货",
        "对方要求统一到货时间",
        "会员日陈列方案已交",
        "部分门店反馈包装易压",
        "培训反馈不错",
        "系统编码已核对一致",
    ),
    TRADE: (
        "账实相符",
        "近效期{n}盒已登记",
        "配送到乡镇需要两天",
        "对方月底盘点",
        "资质资料齐全",
        "仓库温湿度记录完整",
    ),
    CALL: ("暂时不缺货", "对方在忙简短沟通", "约好下次到店细谈", "没有其他问题", "到货时间说清楚了"),
}
ACADEMIC_ENDINGS = (
    "约好{w}再来",
    "{w}送电子版资料",
    "已记入待办",
    "回去请医学部答复",
    "下次带指南全文",
    "{w}前把文献发过来",
)
ENDINGS = (
    "约好{w}再来",
    "下次带培训资料",
    "{w}前补齐缺的规格",
    "已记入待办",
    "{w}电话跟进",
    "下次重点看效期",
    "对方同意{w}再谈",
    "回去核实后答复",
    "下次一起看动销数据",
    "{w}送新版说明书",
)
PADDINGS = ("其余一切正常，没有别的事", "情况已当面说清楚并记下", "沟通顺利，对方比较配合")
TIMES = ("周一", "周二", "周三", "周四", "周五", "下周", "月底", "月中", "旬末")


def choose_manner(kind: str, way: str) -> str:
    if way == "电话":
        return CALL
    if kind in STORES:
        return STORE
    if kind in HOSPITALS or kind in COMMUNITY:
        return HOSPITAL
    if kind in INSTITUTIONS:
        return CLINIC
    return {CHAIN_HEADQUARTERS: CHAIN, DISTRIBUTOR: TRADE}[kind]


def write_summary(rng: Random, manner: str, trade_names: tuple[str, ...], *, is_academic: bool = False) -> str:
    """``is_academic`` keeps a medical representative to academic words wherever the visit was."""
    manner = ACADEMIC if is_academic and manner == CLINIC else manner
    product = rng.choice(trade_names)
    endings = ACADEMIC_ENDINGS if manner in (ACADEMIC, HOSPITAL) else ENDINGS
    clauses = [rng.choice(OPENINGS[manner]), rng.choice(FINDINGS[manner]), rng.choice(endings)]
    if rng.random() < 0.25:
        clauses.insert(2, rng.choice([clause for clause in FINDINGS[manner] if clause != clauses[1]]))
    text = rng.choice("，；").join(clauses[:-1]) + rng.choice("，；。") + clauses[-1]
    text = text.replace("{p}", product).replace("{w}", rng.choice(TIMES))
    text = _fill_numbers(rng, _fill_numbers(rng, text, "{n}", 36), "{s}", 6)
    if len(text) < SHORTEST:
        text += "，" + rng.choice(PADDINGS)
    return text + rng.choice(("。", ""))


def _fill_numbers(rng: Random, text: str, mark: str, most: int) -> str:
    while mark in text:
        text = text.replace(mark, str(rng.randint(2, most)), 1)
    return text
