"""What reviewers and supervisors write."""

from __future__ import annotations

from typing import Final

RECOMMENDED: Final = (
    "材料齐全，同线同标同质情况属实，建议备案。",
    "已核对检测报告与标准对比，同意推荐。",
    "经核查生产线与申报一致，同意上报。",
    "",
)
APPROVED: Final = ("符合要求，准予备案。", "审核通过。", "")

# The reason, and what is to be corrected by field.
RETURNED_BY_COUNTY: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    (
        "检测报告与标准对比表不一致，请更正后重新提交。",
        {
            "comparison": "第 1 行实测值与检测报告不符，请按报告填写。",
            "reports": "请补充报告全部页面，并核对报告编号。",
        },
    ),
    (
        "境外标准填写不完整。",
        {"overseas_standards": "目标市场标准应列全，注明版本年份。"},
    ),
    (
        "生产线描述不清，无法判断是否同线。",
        {"line": "请在企业档案中写明车间和生产线编号，说明出口与内销是否共用，再重新选择。"},
    ),
)
RETURNED_BY_CITY: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    (
        "国内执行标准已有新版，请核实。",
        {"domestic_standards": "请核对标准是否现行有效，并按现行版本重新比对。"},
    ),
    (
        "签署信息需要更正。",
        {"signatory_function": "签署人职务与授权书不一致。", "place": "签署地点请写到县（市、区）。"},
    ),
)
REJECTED: Final = (
    "经核实，出口与内销产品不在同一生产线生产，不符合同线要求，不予备案。",
    "检测报告所检样品与申报产品不一致，且未能提供有效证明，不予备案。",
)
WITHDRAWN_FILING: Final = ("产品型号调整，调整完成后重新申报。", "材料准备不足，先行撤回。")

CERTIFICATION_RETURNED: Final = (
    "认证证书文件不完整，请补正。",
    {"certificate": "请上传证书及全部附件，页面应清晰可辨。", "first_issued_on": "请核对初次获证日期。"},
)
CERTIFICATION_REJECTED: Final = "经核对，认证机构未颁发该编号的证书，不予备案。"

SUSPENDED: Final = (
    "监督抽查发现一项指标不合格，责令限期整改。",
    "未按期提交年度自查报告，责令限期补报。",
    "生产地址变更后未及时申报变更，暂停使用凭证。",
)
REINSTATED: Final = ("整改到位，复查合格，恢复有效。", "已补报年度自查报告，恢复有效。")
REVOKED_AFTER_SUSPENSION: Final = "逾期未完成整改，依规撤销备案凭证。"
REVOKED: Final = "经查，提交的检测报告内容不实，撤销备案凭证。"
WITHDRAWN_BY_HOLDER: Final = ("该产品已停产。", "企业调整产品结构，不再生产该型号。")
WITHDRAWN_BY_BUREAU: Final = "企业已注销登记，凭证随之注销。"
