"""What the registry asks of those who work for a bureau or run the site."""

from __future__ import annotations

from typing import Final

from registry.domain.account import check_email
from registry.domain.identifiers import check_phone
from registry.domain.messages import N_
from registry.domain.requirements import Field

FIELDS: Final = (
    Field("name", N_("姓名"), max_length=60),
    Field("email", N_("工作邮箱"), help=N_("用于登录，设置密码的链接会发到这里。"), max_length=255, check=check_email),
    Field("phone", N_("电话"), required=False, help=N_("仅供工作联系，不公开。"), max_length=40, check=check_phone),
)
