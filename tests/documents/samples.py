"""Declarations to print: an ordinary one, the shortest and the longest that the forms allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.domain.documents import ComparisonRow, CoveredVariant, DeclarationDocument, ReportFacts

CODE = "K7QX2M9TDW4HP8RC"
URL = f"https://santong.example.gov.cn/c/{CODE}"


def comparison(rows: int) -> list[ComparisonRow]:
    indicators = (
        ("铅溶出量", "mg/L", "≤0.5", "≤0.8", "0.02", "overseas"),
        ("镉溶出量", "mg/L", "≤0.25", "≤0.07", "未检出（<0.005）", "domestic"),
        ("抗热震性", "℃", "≥120", "≥120", "135", "equal"),
        ("内应力", "级", "≤3", "≤4", "2", "overseas"),
    )
    names = ("indicator", "unit", "overseas_limit", "domestic_limit", "measured", "stricter")
    return [dict(zip(names, indicators[row % 4], strict=True)) for row in range(rows)]  # type: ignore[misc]


def reports(count: int) -> list[ReportFacts]:
    return [
        {
            "number": f"WT2026-{number:05d}",
            "laboratory": "浙江省轻工业品质量检验研究院",
            "issued_on": "2026-09-18",
            "conclusion": "所检项目符合 GB 4806.5-2016 与 ISO 7086-2:2000 的要求",
        }
        for number in range(1, count + 1)
    ]


def variants(count: int) -> list[CoveredVariant]:
    return [
        {"name": f"{300 + 50 * number} mL 双层带木盖", "gtin": f"69012345{number:05d}", "hs_code": ""}
        for number in range(count)
    ]


def ordinary() -> DeclarationDocument:
    return {
        "certificate": {
            "number": "STD-330481-2026-000123-X",
            "public_code": CODE,
            "specimen": False,
            "verification_url": URL,
            "official_domain": "santong.example.gov.cn",
            "issued_on": "2026-11-20",
            "valid_from": "2026-11-20",
            "valid_until": "2029-11-19",
            "rule_version": "2020-1",
        },
        "issuer": {
            "name": "嘉兴市市场监督管理局",
            "name_en": "Jiaxing Administration for Market Regulation",
        },
        "enterprise": {
            "name": "海宁晶彩玻璃制品有限公司",
            "name_en": "Haining Jingcai Glassware Co., Ltd.",
            "uscc": "91330481MA2B8K3X7P",
            "registered_address": "浙江省嘉兴市海宁市尖山新区杭州湾大道 128 号",
        },
        "product": {
            "name": "高硼硅玻璃杯",
            "name_en": "Borosilicate glass tumbler",
            "brand": "晶彩 JINGCAI",
            "model": "GB-300（300 mL）",
            "category": "一般消费品",
            "gtin": "6901234567892",
            "hs_code": "7013.37.00",
            "batch": "",
            "variants": variants(2),
        },
        "production": {
            "manufacturer": "海宁晶彩玻璃制品有限公司",
            "factory_address": "浙江省嘉兴市海宁市尖山新区杭州湾大道 128 号",
            "production_line": "二号车间 A3 压制线",
        },
        "standards": {
            "markets": ["德国", "法国", "日本"],
            "overseas": ["ISO 7086-1:2019", "ISO 7086-2:2000", "EN 1388-2:1995"],
            "domestic": ["GB 4806.5-2016", "QB/T 4162-2011"],
            "comparison": comparison(4),
        },
        "reports": reports(2),
        "statement": {
            "text": "本企业声明：上述产品的出口商品与内销商品在同一生产线、按照相同标准生产，质量水平相同；"
            "执行标准不低于境外目标市场与国内标准中的较严者。",
            "limits": "",
            "responsibility": "声明内容由声明人自行作出，声明人对其真实性、准确性和产品的持续符合性负责。",
            "signatory_name": "沈嘉宁",
            "signatory_function": "质量负责人",
            "place": "浙江省海宁市",
            "declared_on": "2026-11-02",
        },
    }


def shortest() -> DeclarationDocument:
    document = ordinary()
    document["issuer"]["name_en"] = document["enterprise"]["name_en"] = document["product"]["name_en"] = ""
    for field in ("brand", "model", "gtin", "hs_code"):
        document["product"][field] = ""
    document["product"]["variants"] = []
    document["production"]["production_line"] = document["statement"]["limits"] = ""
    document["standards"]["comparison"] = []
    document["reports"] = []
    return document


def longest() -> DeclarationDocument:
    document = ordinary()
    firm = "内蒙古自治区呼伦贝尔市鄂伦春自治旗大兴安岭绿色有机农产品进出口贸易加工一体化产业集团有限公司"
    document["enterprise"].update(
        {
            "name": firm,
            "name_en": "Hulunbuir Oroqen Greater Khingan Green and Organic Products Import, Export, "
            "Processing and Trade Integrated Industrial Development Group Limited Liability Company",
            "registered_address": "内蒙古自治区呼伦贝尔市鄂伦春自治旗阿里河镇中央大街与兴安路交叉口" * 4,
        }
    )
    document["product"].update(
        {
            "name": ("大兴安岭野生蓝莓浓缩果汁饮料（不添加蔗糖、防腐剂与色素，经高压均质和超高温瞬时灭菌）" * 5)[:200],
            "name_en": "Wild blueberry juice concentrate, no added sugar, UHT sterilised " * 3,
            "brand": "兴安蓝 XING'AN BLUE（第 32 类，注册号 12345678、23456789）",
            "model": "250 mL×24 瓶；500 mL×12 瓶；1 L×6 瓶；5 L×2 桶（餐饮装）；200 L 无菌大包装（工业用）",
            "batch": "2026 年 3 月 1 日起生产、外箱喷码以 HL26 开头的批次",
        }
    )
    document["production"].update(
        {
            "manufacturer": firm,
            "factory_address": "内蒙古自治区呼伦贝尔市鄂伦春自治旗阿里河镇工业园区创业路 88 号 3 号厂房" * 4,
            "production_line": "一号、二号灌装车间 PET 无菌冷灌装线 L1、L2、L3 及玻璃瓶热灌装线 L4；" * 4,
        }
    )
    document["standards"].update(
        {
            "markets": [
                "德国",
                "法国",
                "荷兰",
                "比利时",
                "日本",
                "韩国",
                "俄罗斯联邦",
                "阿拉伯联合酋长国",
                "新西兰",
            ],
            "overseas": [f"EN 1{number}:2012" for number in range(2130, 2150)],
            "domestic": [f"GB 5009.{number}-2016" for number in range(3, 30)],
            "comparison": comparison(40),
        }
    )
    document["reports"] = reports(30)
    document["statement"].update(
        {
            "text": "本企业在此声明，上述产品的出口与内销部分在同一生产线上、按照相同标准和相同质量生产。" * 20,
            "limits": "本声明不适用于委托其他企业分装的产品，也不适用于客户另行约定技术指标的定制产品。" * 8,
        }
    )
    return document


def fullest() -> DeclarationDocument:
    """Every text as long as the forms allow, of wide characters throughout."""
    document = longest()
    document["issuer"].update({"name": "局" * 80, "name_en": "Bureau " * 22})
    document["enterprise"].update({"name": "企" * 200, "name_en": "Enterprise " * 18, "registered_address": "址" * 360})
    document["product"].update(
        {
            "name": "品" * 200,
            "name_en": "Product " * 25,
            "brand": "牌" * 100,
            "model": "型" * 200,
            "batch": "批" * 200,
            "gtin": "06901234567892",
            "hs_code": "7013370000101",
            "variants": [variant | {"name": "规" * 100} for variant in variants(100)],
        }
    )
    document["production"].update(
        {"manufacturer": "生" * 200, "factory_address": "厂" * 300, "production_line": "线" * 200}
    )
    document["standards"].update(
        {
            "markets": [f"国家或地区{number}" for number in range(249)],
            "overseas": [
                f"STANDARD OF A COUNTRY WITH A LONG NAME, PART {number:03d}, OF THE YEAR {'9' * 17}"
                for number in range(50)
            ],
            "domestic": [f"标准编号{number:03d}-" + "甲" * 70 for number in range(50)],
        }
    )
    document["statement"].update(
        {
            "text": "声明" * 500,
            "limits": "限\n" * 250,
            "signatory_name": "签" * 60,
            "signatory_function": "职" * 60,
            "place": "地" * 100,
        }
    )
    return document
