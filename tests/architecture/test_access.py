"""Who gets where: every endpoint and method, requested as every kind of visitor with the first firm's own objects.

The table is written out and not computed from the application's, so that a change there is seen here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.external_check import MATCHES
from registry.domain.roles import Role
from registry.domain.sign_in import Factor
from registry.domain.validity import CertificateAction
from registry.infrastructure.database import db
from registry.models import (
    Certificate,
    Declaration,
    Enterprise,
    Identity,
    KeptForm,
    Post,
    Product,
    ProductionLine,
    User,
)
from registry.services import (
    claims,
    enterprises,
    external_checks,
    invitations,
    links,
    own_data,
    people,
    products,
    reviews,
    sign_ins,
)
from registry.services import members as service_members
from registry.services.sign_ins import Device
from registry.web.access import RULES, Access
from tests.factories import file_certification, some_passkey, start_complete
from tests.factories.bulk import checked_import
from tests.factories.certificates import certified, change, filed, worker
from tests.factories.certification_bodies import some_body
from tests.factories.firms import add_person, delivered, link_in, papers
from tests.web import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site
    from tests.harness import Browser

VISITORS = (
    "anonymous",
    "nobody",  # signed in, without a firm or a post
    "owner",  # of the first firm
    "viewer",  # there
    "other_owner",  # of another firm
    "county_reviewer",  # the first firm's county
    "county_supervisor",
    "other_county_reviewer",
    "city_reviewer",
    "city_supervisor",
    "commerce_reviewer",  # the same city, the other subject
    "conflicted_reviewer",  # reviewer of the county, supervisor of the city and viewer at the first firm
    "filer",  # of the first firm
    "expert",  # of the city
    "publisher",  # of the city
    "deputy",  # a publisher of the county, who stands in for its reviewer
    "system_admin",
    "security_admin",
    "audit_admin",
)

# ✓ let in   s sent to sign in   ✗ 403   - 404: not even told that there is such a thing
TABLE = """
    visitors, in the order above                an n o v oo cr cs ocr cir cis com con fi ex pu de sy se au
GET  static                                     ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  health.alive                               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  health.ready                               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.home                                ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.about                               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.privacy                             ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.guides                              ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.guide                               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.guide_fields                        ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.verify                              ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.directory                           ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.certificate                         ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.certificate_document                ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  public.certificate_picture                 ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  demonstration.overview                     -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  security.login                             ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.login                             ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.second_factor                     s  s s s s  s  s  s   s   s   s   s   s  s  s  s  s  s  s
POST security.second_factor                     s  s s s s  s  s  s   s   s   s   s   s  s  s  s  s  s  s
POST security.passkey_login                     s  s s s s  s  s  s   s   s   s   s   s  s  s  s  s  s  s
GET  security.begin_oidc                        -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  security.return_from_oidc                  -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
POST security.finish_oidc                       -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  security.link_identity                     s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.link_identity                     s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.unlink_identity                   s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  security.reset                             ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.reset                             ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.new_password                      -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
POST security.new_password                      -  - - - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  security.confirm                           s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.confirm                           s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.confirm_by_passkey                s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.sessions                          s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.end_session                       s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
POST security.end_other_sessions                s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.change_password                   s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.change_password                   s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.second_factors_page               s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  security.set_up_app                        s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.set_up_app                        s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.remove_app                        s  - - - -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   -  ✗  ✗  ✗  ✗  ✗  ✗
POST security.recovery_codes                    s  ✗ ✓ ✗ ✗  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✗  ✓  ✓  ✓  ✓  ✓  ✓
POST security.ask_passkey                       s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.add_passkey                       s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST security.remove_passkey                    s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  account.register                           ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.register                           ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.registration_sent                  ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.confirm_registration               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.confirm_registration               ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.invitation                         ✓  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.invitation                         ✓  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST account.act_for                            s  - ✓ ✓ -  -  -  -   -   -   -   ✓   ✓  -  -  -  -  -  -
GET  account.desk                               s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.kept_form                          s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  enterprise.register                        s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST enterprise.register                        s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  enterprise.authorisation                   s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  enterprise.known                           s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST enterprise.ask_to_join                     s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  enterprise.dispute                         s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST enterprise.dispute                         s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  enterprise.requests                        s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST enterprise.withdraw_claim                  s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
GET  enterprise.dashboard                       s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.profile                         s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_profile                  s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_profile                  s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.verify                          s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.verify                          s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_licence                  s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_licence                  s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.members                         s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.invite                          s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.resend_invitation               s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.revoke_invitation               s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.answer_request                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_role                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.remove_member                   s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.products                        s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.product                         s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.add_product                     s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.add_product                     s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_product                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_product                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.product_picture                 s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.product_pictures                s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.crop_product_picture            s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.crop_product_picture            s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.move_product_picture            s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.remove_product_picture          s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.retire_product                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.dossier                         s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.factories                       s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.add_factory                     s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.add_factory                     s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_factory                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_factory                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.retire_factory                  s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.add_line                        s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.add_line                        s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_line                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_line                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.retire_line                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.evidence                        s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.add_evidence                    s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.add_evidence                    s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.evidence_piece                  s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_evidence                 s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_evidence                 s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.replace_evidence                s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.replace_evidence                s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.retire_evidence                 s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.trade                           s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.change_trade                    s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.change_trade                    s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.imports                         s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.import_template                 s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.upload_import                   s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.upload_import                   s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.bulk_import                     s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.import_remarks                  s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.start_import                    s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.cancel_import                   s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.filings                         s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.start_filing                    s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.declaration                     s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.filing                          s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.print_filing                    s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.filing_picture                  s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.edit_filing                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.edit_filing                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.check_filing                    s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.check_filing                    s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.withdraw_filing                 s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.withdraw_filing                 s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.sign_filing                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.sign_filing                     s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.declaration_paper               s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.signed_paper                    s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.standards                       s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.certification_bodies            s  ✗ ✓ ✗ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.write_message                   s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.certificates                    s  ✗ ✓ ✓ ✓  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.certificate                     s  ✗ ✓ ✓ -  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.withdraw_certificate            s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.withdraw_certificate            s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
GET  evidence.file                              s  - ✓ ✓ -  ✓  ✓  -   ✓   ✓   -   ✓   ✓  ✓  -  ✓  -  -  -
GET  review.queue                               s  ✗ ✗ ✗ ✗  ✓  ✗  ✓   ✓   ✗   ✓   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  review.case                                s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  review.print_case                          s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  review.case_picture                        s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  review.case_paper                          s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  review.look_up                             s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✓   ✗   -   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
POST review.look_up                             s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✗   ✗   -   ✗   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  review.screenshot                          s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
POST review.case_contact                        s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
POST review.write_message                       s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✓   ✗   -   ✗   ✗  ✗  ✗  ✓  ✗  ✗  ✗
POST review.case                                s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✗   ✗   -   ✗   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  bureau.claims                              s  ✗ ✗ ✗ ✗  ✓  ✗  ✓   ✓   ✗   ✓   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  bureau.claim                               s  ✗ ✗ ✗ ✗  ✓  ✗  -   -   ✗   -   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
POST bureau.claim                               s  ✗ ✗ ✗ ✗  ✓  ✗  -   -   ✗   -   ✗   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  bureau.claim_paper                         s  ✗ ✗ ✗ ✗  ✓  ✗  -   -   ✗   -   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  bureau.certificates                        s  ✗ ✗ ✗ ✗  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  bureau.certificate                         s  ✗ ✗ ✗ ✗  ✓  ✓  -   ✓   ✓   -   ✓   ✗  ✓  ✗  ✓  ✗  ✗  ✗
GET  bureau.change_certificate                  s  ✗ ✗ ✗ ✗  ✗  ✓  ✗   ✗   ✓   ✗   ✓   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST bureau.change_certificate                  s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✓   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
GET  enterprise.replace_certificate             s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.replace_certificate             s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.hand_over                       s  ✗ ✓ ✗ -  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✗
POST enterprise.leave                           s  ✗ ✓ ✓ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✓   ✓  ✗  ✗  ✗  ✗  ✗  ✗
POST review.claim_case                          s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✗   ✗   -   ✗   ✗  ✗  ✗  ✓  ✗  ✗  ✗
POST review.release_case                        s  ✗ ✗ ✗ ✗  ✓  ✗  -   ✓   ✗   -   ✓   ✗  ✗  ✗  ✓  ✗  ✗  ✗
GET  account.absence                            s  ✗ ✗ ✗ ✗  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✗  ✓  ✓  ✓  ✗  ✗  ✗
GET  account.arrange_absence                    s  ✗ ✗ ✗ ✗  ✓  -  -   -   -   -   -   ✗  -  -  -  ✗  ✗  ✗
POST account.arrange_absence                    s  ✗ ✗ ✗ ✗  ✓  -  -   -   -   -   -   ✗  -  -  -  ✗  ✗  ✗
GET  admin.home                                 s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✓  ✓
GET  admin.staff                                s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✓  ✗
GET  admin.person                               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✓  ✗
GET  admin.add_staff                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.add_staff                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.invite_again                         s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.admit                                s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.import_staff                         s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.import_staff                         s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.import_template                      s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.bureaus                              s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.add_bureau                           s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.add_bureau                           s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.change_bureau                        s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.change_bureau                        s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.certification_bodies                 s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.certification_body                   s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.add_certification_body               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.add_certification_body               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.change_certification_body            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.change_certification_body            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.change_certification_body_state      s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.change_certification_body_state      s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.change_certification_body_scopes     s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.change_certification_body_scopes     s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.import_certification_bodies          s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
POST admin.import_certification_bodies          s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.certification_body_template          s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✓  ✗  ✗
GET  admin.give_post                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.give_post                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
GET  admin.proposals                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.proposals                            s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
GET  admin.end_post                             s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.end_post                             s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.unlock                               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.end_sessions                         s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
GET  admin.reset_factors                        s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.reset_factors                        s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
GET  admin.deactivate                           s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.deactivate                           s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST admin.reactivate                           s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✓  ✗
POST account.recall_stand_in                    s  ✗ ✗ ✗ ✗  ✓  -  -   -   -   -   -   ✗  -  -  -  ✗  ✗  ✗
GET  account.profile                            s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.profile                            s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.change_address                     s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.change_address                     s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.close                              s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
POST account.close                              s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  account.confirm_address                    s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
POST account.confirm_address                    s  - ✓ - -  -  -  -   -   -   -   -   -  -  -  -  -  -  -
POST account.download_data                      s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
GET  audit.trail                                s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✓
GET  audit.people                               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✓
POST audit.export                               s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✓
POST audit.check                                s  ✗ ✗ ✗ ✗  ✗  ✗  ✗   ✗   ✗   ✗   ✗   ✗  ✗  ✗  ✗  ✗  ✗  ✓
POST security.logout                            s  ✓ ✓ ✓ ✓  ✓  ✓  ✓   ✓   ✓   ✓   ✓   ✓  ✓  ✓  ✓  ✓  ✓  ✓
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]

# Where each endpoint is asked for, and what a POST that the page offers would send.
ADDRESSES = {
    "static": "/static/css/base.css",
    "health.alive": "/healthz",
    "health.ready": "/readyz",
    "public.home": "/",
    "public.about": "/about",
    "public.privacy": "/privacy",
    "public.guides": "/guide",
    "public.guide": "/guide/declaration",
    "public.guide_fields": "/guide/fields/declaration",
    "public.verify": "/verify",
    "public.directory": "/directory",
    "public.certificate": "/c/{code}",
    "public.certificate_document": "/c/{code}.pdf",
    "public.certificate_picture": "/c/{code}/picture/1",
    "demonstration.overview": "/demonstration",
    "security.login": "/account/login",
    "security.logout": "/account/logout",
    "security.second_factor": "/account/login/second",
    "security.passkey_login": "/account/login/passkey",
    "security.begin_oidc": "/account/oidc",
    "security.return_from_oidc": "/account/oidc/return",
    "security.finish_oidc": "/account/oidc/finish",
    "security.link_identity": "/account/oidc/link",
    "security.unlink_identity": "/account/oidc/{identity}/unlink",
    "security.reset": "/account/reset",
    "security.new_password": "/account/reset/not-a-token-of-ours",
    "security.confirm": "/account/confirm",
    "security.confirm_by_passkey": "/account/confirm/passkey",
    "security.sessions": "/account/sessions",
    "security.end_session": "/account/sessions/{sign_in}/end",
    "security.end_other_sessions": "/account/sessions/end-others",
    "security.change_password": "/account/change-password",
    "security.second_factors_page": "/account/second-factor",
    "security.set_up_app": "/account/second-factor/app",
    "security.remove_app": "/account/second-factor/app/remove",
    "security.recovery_codes": "/account/second-factor/recovery",
    "security.ask_passkey": "/account/second-factor/passkeys",
    "security.add_passkey": "/account/second-factor/passkeys/add",
    "security.remove_passkey": "/account/second-factor/passkeys/{passkey}/remove",
    "account.register": "/account/register",
    "account.registration_sent": "/account/register/sent",
    "account.confirm_registration": "/account/register/{registration}",
    "account.invitation": "/account/invitations/{invitation_token}",
    "account.act_for": "/account/act-for",
    "account.desk": "/account/desk",
    "account.kept_form": "/account/kept/{token}",
    "account.profile": "/account/profile",
    "account.change_address": "/account/profile/address",
    "account.confirm_address": "/account/address/{new_address}",
    "account.download_data": "/account/profile/data",
    "account.close": "/account/profile/close",
    "audit.trail": "/audit/",
    "audit.people": "/audit/people?q=test",
    "audit.export": "/audit/export",
    "audit.check": "/audit/check",
    "review.case_contact": "/review/cases/{filing}/contact",
    "review.write_message": "/review/cases/{filing}/messages",
    "enterprise.register": "/enterprise/register",
    "enterprise.authorisation": "/enterprise/authorisation",
    "enterprise.known": "/enterprise/known/{uscc}",
    "enterprise.ask_to_join": "/enterprise/known/{uscc}/join",
    "enterprise.dispute": "/enterprise/known/{uscc}/dispute",
    "enterprise.requests": "/enterprise/requests",
    "enterprise.withdraw_claim": "/enterprise/claims/{claim}/withdraw",
    "enterprise.dashboard": "/enterprise/",
    "enterprise.verify": "/enterprise/verification",
    "enterprise.change_licence": "/enterprise/profile/licence",
    "enterprise.members": "/enterprise/members",
    "enterprise.invite": "/enterprise/members/invite",
    "enterprise.resend_invitation": "/enterprise/members/invitations/{invitation}/resend",
    "enterprise.revoke_invitation": "/enterprise/members/invitations/{invitation}/revoke",
    "enterprise.answer_request": "/enterprise/members/requests/{join_request}",
    "enterprise.change_role": "/enterprise/members/{extra_member}/role",
    "enterprise.remove_member": "/enterprise/members/{extra_member}/remove",
    "enterprise.hand_over": "/enterprise/members/{heir}/hand-over",
    "enterprise.leave": "/enterprise/members/leave",
    "enterprise.profile": "/enterprise/profile",
    "enterprise.change_profile": "/enterprise/profile/edit",
    "enterprise.products": "/enterprise/products",
    "enterprise.product": "/enterprise/products/{product}",
    "enterprise.add_product": "/enterprise/products/new",
    "enterprise.change_product": "/enterprise/products/{product}/edit",
    "enterprise.product_picture": "/enterprise/products/{product}/pictures/{picture}",
    "enterprise.product_pictures": "/enterprise/products/{product}/pictures",
    "enterprise.remove_product_picture": "/enterprise/products/{product}/pictures/{picture}/remove",
    "enterprise.crop_product_picture": "/enterprise/products/{product}/pictures/{picture}/crop",
    "enterprise.move_product_picture": "/enterprise/products/{product}/pictures/{picture}/move",
    "enterprise.retire_product": "/enterprise/products/{product}/retire",
    "enterprise.dossier": "/enterprise/dossier",
    "enterprise.factories": "/enterprise/factories",
    "enterprise.add_factory": "/enterprise/factories/new",
    "enterprise.change_factory": "/enterprise/factories/{factory}/edit",
    "enterprise.retire_factory": "/enterprise/factories/{factory}/retire",
    "enterprise.add_line": "/enterprise/factories/{factory}/lines/new",
    "enterprise.change_line": "/enterprise/lines/{line}/edit",
    "enterprise.retire_line": "/enterprise/lines/{line}/retire",
    "enterprise.add_evidence": "/enterprise/evidence/new?kind=test_report",
    "enterprise.evidence_piece": "/enterprise/evidence/{evidence}",
    "enterprise.change_evidence": "/enterprise/evidence/{evidence}/edit",
    "enterprise.replace_evidence": "/enterprise/evidence/{evidence}/replace",
    "enterprise.retire_evidence": "/enterprise/evidence/{evidence}/retire",
    "enterprise.trade": "/enterprise/trade",
    "enterprise.change_trade": "/enterprise/trade/edit",
    "enterprise.evidence": "/enterprise/evidence",
    "enterprise.imports": "/enterprise/imports",
    "enterprise.import_template": "/enterprise/imports/template/product",
    "enterprise.upload_import": "/enterprise/imports/new/product",
    "enterprise.bulk_import": "/enterprise/imports/{bulk_import}",
    "enterprise.import_remarks": "/enterprise/imports/{bulk_import}/remarks",
    "enterprise.start_import": "/enterprise/imports/{bulk_import}/start",
    "enterprise.cancel_import": "/enterprise/imports/{bulk_import}/cancel",
    "enterprise.filings": "/enterprise/filings",
    "enterprise.start_filing": "/enterprise/filings/new",
    "enterprise.declaration": "/enterprise/declarations/{draft}",
    "enterprise.filing": "/enterprise/filings/{draft}",
    "enterprise.print_filing": "/enterprise/filings/{draft}/print",
    "enterprise.filing_picture": "/enterprise/filings/{filing}/pictures/1",
    "enterprise.edit_filing": "/enterprise/filings/{draft}/edit/line",
    "enterprise.check_filing": "/enterprise/filings/{draft}/check",
    "enterprise.sign_filing": "/enterprise/filings/{draft}/sign",
    "enterprise.declaration_paper": "/enterprise/filings/{draft}/declaration.pdf",
    "enterprise.signed_paper": "/enterprise/filings/{draft}/signed",
    "enterprise.standards": "/enterprise/standards?q=GB",
    "enterprise.certification_bodies": "/enterprise/certification-bodies?q=示例",
    "enterprise.withdraw_filing": "/enterprise/filings/{draft}/withdraw",
    "enterprise.write_message": "/enterprise/filings/{filing}/messages",
    "enterprise.certificates": "/enterprise/certificates",
    "enterprise.certificate": "/enterprise/certificates/{certificate}",
    "enterprise.withdraw_certificate": "/enterprise/certificates/{certificate}/withdraw",
    "enterprise.replace_certificate": "/enterprise/certificates/{certificate}/change",
    "evidence.file": "/evidence/{evidence}",
    "review.queue": "/review/",
    "review.claim_case": "/review/cases/{filing}/claim",
    "review.release_case": "/review/cases/{filing}/release",
    "account.absence": "/account/absence",
    "account.arrange_absence": "/account/absence/{county_post}",
    "account.recall_stand_in": "/account/absence/{stand_in}/end",
    "admin.home": "/admin/",
    "admin.staff": "/admin/staff",
    "admin.person": "/admin/staff/{spare}",
    "admin.add_staff": "/admin/staff/new",
    "admin.invite_again": "/admin/staff/{spare}/invite",
    "admin.admit": "/admin/staff/{spare}/admit",
    "admin.import_staff": "/admin/staff/import",
    "admin.import_template": "/admin/staff/import/template.csv",
    "admin.bureaus": "/admin/bureaus",
    "admin.add_bureau": "/admin/bureaus/new",
    "admin.change_bureau": "/admin/bureaus/{bureau}",
    "admin.certification_bodies": "/admin/certification-bodies",
    "admin.certification_body": "/admin/certification-bodies/{certification_body}",
    "admin.add_certification_body": "/admin/certification-bodies/new",
    "admin.change_certification_body": "/admin/certification-bodies/{certification_body}/edit",
    "admin.change_certification_body_state": "/admin/certification-bodies/{certification_body}/state",
    "admin.change_certification_body_scopes": "/admin/certification-bodies/{certification_body}/scopes",
    "admin.import_certification_bodies": "/admin/certification-bodies/import",
    "admin.certification_body_template": "/admin/certification-bodies/import/template.csv",
    "admin.give_post": "/admin/staff/{spare}/posts/new",
    "admin.proposals": "/admin/posts/proposed",
    "admin.end_post": "/admin/posts/{spare_post}/end",
    "admin.unlock": "/admin/staff/{spare}/unlock",
    "admin.end_sessions": "/admin/staff/{spare}/end-sessions",
    "admin.reset_factors": "/admin/staff/{spare}/second-factor",
    "admin.deactivate": "/admin/staff/{spare}/deactivate",
    "admin.reactivate": "/admin/staff/{spare}/reactivate",
    "review.case": "/review/cases/{filing}",
    "review.case_picture": "/review/cases/{filing}/pictures/1",
    "review.print_case": "/review/cases/{filing}/print",
    "review.case_paper": "/review/cases/{filing}/declaration",
    "review.look_up": "/review/cases/{certification}/look-up",
    "review.screenshot": "/review/cases/{certification}/look-up/{check}",
    "bureau.claims": "/bureau/claims",
    "bureau.claim": "/bureau/claims/{claim}",
    "bureau.claim_paper": "/bureau/claims/{claim}/licence",
    "bureau.certificates": "/bureau/certificates",
    "bureau.certificate": "/bureau/certificates/{certificate}",
    "bureau.change_certificate": "/bureau/certificates/{certificate}/revoke",
}
# What belongs to the first firm and to nobody who is kept out.
SECRETS = ("高硼硅玻璃杯", "海宁虚构玻璃制品有限公司", "FICT-2026-001", "SM-2026-", "0573-55500001")


def test_every_route_is_in_the_table(site: Site) -> None:
    routes = {
        (method, rule.endpoint) for rule in site.app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}
    }
    assert {(method, endpoint) for method, endpoint, *_ in ROWS} == routes
    assert ADDRESSES.keys() == {endpoint for _method, endpoint in routes}


def test_the_applications_table_has_no_stale_entry_and_no_gap(site: Site) -> None:
    assert RULES.keys() == {rule.endpoint for rule in site.app.url_map.iter_rules()}


def test_an_endpoint_that_nobody_has_listed_is_closed(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RULES, "public.about")
    assert browser.get("/about").status_code == 403


def test_every_endpoint_as_every_visitor(site: Site, tmp_path: Path) -> None:
    objects = _objects_of_the_first_firm(site, tmp_path)
    browsers = _browsers(site)
    before = _state(site, objects)
    wrong = []
    for method, endpoint, *expected in ROWS:
        # Those who are let in come last, as they might change what the others are refused.
        for visitor, mark in sorted(zip(VISITORS, expected, strict=True), key=lambda pair: pair[1] == "✓"):
            browser = browsers[visitor]
            # What one takes away, the next could not find.
            own = {"picture": objects["other_picture"]} if visitor == "filer" else {}
            address = ADDRESSES[endpoint].format(**objects | own)
            answer = browser.get(address) if method == "GET" else browser.forge(address, _body(objects, endpoint, mark))
            if _mark(answer) != mark:
                wrong.append(f"{method} {endpoint} as {visitor}: {mark} expected, got {answer.status}")
            if mark != "✓":
                assert not [secret for secret in SECRETS if secret in answer.get_data(as_text=True)], address
        if (method, endpoint) == ("POST", "bureau.change_certificate"):
            assert _state(site, objects) == before, (
                "somebody who was refused, or looked at an old page, changed something"
            )
    assert not wrong, "\n".join(wrong)


def _browsers(site: Site) -> dict[str, Browser]:
    people = {name: journey.signed_in(site, getattr(site.world, name)) for name in VISITORS[1:]}
    return {"anonymous": site.app.test_client(), **people}


def _objects_of_the_first_firm(site: Site, folder: Path) -> dict[str, Any]:
    world = site.world
    photograph = folder / "photograph.jpg"
    photograph.write_bytes(journey.photograph())
    other_photograph = folder / "other.jpg"
    other_photograph.write_bytes(journey.photograph("blue"))
    with site.work(world.owner) as work:
        products.add_picture(work, world.product, photograph)
        products.add_picture(work, world.product, other_photograph)
    of_its_members, of_the_office = _of_its_members(site), _of_the_office(site)
    certificate = certified(site, folder)
    filing = filed(site, folder)
    with site.work(world.owner) as work:
        draft = start_complete(work, world.product, folder).id
        found = db.session.get_one(Certificate, certificate)
        kept = KeptForm(token="t" * 43, user_id=world.owner, path="/", fields=[["name", SECRETS[0]]], kept_at=work.now)
        owner = db.session.get_one(User, world.owner)
        elsewhere = sign_ins.begin(work, owner, factors=[Factor.PASSWORD], device=Device("", "", "e" * 64))
        passkey = some_passkey(work, owner, but=elsewhere.id)
        identity = Identity(user_id=world.owner, issuer="https://id.example", subject="x", linked_at=work.now)
        db.session.add_all([kept, identity])
        db.session.flush()
        objects = {
            **of_its_members,
            **of_the_office,
            "sign_in": elsewhere.id,
            "identity": identity.id,
            "passkey": passkey.id,
            "product": world.product,
            "line": world.line,
            "factory": db.session.get_one(ProductionLine, world.line).factory_id,
            "picture": db.session.get_one(Product, world.product).pictures[0].id,
            "other_picture": db.session.get_one(Product, world.product).pictures[1].id,
            "bulk_import": checked_import(work, folder),
            "draft": draft,
            "filing": filing,
            "evidence": db.session.get_one(Declaration, filing).evidence[0].id,
            "certificate": certificate,
            "code": found.code,
            "token": kept.token,
            "new_address": own_data.make_token(work, owner, "new@test.example"),
        }
    objects |= _looked_up(site, photograph)
    with site.app.app_context():
        worker(site).run_due()
        for name, model in (("draft", Declaration), ("filing", Declaration), ("certificate", Certificate)):
            objects[f"{name}_revision"] = db.session.get_one(model, objects[name]).revision
    return objects


def _looked_up(site: Site, screenshot: Path) -> dict[str, Any]:
    """A third party's certificate that waits for the county, which has looked it up."""
    world = site.world
    with site.work(world.owner) as work:
        filing = file_certification(work, world.product).id
    with site.work(world.county_reviewer) as work:
        typed = {"result": MATCHES, "checked_on": work.today.isoformat(), "note": ""}
        check = external_checks.record(work, reviews.get_case(work, filing), typed, screenshot)
        return {"certification": filing, "check": check.id}


def _of_its_members(site: Site) -> dict[str, Any]:
    """What hangs on whose firm it is: a change that waits, an invitation, a request, two more members."""
    world = site.world
    extra, heir, asking = (add_person(site, name) for name in ("extra", "heir", "asking"))
    with site.work(world.owner) as work:
        firm = enterprises.own(work)
        values = enterprises.as_form(firm) | {"name": "海宁更名有限公司", "effective_on": "2026-03-01"}
        claim = claims.propose_change(work, values, **papers(work, "licence"), revision=firm.revision)
        invitation = invitations.invite(work, {"email": "invited@test.example", "role": "viewer"})
        members = [people.join(work, work.session.get_one(User, user), firm, Role.VIEWER) for user in (extra, heir)]
        found = {
            "uscc": firm.uscc,
            "firm": firm.id,
            "claim": claim.id,
            "claim_revision": claims.revision_shown(claim),
            "invitation": invitation.id,
            "extra_member": members[0].id,
            "heir": members[1].id,
            "registration": links.sign(work, "register", "stranger@test.example", lasts=timedelta(days=9)),
        }
    with site.work(asking) as work:
        firm = work.session.get_one(Enterprise, found["firm"])
        found["join_request"] = service_members.ask_to_join(work, firm, {}).id
    letter = next(letter for letter in delivered(site) if letter[0] == "invited@test.example")
    return found | {"invitation_token": link_in(letter[2]).rpartition("/")[2]}


def _of_the_office(site: Site) -> dict[str, Any]:
    """The county's reviewer with a deputy, and a colleague whom nobody needs afterwards."""
    world = site.world
    with site.work() as work:
        certification_body = some_body(work)
        posts = {post.user_id: post for post in db.session.query(Post).filter(Post.stands_in_for_id.is_(None))}
        stand_in = db.session.query(Post).filter(Post.stands_in_for_id.is_not(None)).one()
        spare = people.add_user(work, email="spare@test.example", name="备用人员", password_hash="x")
        haining = posts[world.county_reviewer].bureau
        return {
            "county_post": posts[world.county_reviewer].id,
            "stand_in": stand_in.id,
            "spare": spare.id,
            "spare_post": people.appoint(work, spare, haining, Role.PUBLISHER).id,
            "bureau": haining.id,
            "certification_body": certification_body,
        }


def _body(objects: dict[str, Any], endpoint: str, mark: str) -> dict[str, Any]:
    """For those to be refused, what the page would send; for the others a stale page, so that nothing moves."""
    if endpoint == "account.act_for":
        return {"enterprise": objects["firm"]}
    if endpoint == "bureau.claim":
        return {"revision": -1 if mark == "✓" else objects["claim_revision"], "action": "approve"}
    of = "filing" if endpoint == "review.case" else "certificate" if "certificate" in endpoint else "draft"
    return {
        "revision": -1 if mark == "✓" else objects[f"{of}_revision"],
        "action": "recommend",
        "product_id": objects["product"],
        "reason": "试一试",
        "document_number": "虚构〔2026〕9号",
        "until": "2026-12-01",
        "production_line": "改动",
    }


def _mark(answer: Any) -> str:
    if answer.status_code in {301, 302} and answer.location.startswith("/account/login"):
        return "s"
    return {403: "✗", 404: "-"}.get(answer.status_code, "✓")


def _state(site: Site, objects: dict[str, Any]) -> list[tuple[Any, ...]]:
    with site.app.app_context():
        filing = db.session.get_one(Declaration, objects["filing"])
        draft = db.session.get_one(Declaration, objects["draft"])
        certificate = db.session.get_one(Certificate, objects["certificate"])
        return [
            (row.revision, getattr(row, "status", None) or row.state, len(getattr(row, "decisions", ())))
            for row in (filing, draft, certificate)
        ]


@pytest.mark.parametrize(
    ("visitor", "addresses"),
    [
        (
            "other_owner",
            [
                "/enterprise/",
                "/enterprise/products",
                "/enterprise/filings",
                "/enterprise/certificates",
                "/enterprise/evidence",
                "/enterprise/profile",
                "/enterprise/dossier",
                "/enterprise/factories",
                "/enterprise/trade",
            ],
        ),
        ("other_county_reviewer", ["/review/", "/review/?pile=other", "/review/?pile=closed", "/bureau/certificates"]),
        ("commerce_reviewer", ["/review/", "/review/?pile=other", "/review/?pile=closed", "/bureau/certificates"]),
    ],
)
def test_lists_show_nothing_of_others(site: Site, tmp_path: Path, visitor: str, addresses: list[str]) -> None:
    certified(site, tmp_path)
    filed(site, tmp_path)
    browser = journey.signed_in(site, getattr(site.world, visitor))
    for address in addresses:
        text = browser.get(address).get_data(as_text=True)
        # Both firms of the small world make a product of the same name, and have the same telephone.
        own = {SECRETS[0], SECRETS[-1]} if visitor == "other_owner" else set()
        assert not [secret for secret in SECRETS if secret in text and secret not in own], address


def test_what_one_could_once_see_is_gone_with_the_post(site: Site, tmp_path: Path) -> None:
    """A seat counts while it lasts; the browser stays signed in."""
    filing = filed(site, tmp_path)
    county = journey.signed_in(site, site.world.county_reviewer)
    assert county.get(f"/review/cases/{filing}").status_code == 200
    with site.app.app_context():
        post = db.session.query(Post).filter_by(user_id=site.world.county_reviewer).one()
        post.until = site.clock.now()
        db.session.commit()
    assert county.get(f"/review/cases/{filing}").status_code == 403


def test_an_account_that_was_closed_is_signed_out(site: Site, owner: Browser) -> None:
    with site.app.app_context():
        db.session.get_one(User, site.world.owner).active = False
        db.session.commit()
    assert owner.get("/enterprise/").location.startswith("/account/login")


def test_only_pages_without_a_visitor_are_public() -> None:
    """What is public may be kept by shared caches, so the list is short and written down here."""
    assert {endpoint.partition(".")[0] for endpoint, rule in RULES.items() if rule is Access.PUBLIC} == {
        "static",
        "public",
        "health",
    }


def test_revoked_certificates_are_closed_for_everybody(site: Site, tmp_path: Path) -> None:
    certificate = certified(site, tmp_path)
    change(site, site.world.city_supervisor, certificate, CertificateAction.REVOKE)
    for user, address in (
        (site.world.city_supervisor, f"/bureau/certificates/{certificate}/reinstate"),
        (site.world.owner, f"/enterprise/certificates/{certificate}/withdraw"),
    ):
        browser = journey.signed_in(site, user)
        body = {"revision": "2", "reason": "试一试", "document_number": "虚构〔2026〕9号"}
        with site.app.app_context():
            body["revision"] = str(db.session.get_one(Certificate, certificate).revision)
        answer = browser.forge(address, body)
        assert answer.status_code == 410
        assert answer.page.heading == "该事项已办结"
