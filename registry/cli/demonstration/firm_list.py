"""The demonstration's firms. Every name says that the firm does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FirmEntry:
    """A firm as it is listed; everything else about it follows from its place in the list."""

    area: str
    family: str
    name: str
    name_en: str
    brand: str


_NANHU = "330402"
_XIUZHOU = "330411"
_JIASHAN = "330421"
_HAIYAN = "330424"
_HAINING = "330481"
_PINGHU = "330482"
_TONGXIANG = "330483"
_JINGKAI = "330400-JK"
_GANGQU = "330400-GQ"

_JIAXING_FIRMS: Final = (
    FirmEntry(_NANHU, "glass", "嘉兴示例一号玻璃制品有限公司", "Jiaxing Example No. 1 Glassware Co., Ltd.", "示澄"),
    FirmEntry(_NANHU, "garments", "嘉兴样例禾城服饰有限公司", "Jiaxing Sample Hecheng Garments Co., Ltd.", "禾样"),
    FirmEntry(
        _NANHU,
        "appliances",
        "嘉兴虚构南湖电器股份有限公司",
        "Jiaxing Fictional Nanhu Appliances Inc.",
        "菱演",
    ),
    FirmEntry(_NANHU, "lighting", "嘉兴演示烟雨照明科技有限公司", "Jiaxing Demo Yanyu Lighting Co., Ltd.", "烟雨示"),
    FirmEntry(
        _NANHU,
        "luggage",
        "嘉兴示例（中外合资）箱包有限公司",
        "Jiaxing Example Luggage Joint Venture",
        "SHILI",
    ),
    FirmEntry(_XIUZHOU, "bedding", "嘉兴样例秀洲家纺有限公司", "Jiaxing Sample Xiuzhou Home Textiles Ltd.", "秀样"),
    FirmEntry(
        _XIUZHOU,
        "appliances",
        "嘉兴虚构油车港厨房电器有限公司",
        "Jiaxing Fictional Kitchen Appliances Ltd.",
        "虚厨",
    ),
    FirmEntry(_XIUZHOU, "lighting", "嘉兴示例光伏照明有限公司", "Jiaxing Example Solar Lighting Co., Ltd.", "示光"),
    FirmEntry(_XIUZHOU, "toys", "秀洲演示木艺玩具厂（普通合伙）", "Xiuzhou Demo Wooden Toys Partnership", "木演"),
    FirmEntry(_JIASHAN, "boards", "嘉善样例人造板有限公司", "Jiashan Sample Wood-based Panels Co., Ltd.", "善样"),
    FirmEntry(
        _JIASHAN,
        "boards",
        "嘉善虚构魏塘家具有限公司",
        "Jiashan Fictional Weitang Furniture Co., Ltd.",
        "魏虚",
    ),
    FirmEntry(_JIASHAN, "toys", "嘉善示例益智玩具有限公司", "Jiashan Example Educational Toys Co., Ltd.", "益示"),
    FirmEntry(_JIASHAN, "fasteners", "嘉善演示紧固件(集团)有限公司", "Jiashan Demo Fasteners Group", "JS-DEMO"),
    FirmEntry(_HAIYAN, "fasteners", "海盐示例标准件有限公司", "Haiyan Example Standard Parts Co., Ltd.", "盐示"),
    FirmEntry(_HAIYAN, "fasteners", "海盐𠮷样紧固件有限公司", "Haiyan Jiyang (Sample) Fasteners Co., Ltd.", "𠮷样"),
    FirmEntry(
        _HAIYAN,
        "fasteners",
        "海盐虚构武原高强度螺栓有限公司",
        "Haiyan Fictional High-strength Bolts Ltd.",
        "武虚",
    ),
    FirmEntry(
        _HAIYAN,
        "lighting",
        "海盐样例集成吊顶照明有限公司",
        "Haiyan Sample Ceiling Lighting Co., Ltd.",
        "顶样",
    ),
    FirmEntry(_HAINING, "warpknit", "海宁样例经编有限公司", "Haining Sample Warp Knitting Co., Ltd.", "经样"),
    FirmEntry(
        _HAINING,
        "warpknit",
        "海宁示例马桥新材料股份有限公司",
        "Haining Example Maqiao New Materials Inc.",
        "马桥示",
    ),
    FirmEntry(_HAINING, "luggage", "海宁虚构皮革制品有限公司", "Haining Fictional Leather Goods Co., Ltd.", "虚革"),
    FirmEntry(_HAINING, "bedding", "海宁演示许村布艺有限公司", "Haining Demo Xucun Fabrics Co., Ltd.", "许演"),
    FirmEntry(
        _HAINING,
        "glass",
        "海宁示例高硼硅耐热玻璃器皿与家居日用玻璃制品研发设计生产进出口贸易一体化股份有限公司",
        "Haining Example Heat-resistant Glassware Research, Design, Manufacture and Trade Inc.",
        "海示",
    ),
    FirmEntry(_PINGHU, "strollers", "平湖示例童车有限公司", "Pinghu Example Strollers Co., Ltd.", "童示"),
    FirmEntry(
        _PINGHU,
        "strollers",
        "平湖虚构新埭婴童用品有限公司",
        "Pinghu Fictional Baby Products Co., Ltd.",
        "新虚",
    ),
    FirmEntry(_PINGHU, "luggage", "平湖样例箱包有限公司", "Pinghu Sample Luggage Co., Ltd.", "平样"),
    FirmEntry(_PINGHU, "garments", "平湖演示羽绒服饰有限公司", "Pinghu Demo Down Garments Co., Ltd.", "羽演"),
    FirmEntry(_PINGHU, "children", "平湖示例当湖童装有限公司", "Pinghu Example Children's Wear Co., Ltd.", "当示"),
    FirmEntry(_TONGXIANG, "sweaters", "桐乡样例(集团)羊毛衫有限公司", "Tongxiang Sample Woollens Group", "桐样"),
    FirmEntry(_TONGXIANG, "sweaters", "桐乡示例濮院针织有限公司", "Tongxiang Example Puyuan Knitwear Ltd.", "濮示"),
    FirmEntry(_TONGXIANG, "sweaters", "桐乡虚构羊绒制品有限公司", "Tongxiang Fictional Cashmere Co., Ltd.", "虚绒"),
    FirmEntry(_TONGXIANG, "bedding", "桐乡演示蚕丝被业有限公司", "Tongxiang Demo Silk Bedding Co., Ltd.", "蚕演"),
    FirmEntry(_TONGXIANG, "children", "桐乡样例崇福儿童用品有限公司", "Tongxiang Sample Chongfu Kids Ltd.", "崇样"),
    FirmEntry(
        _JINGKAI,
        "plastics",
        "嘉兴经开示例食品接触材料有限公司",
        "Jiaxing Example Food Contact Materials Ltd.",
        "经示",
    ),
    FirmEntry(_JINGKAI, "batteries", "嘉兴经开虚构新能源有限公司", "Jiaxing Fictional New Energy Co., Ltd.", "虚能"),
    FirmEntry(
        _JINGKAI,
        "appliances",
        "嘉兴经开演示智能家电有限公司",
        "Jiaxing Demo Smart Appliances Co., Ltd.",
        "智演",
    ),
    FirmEntry(_JINGKAI, "children", "嘉兴经开样例婴童服饰有限公司", "Jiaxing Sample Infant Wear Co., Ltd.", "开样"),
    FirmEntry(
        _GANGQU,
        "plastics",
        "嘉兴港区样例高分子制品有限公司",
        "Jiaxing Port Sample Polymers Co., Ltd.",
        "港样",
    ),
    FirmEntry(_GANGQU, "boards", "嘉兴港区示例乍浦木业有限公司", "Jiaxing Port Example Zhapu Timber Ltd.", "乍示"),
    FirmEntry(
        _GANGQU,
        "batteries",
        "嘉兴港区虚构储能科技有限公司",
        "Jiaxing Port Fictional Energy Storage Ltd.",
        "储虚",
    ),
    FirmEntry(_GANGQU, "flanges", "嘉兴港区演示管件有限公司", "Jiaxing Port Demo Pipe Fittings Co., Ltd.", "港演"),
)

_TAIYUAN_FIRMS: Final = (
    FirmEntry("140105", "flanges", "太原示例不锈钢法兰有限公司", "Taiyuan Example Stainless Flanges Ltd.", "并示"),
    FirmEntry("140108", "flanges", "太原虚构锻造股份有限公司", "Taiyuan Fictional Forging Inc.", "虚锻"),
    FirmEntry("140121", "vinegar", "清徐样例老陈醋有限公司", "Qingxu Sample Aged Vinegar Co., Ltd.", "清样"),
    FirmEntry("140121", "vinegar", "清徐演示醋业有限公司", "Qingxu Demo Vinegar Co., Ltd.", "醋演"),
    FirmEntry("140106", "vinegar", "太原示例益源酿造有限公司", "Taiyuan Example Brewing Co., Ltd.", "益源示"),
    FirmEntry("140122", "millet", "阳曲虚构小米专业合作社", "Yangqu Fictional Millet Cooperative", "阳虚"),
    FirmEntry("140123", "millet", "娄烦样例杂粮有限公司", "Loufan Sample Coarse Cereals Co., Ltd.", "娄样"),
    FirmEntry("140181", "fasteners", "古交演示紧固件有限公司", "Gujiao Demo Fasteners Co., Ltd.", "古演"),
)

_YUNCHENG_FIRMS: Final = (
    FirmEntry("140821", "fruit", "运城虚构果业有限公司", "Yuncheng Fictional Fruit Co., Ltd.", "运虚"),
    FirmEntry("140821", "fruit", "临猗示例苹果专业合作社", "Linyi Example Apple Cooperative", "猗示"),
    FirmEntry("140822", "fruit", "万荣样例果品有限公司", "Wanrong Sample Fruits Co., Ltd.", "荣样"),
    FirmEntry("140829", "fruit", "平陆演示高山果业有限公司", "Pinglu Demo Highland Fruit Co., Ltd.", "陆演"),
    FirmEntry("140830", "fruit", "芮城示例果品出口有限公司", "Ruicheng Example Fruit Exports Ltd.", "芮示"),
    FirmEntry("140823", "glass", "闻喜虚构玻璃器皿有限公司", "Wenxi Fictional Glassware Co., Ltd.", "闻虚"),
    FirmEntry("140823", "glass", "闻喜样例日用玻璃有限公司", "Wenxi Sample Household Glass Co., Ltd.", "喜样"),
    FirmEntry("140824", "millet", "稷山演示板枣杂粮有限公司", "Jishan Demo Cereals Co., Ltd.", "稷演"),
    FirmEntry("140802", "ceramics", "运城示例盐湖陶瓷有限公司", "Yuncheng Example Ceramics Co., Ltd.", "盐湖示"),
    FirmEntry("140881", "vinegar", "永济虚构酿造有限公司", "Yongji Fictional Brewing Co., Ltd.", "永虚"),
    FirmEntry("140882", "flanges", "河津样例管道配件有限公司", "Hejin Sample Pipe Fittings Co., Ltd.", "河样"),
    FirmEntry("140825", "ceramics", "新绛演示日用瓷有限公司", "Xinjiang Demo Porcelain Co., Ltd.", "绛演"),
)

FIRMS: Final = _JIAXING_FIRMS + _TAIYUAN_FIRMS + _YUNCHENG_FIRMS
