"""Identifiers that other authorities give and people type.

Each kind has ``normalise_x``, which never fails, and ``check_x``, which returns the normal form or raises
``InvalidValue`` with a message that says what is wrong and where. Where a rule is not beyond doubt,
``x_warnings`` says what a reviewer should look at: the registry does not turn away a real firm on a guess.
"""

from registry.domain.identifiers.bodies import (
    check_approval_no,
    check_cma_no,
    check_cnas_no,
    check_customs_no,
    check_foreign_certificate_no,
    cma_warnings,
    normalise_approval_no,
    normalise_cma_no,
    normalise_cnas_no,
    normalise_customs_no,
    normalise_foreign_certificate_no,
)
from registry.domain.identifiers.goods import (
    check_gtin,
    check_hs_code,
    gtin14,
    normalise_gtin,
    normalise_hs_code,
    same_gtins,
)
from registry.domain.identifiers.links import check_link
from registry.domain.identifiers.phones import check_mobile, check_phone, normalise_phone
from registry.domain.identifiers.standards import (
    base_standard_no,
    check_standard_no,
    find_standard,
    normalise_standard_no,
    one_standard_per_line,
    standard_root,
)
from registry.domain.identifiers.uscc import (
    check_uscc,
    make_org_code,
    make_uscc,
    normalise_uscc,
    org_code,
    registration_kind,
    uscc_warnings,
)

__all__ = [
    "base_standard_no",
    "check_approval_no",
    "check_cma_no",
    "check_cnas_no",
    "check_customs_no",
    "check_foreign_certificate_no",
    "check_gtin",
    "check_hs_code",
    "check_link",
    "check_mobile",
    "check_phone",
    "check_standard_no",
    "check_uscc",
    "cma_warnings",
    "find_standard",
    "gtin14",
    "make_org_code",
    "make_uscc",
    "normalise_approval_no",
    "normalise_cma_no",
    "normalise_cnas_no",
    "normalise_customs_no",
    "normalise_foreign_certificate_no",
    "normalise_gtin",
    "normalise_hs_code",
    "normalise_phone",
    "normalise_standard_no",
    "normalise_uscc",
    "one_standard_per_line",
    "org_code",
    "registration_kind",
    "same_gtins",
    "standard_root",
    "uscc_warnings",
]
