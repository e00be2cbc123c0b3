"""The privacy notice (个人信息处理规则), as data: what 个人信息保护法 第十七条 wants people to be told beforehand.

A version that somebody agreed to is never changed. What is to be said differently becomes a new version at the end
of `NOTICES`, and is asked for at the next registration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.domain.messages import N_


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the notice."""

    version: str
    since: date
    parts: tuple[Part, ...]


NOTICES: Final = (
    Notice(
        "2026-1",
        date(2026, 1, 1),
        (
            Part(
                N_("谁处理您的个人信息"),
                (
                    N_("本平台的主办单位是个人信息处理者，名称和联系方式见本页末尾和每一页的页脚。"),
                    N_("受理、审核您所在企业申报的主管部门，在各自职责范围内使用这些信息。"),
                ),
            ),
            Part(
                N_("为什么处理、怎样处理"),
                (
                    N_("核实申报企业的身份和经办人的授权，办理备案和监督检查，通知办理结果，保障账号安全。"),
                    N_("处理是履行法定职责和办理您提出的申请所必需；超出这些用途的，另行征得您的同意。"),
                    N_("不用于商业推广，不作自动化决策，不向境外提供，不出售。"),
                ),
            ),
            Part(
                N_("处理哪些信息"),
                (
                    N_("账号：姓名、邮箱；密码只保存不可还原的散列值；您自愿填写的电话。"),
                    N_("企业资料中的个人信息：法定代表人、联系人及其电话，声明的签署人及其职务。"),
                    N_("核验材料：营业执照和授权书，其中可能有法定代表人和被授权人的姓名、证件号码。"),
                    N_("安全记录：登录时间、网络地址、浏览器类型和办理的操作。"),
                ),
            ),
            Part(
                N_("保存多久"),
                (
                    N_("账号信息保存到您注销账号为止；注销后删除或匿名化。"),
                    N_("备案档案及其签署人、经办人，按行政档案的期限保存。"),
                    N_("核验通过的材料随企业档案保存，未通过或撤回的三年后删除；邀请和加入申请在办结半年后删除。"),
                    N_("登录和办理的记录保存不少于六个月。"),
                ),
            ),
            Part(
                N_("谁能看到"),
                (
                    N_(
                        "法定代表人、联系人、电话、邮箱和核验材料从不公开，只有办理的主管部门可以查看，每次查看都有记录。"
                    ),
                    N_("签署人姓名只有在您勾选公开后才显示在公示页面；职务、签署地点和日期随声明公开。"),
                ),
            ),
            Part(
                N_("您的权利"),
                (
                    N_(
                        "您可以查阅、复制、更正、补充、转移和删除您的个人信息，可以撤回同意、注销账号，也可以要求解释本规则。"
                    ),
                    N_("登录后在“我的账号”中办理，或按页脚的联系方式提出，我们在十五个工作日内答复。"),
                    N_(
                        "撤回同意不影响此前的处理，也不影响依法必须保存的备案档案。不同意本规则，就不能注册账号；查验证书和查询公示不需要账号。"
                    ),
                ),
            ),
        ),
    ),
)


def current() -> Notice:
    """The version that is asked for now."""
    return NOTICES[-1]
