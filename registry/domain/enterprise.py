"""What the registry asks of a firm, once."""

from __future__ import annotations

from typing import Final

from registry.domain.identifiers import check_customs_no, check_phone, check_uscc
from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind

_INTERNAL: Final = N_("仅用于核验和统计。")
_PERSONAL: Final = N_("个人信息。")

CODE_FIELD: Final = Field(
    "uscc",
    N_("统一社会信用代码"),
    help=N_("营业执照上的 18 位代码。"),
    example="91330411T00063280M",
    max_length=60,  # Blanks and full-width letters are taken off before the length counts.
    check=check_uscc,
    public=True,
)

FIELDS: Final = (
    Field("name", N_("企业名称"), help=N_("与营业执照一致。"), max_length=200, public=True),
    Field(
        "name_en",
        N_("英文名称"),
        required=False,
        help=N_("出口单证上使用的名称。"),
        why=N_("英文查验页面和英文凭证上显示。"),
        max_length=200,
        editorial=True,
        public=True,
    ),
    Field("area", N_("所在县（市、区）"), Kind.CHOICE, help=N_("实际经营地，由当地主管部门受理。"), public=True),
    Field("address", N_("详细地址"), help=N_("县（市、区）以下，写到门牌号。"), max_length=300, public=True),
    Field(
        "industry",
        N_("行业"),
        Kind.CHOICE,
        help=N_("按 GB/T 4754—2017 主营业务所属大类。"),
        editorial=True,
        why_private=_INTERNAL,
    ),
    Field(
        "founded_on",
        N_("成立日期"),
        Kind.DATE,
        required=False,
        help=N_("营业执照上的日期。"),
        not_future=True,
        editorial=True,
        why_private=_INTERNAL,
    ),
    Field(
        "customs_code",
        N_("海关注册编码"),
        required=False,
        help=N_("10 位，见海关备案回执。"),
        max_length=20,
        check=check_customs_no,
        editorial=True,
        why_private=N_("涉及商业秘密。"),
    ),
    Field(
        "legal_representative",
        N_("法定代表人"),
        required=False,
        help=N_("营业执照上的姓名。"),
        max_length=60,
        why_private=_PERSONAL,
    ),
    Field("contact_name", N_("联系人"), help=N_("仅供主管部门联系。"), max_length=60, why_private=_PERSONAL),
    Field(
        "contact_phone",
        N_("联系电话"),
        help=N_("仅供主管部门联系。"),
        max_length=40,
        check=check_phone,
        why_private=_PERSONAL,
    ),
)

# What a bureau has checked against the licence. A verified firm changes it with a new licence only.
ON_LICENCE: Final = ("uscc", "name", "area", "address")
LICENCE_FIELDS: Final = (CODE_FIELD, *(field for field in FIELDS if field.name in ON_LICENCE))
FREE_FIELDS: Final = tuple(field for field in FIELDS if field.name not in ON_LICENCE)
