"""Invented data for the gallery. Any likeness to a real firm is unintended."""

from __future__ import annotations

from types import SimpleNamespace

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

SITE = {
    "name": "三同产品公示与查验平台",
    "short_name": "三同查验",
    "organiser": "某省市场监督管理局",
    "contact": "0359-0000000",
    "icp": "晋ICP备00000000号-1",
    "police_record": "晋公网安备 00000000000000号",
    "site_code": "1400000000",
    "official_domain": "santong.example.gov.cn",
    "help_url": "https://example.gov.cn/jiucuo",
    "is_demonstration": True,
}
PUBLIC_NAV = [
    {"label": "首页", "url": "/home"},
    {"label": "公示查询", "url": "/directory"},
    {"label": "查验证书", "url": "/verify"},
    {"label": "登录", "url": "/login"},
]
DESK_NAV = [
    {"label": "工作台", "url": "/desk"},
    {"label": "待办", "url": "/worklist", "count": 12},
    {"label": "企业档案", "url": "/empty"},
    {"label": "产品", "url": "/components"},
    {"label": "自我声明", "url": "/filing", "count": 2},
    {"label": "案件", "url": "/case"},
    {"label": "证书", "url": "/certificates"},
]
USER_MENU = [
    {"label": "我的账户", "url": "/account"},
    {"label": "我的数据", "url": "/data"},
    {"label": "退出登录", "url": "/logout", "post": True},
]
FOOTER_NAV = [
    {"label": "使用帮助", "url": "/help"},
    {"label": "数据开放", "url": "/open-data"},
    {"label": "隐私说明", "url": "/privacy"},
    {"label": "无障碍说明", "url": "/accessibility"},
]
ERROR = {
    "code": 404,
    "title": "没有这个页面",
    "sentence": "地址可能输错了，或者这个页面已经移走。印在证书上的查验地址长期有效，请检查是否少输了字符。",
    "next_steps": [
        {"text": "输入证书编号或查验码", "url": "/verify"},
        {"text": "在公示目录中查找企业或产品", "url": "/directory"},
        "仍有问题，请拨打 0359-0000000",
    ],
    "reference": "7f3a-20c1",
}
RECORDS = [
    ("valid", "高硼硅玻璃杯 300 ml", "山西某某玻璃制品有限公司", "运城市盐湖区", "2028-03-17"),
    ("suspended", "苹果浓缩清汁", "运城某某果业股份有限公司", "运城市临猗县", "2027-11-02"),
    ("expired", "不锈钢保温壶 1.5 L", "山西某某日用品有限公司", "晋中市祁县", "2026-06-30"),
    ("revoked", "速冻甜玉米粒", "忻州某某食品有限公司", "忻州市定襄县", "2028-01-15"),
    ("superseded", "手工吹制高脚杯", "山西某某玻璃制品有限公司", "运城市盐湖区", "2027-03-17"),
]
CASES = [
    ("2026-11-21", "under_review", "高硼硅玻璃杯 300 ml", "山西某某玻璃制品有限公司", "自我声明", 1),
    ("2026-11-23", "returned", "苹果浓缩清汁", "运城某某果业股份有限公司", "第三方认证", 3),
    ("2026-11-27", "draft", "不锈钢保温壶 1.5 L", "山西某某日用品有限公司", "自我声明", 7),
    ("2026-11-30", "approved", "速冻甜玉米粒", "忻州某某食品有限公司", "自我声明", 10),
    ("2026-12-04", "rejected", "手工吹制高脚杯", "山西某某玻璃制品有限公司", "自我声明", 14),
]
STEPS = [
    {"label": "企业信息", "url": "#", "done": True},
    {"label": "产品", "url": "#", "done": True},
    {"label": "同线：生产企业与生产线", "url": "#", "done": True},
    {"label": "同标：标准与指标对照", "url": "/filing", "missing": 2, "current": True},
    {"label": "同质：检测报告", "url": "#", "missing": 1},
    {"label": "声明与签署", "url": "#"},
    {"label": "检查并提交", "url": "#"},
]
CHECKS = [
    {"result": "pass", "label": "统一社会信用代码", "why": "第 18 位校验相符"},
    {"result": "pass", "label": "经营年限", "why": "成立于 2014年5月6日，满 3 年"},
    {"result": "warn", "label": "检测报告日期", "why": "报告签发于 13 个月前，请核对是否仍有代表性"},
    {"result": "pass", "label": "检验机构 CMA 编号", "why": "12 位，格式相符"},
    {"result": "fail", "label": "铅迁移量", "why": "实测 0.9 mg/L，高于取严限值 0.8 mg/L"},
    {"result": "pass", "label": "境外标准现行有效", "why": "ISO 7086-2:2000"},
]
DEPENDS = {
    "valid": (
        "有效期至 2028年3月17日",
        "这份备案凭证现在有效。请核对下面的产品名称、型号与手中的商品是否一致。",
    ),
    "suspended": (
        "自 2026年10月8日起暂停",
        "原因：抽查发现标签与声明不符，限 60 日内改正。暂停期间不得使用三同标识。",
    ),
    "revoked": ("2026年9月1日撤销", "原因：检测报告不实。这份凭证不再有任何效力，商品上的标识也不应再使用。"),
    "withdrawn": ("2026年8月15日由企业注销", "企业已停止生产该产品。注销前出厂的商品可向企业核实。"),
    "superseded": ("2026年3月18日换发新证", "这份凭证已由新证代替，请查看新证的状态。"),
    "expired": (
        "有效期止于 2026年6月30日",
        "这份凭证已过有效期，企业尚未续期。过期前出厂的商品可向企业核实。",
    ),
    "not_yet_valid": ("自 2026年12月1日起生效", "这份凭证已经签发，尚未到生效日期。"),
    "not_found": (
        "没有编号或查验码为 K7QX-0000 的凭证",
        "请先核对是否输错。核对无误仍查不到，商品上的标识可能是假冒的，请举报。",
    ),
    "busy": ("暂时查不到结果", "不是凭证有问题，是系统正忙。请过一分钟再扫一次，或拨打 0359-0000000 核实。"),
}


class Indicator(Form):
    name = StringField("指标", [InputRequired("请填写这一项")])
    overseas = StringField("境外限值", [InputRequired("请填写这一项")])
    domestic = StringField("国内限值", [InputRequired("请填写这一项")])
    measured = StringField("企业实测", [InputRequired("请填写这一项")])


def _code_check(_form: Form, _field: StringField) -> None:
    raise ValidationError("统一社会信用代码第 18 位校验不符，请核对营业执照")


class StandardsForm(Form):
    markets = SelectMultipleField(
        "境外目标市场",
        [InputRequired("请至少选择一个境外目标市场")],
        choices=[
            SelectChoice("EU", "欧盟"),
            SelectChoice("US", "美国"),
            SelectChoice("JP", "日本"),
            SelectChoice("AU", "澳大利亚"),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    uscc = StringField("统一社会信用代码", [InputRequired("请填写统一社会信用代码"), _code_check])
    standard = StringField("国内执行标准", [InputRequired("请填写这一项")])
    strict = RadioField(
        "哪一方更严",
        [InputRequired("请选择哪一方更严")],
        choices=[
            SelectChoice("overseas", "境外标准更严"),
            SelectChoice("domestic", "国内标准更严"),
            SelectChoice("each", "按指标分别取严"),
        ],
    )
    category = SelectField(
        "产品类别",
        [InputRequired("请选择产品类别")],
        choices=[
            SelectChoice("", "请选择"),
            SelectChoice("food", "农食产品"),
            SelectChoice("goods", "一般消费品"),
            SelectChoice("i", "工业品"),
        ],
    )
    issued = DateField("检测报告签发日期", [InputRequired("请填写检测报告的签发日期")])
    report = FileField("检测报告")
    note = TextAreaField("补充说明")
    agree = BooleanField("我单位对上述内容的真实性负责", [InputRequired("请勾选确认后再提交")])
    indicators = FieldList(FormField(Indicator), label="指标对照表", min_entries=2)


def standards_form(*, invalid: bool) -> StandardsForm:
    """Return the form empty, or as it comes back with everything wrong that can be."""
    if not invalid:
        return StandardsForm(
            data={
                "indicators": [
                    {"name": "铅迁移量", "overseas": "≤ 1.5 mg/L", "domestic": "≤ 0.8 mg/L"},
                    {"name": "镉迁移量"},
                ]
            }
        )
    form = StandardsForm(
        MultiDict({"uscc": "91140800MA0XXXXXX1", "standard": "GB 4806.5", "indicators-0-name": "铅迁移量"})
    )
    form.validate()
    return form


def data_for(name: str, state: str = "valid") -> dict[str, object]:
    """Return what the page of that name shows."""
    return {
        "state": state,
        "depends": DEPENDS.get(state, DEPENDS["valid"]),
        "records": RECORDS,
        "cases": CASES,
        "steps_items": STEPS,
        "checks_items": CHECKS,
        "form": standards_form(invalid=name == "components"),
        "files": [
            SimpleNamespace(
                name="检测报告 SXJC-2025-0871.pdf",
                url="#",
                size=1887436,
                sha256="9f2b61c0aa17e4d3",
                remove="report-1",
            )
        ],
        "address": lambda number: f"?page={number}",
    }
