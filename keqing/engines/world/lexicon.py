"""Words that names are made of. Combinations of place signs were chosen so that no real county or city arises."""

from __future__ import annotations


def _list_words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PROVINCES = _list_words("云泽省 沧陵省 朔岚省 湄川省 黛岭省 澜屿省 昙溪省 霁原省 榆津省 漪江省")
FIRST_PREFECTURE = "岚州"
FIRST_COUNTIES = ("云汀", "岚浦", "澄溪")
PREFECTURE_HEADS = "岚霁昙漪黛澜湄栖枫荻皎珩琅翎芷苕蘅钧铭骊鹭麓筠"
PREFECTURE_TAILS = "州陵川原津安宁阳平江"
COUNTY_HEADS = "澄鹤桐枫荻鹭麓莲栗桂楠樟梧蓼苇芷蘅霁岚烟砚碧翠锦泠浣洄漱沁濯漪渌绾棠槐杏椒榛茗蕙雁隼鲤鸥虹露霜晴"
COUNTY_TAILS = "溪岩陂川渡汀浦屿坞岭泽潭洲涧坪畈港"

STREET_HEADS = "滨迎望朝晨长永福安康文学新东西南北中广和"
STREET_TAILS = "河湖江晖阳宁庆乐济泰苑园桥门园塔"
TOWN_HEADS = "柳石白黄龙马双三高平新古清枣梅茶竹樟泉沙牛鹿金银铁水枫栗莲桃杨罗"
TOWN_TAILS = "河桥溪塘坪湾岭山铺集渡口坝冲田林洲庄潭"
VILLAGE_HEADS = "周吴郑冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严魏陶姜戚谢邹喻苏潘葛范彭鲁韦马苗方俞任袁柳"
VILLAGE_TAILS = ("家湾村", "家冲村", "家坪村", "家庄村", "家桥村", "家垅村", "家塘村", "家岭村")
VILLAGE_SCENES = _list_words(
    "石门村 双井村 红星村 前进村 新建村 大塘村 长岭村 桃源村 石桥村 枫树村 胜利村 团结村 清水村 白沙村"
)
ROADS = _list_words(
    "人民路 解放路 建设路 中山路 文化路 新华路 和平路 胜利路 朝阳路 滨江路 青年路 团结路 站前路 迎宾大道 "
    "沿河路 东风路 花园路 学府路 商贸街 老街 幸福路 健康路 长征路 环城路 公园路 工农路 育才路 兴隆街 "
    "南湖路 北正街 桂花路 梧桐路"
)
LANDMARKS = _list_words(
    "东门 西门 南门 北门 人民路 解放路 中心 广场 车站 医院 学府 滨江 文化宫 体育馆 老街 新城 万福 阳光 "
    "花园 市场 商贸城 步行街 环城 和平路 建设路 朝阳 育才 公园 幸福里 桂苑 金桥 银河 碧水 翠竹 丽景 江湾 "
    "城南 城北 城东 城西 兴隆 迎宾"
)

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文辉晓东海燕雪梅春峰林波宁鹏斌浩宇欣怡佳慧"
    "琳婷颖思远涵嘉俊彦博雅诗楠翔凯旭晨昊然悦萍莉瑶倩蕾薇菲岚松柏清泉云帆新民安康立诚信永福德生水根月"
)

BRAND_HEADS = "芷益仁康济德百惠瑞民福和春泰安同本禾杏橘恒广宝汇天万荣裕颐澄岚"
BRAND_TAILS = "安岚济仁康德草和善生源泰民瑞佑春林元芝宁心益寿合顺"
# pairs that the signs above would make but real companies bear
REAL_BRANDS = _list_words(
    "同仁 同济 同德 同和 同春 汇仁 仁和 泰康 万和 瑞康 济民 康德 民生 天元 百草 惠民 广济 本草 天安 天康 "
    "天泰 德仁 宝芝 康佑 康民"
)
STORE_SUFFIXES = ("大药房", "药房", "药店", "堂药店", "堂大药房", "平价药房")
CLINIC_SUFFIXES = ("诊所", "内科诊所", "中医诊所", "全科诊所", "口腔诊所", "儿科诊所")
DISTRIBUTOR_SUFFIXES = ("医药有限公司", "药业有限公司", "医药有限责任公司", "医药物流有限公司", "药品配送有限公司")
FACTORIES = _list_words("纺织厂 机械厂 水泥厂 化肥厂 陶瓷厂 食品厂 电机厂 造纸厂 农机厂 钢构厂")
SCHOOLS = _list_words("第一中学 第二中学 第三中学 实验中学 职业技术学校 师范学校 高级中学 卫生学校")
CITY_HOSPITALS = _list_words(
    "第一人民医院 第二人民医院 第三人民医院 中心医院 中医医院 妇幼保健院 中西医结合医院 康复医院 肿瘤医院 "
    "骨科医院 眼科医院 老年病医院"
)
