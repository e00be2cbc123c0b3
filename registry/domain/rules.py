"""Versions of the registry's rules. A case runs, and a certificate stands, under the version it began with.

The national rules for 三同 are about to change (a draft of 2026 exists), so nothing here is written into code
elsewhere: tiers, validity and the sentences on documents come from the version.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # The dataclass below shows it to whoever asks.
from dataclasses import dataclass
from datetime import date

from registry.domain.messages import N_
from registry.domain.roles import Subject, Tier


@dataclass(frozen=True, slots=True)
class Rules:
    """One version, in force from a day on."""

    version: str
    in_force_from: date
    subject: Subject
    route: tuple[Tier, ...]
    validity_years: int
    review_days: Mapping[Tier, int]  # 承诺时限: working days that each tier allows itself; a promise, no rule of law.
    correction_days: int  # Calendar days that a firm has for a correction, where the reviewer sets no other day.
    statement: str  # The statement of conformity a declaration begins with, ISO/IEC 17050-1 clause 6.1 d.
    responsibility: str  # The sentence that says who answers for what is attested.


_DECLARATION_2020 = Rules(
    version="2020-1",
    in_force_from=date(2020, 9, 17),  # 国办发〔2020〕16号 let firms declare by themselves; SAMR withdrew its own rules.
    subject=Subject.MARKET_SUPERVISION,
    route=(Tier.COUNTY, Tier.CITY),
    validity_years=3,
    review_days={Tier.COUNTY: 5, Tier.CITY: 10},
    correction_days=30,
    statement=N_(
        "本企业声明：上述产品的出口商品与内销商品在同一生产线、按照相同标准生产，质量水平相同；"
        "执行标准不低于境外目标市场与国内标准中的较严者。"
    ),
    responsibility=N_("声明内容由声明人自行作出，声明人对其真实性、准确性和产品的持续符合性负责。"),
)

_CERTIFICATION_2020 = Rules(
    version="2020-1",
    in_force_from=date(2020, 9, 17),
    subject=Subject.MARKET_SUPERVISION,
    route=(Tier.COUNTY, Tier.CITY),
    validity_years=5,  # At most: it ends with the body's own certificate.
    review_days={Tier.COUNTY: 5, Tier.CITY: 10},
    correction_days=30,
    statement="",
    responsibility=N_("认证结论由认证机构作出，认证机构对其负责；本凭证仅记载备案时核对的认证信息。"),
)

_VERSIONS: dict[str, tuple[Rules, ...]] = {
    "declaration": (_DECLARATION_2020,),
    "certification": (_CERTIFICATION_2020,),
}


def rules_in_force(kind: str, on: date) -> Rules:
    """The version that a filing of this kind submitted on this day falls under.

    Raises:
        LookupError: there were no rules yet on that day.
    """
    for rules in reversed(_VERSIONS[kind]):
        if rules.in_force_from <= on:
            return rules
    raise LookupError(f"No rules for {kind} were in force on {on}.")


def rules_of(kind: str, version: str) -> Rules:
    """The version with this name.

    Raises:
        LookupError: there is no such version.
    """
    for rules in _VERSIONS[kind]:
        if rules.version == version:
            return rules
    raise LookupError(f"There is no version {version} of the rules for {kind}.")
