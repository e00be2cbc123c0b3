"""Third-party certifications to print: an ordinary one, the shortest and the longest that the forms allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents import samples

if TYPE_CHECKING:
    from registry.domain.documents import CertificationDocument, DeclarationDocument

NUMBER = "STC-330400-2026-000123-X"


def ordinary() -> CertificationDocument:
    return _on(samples.ordinary())


def shortest() -> CertificationDocument:
    document = _on(samples.shortest())
    document["production"] |= {"factory_address": "", "production_line": ""}
    for party in document["parties"]:
        party["address"] = ""
    document["certification"] |= {"ccc_number": "", "standards": ["GB 4806.5-2016"], "markets": ["德国"]}
    return document


def longest() -> CertificationDocument:
    document = _on(samples.longest())
    document["product"]["batch"] = ""
    document["parties"] = [
        {"role": role, "name": document["enterprise"]["name"] * 4, "address": document["production"]["factory_address"]}
        for role in ("认证委托人", "生产者", "生产企业")
    ]
    document["certification"] |= {
        "body": "内蒙古自治区呼伦贝尔绿色有机农产品质量安全检验检测与认证评价技术服务中心有限责任公司" * 4,
        "number": "0011426E22766R2L/3502 " * 3 + "00114E22766R2L",
        "project": "同线同标同质产品认证（农食产品、饮料、果汁及蔬菜汁类，含浓缩果汁和还原果汁）" * 3,
        "standards": [f"GB/T 27{number}.1-2026" for number in range(1000, 1050)],
        "markets": ["阿拉伯联合酋长国", "俄罗斯联邦", "新西兰"] * 20,
    }
    return document


def fullest() -> CertificationDocument:
    """Every text as long as the forms allow, of wide characters throughout."""
    declared = samples.fullest()
    document = _on(declared)
    document["parties"] = [
        {"role": role, "name": role[0] * 200, "address": "址" * 300} for role in ("认证委托人", "生产者", "生产企业")
    ]
    document["certification"] |= {
        "body": "认" * 200,
        "approval_number": "CNCA-RF-2003-0000000000000001",
        "number": "证" * 80,
        "project": "项" * 120,
        "standards": declared["standards"]["domestic"],
        "markets": declared["standards"]["markets"],
        "ccc_number": "强" * 80,
    }
    return document


def _on(document: DeclarationDocument) -> CertificationDocument:
    """The certification of what that declaration speaks of."""
    firm = document["enterprise"]["name"]
    address = document["enterprise"]["registered_address"]
    return {
        "certificate": document["certificate"] | {"number": NUMBER},
        "issuer": document["issuer"],
        "enterprise": document["enterprise"],
        "product": document["product"],
        "production": document["production"],
        "certification": {
            "body": "示例认证中心（虚构）",
            "approval_number": "CNCA-R-9999-901",
            "number": "00114E22766R2L/3502",
            "project": "同线同标同质产品认证",
            "scheme": "型式试验 + 工厂检查 + 获证后监督",
            "standards": ["GB 4806.5-2016", "ISO 7086-1:2019"],
            "markets": ["德国", "日本"],
            "first_issued_on": "2023-01-15",
            "issued_on": "2026-01-15",
            "expires_on": "2029-11-19",
            "ccc_number": "2009010702358369",
        },
        "parties": [{"role": "认证委托人、生产者、生产企业", "name": firm, "address": address}],
        "responsibility": "认证结论由认证机构作出，认证机构对其负责；本凭证仅记载备案时核对的认证信息。",
    }
