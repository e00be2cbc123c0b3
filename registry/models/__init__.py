"""All tables. Importing this package is what makes `Base.metadata` complete."""

from registry.models.area import Area
from registry.models.audit import AuditEvent
from registry.models.base import Base, FrozenRowError
from registry.models.bulk import BulkImport, BulkRow
from registry.models.bureau import Bureau
from registry.models.case_message import CaseMessage
from registry.models.certificate import Certificate, CertificateEvent, NumberSeries
from registry.models.certification_body import CertificationBody, CertificationBodyEvent, CertificationBodyScope
from registry.models.claim import Claim, EnterpriseVersion, Invitation, JoinRequest
from registry.models.consent import Consent
from registry.models.enterprise import Enterprise
from registry.models.evidence import Evidence, StoredFile
from registry.models.factory import Factory, ProductionLine
from registry.models.filing import (
    Certification,
    Decision,
    Declaration,
    Filing,
    FilingProduct,
    Submission,
    filing_evidence,
)
from registry.models.job import Job
from registry.models.kept_form import KeptForm
from registry.models.paper import DeclarationPaper, SignedPaper
from registry.models.product import Product, ProductLink, ProductPicture, ProductVariant
from registry.models.proposal import PostProposal
from registry.models.reference import CccClass, CertificationField, Country, HsCode, Industry, Standard, StandardPair
from registry.models.sign_in import Identity, Passkey, SignIn, SignInFailure
from registry.models.third_party import ExternalCheck, ThirdPartyCertificate
from registry.models.trade import TradeFigures
from registry.models.user import Membership, Post, User

__all__ = [
    "Area",
    "AuditEvent",
    "Base",
    "BulkImport",
    "BulkRow",
    "Bureau",
    "CaseMessage",
    "CccClass",
    "Certificate",
    "CertificateEvent",
    "Certification",
    "CertificationBody",
    "CertificationBodyEvent",
    "CertificationBodyScope",
    "CertificationField",
    "Claim",
    "Consent",
    "Country",
    "Decision",
    "Declaration",
    "DeclarationPaper",
    "Enterprise",
    "EnterpriseVersion",
    "Evidence",
    "ExternalCheck",
    "Factory",
    "Filing",
    "FilingProduct",
    "FrozenRowError",
    "HsCode",
    "Identity",
    "Industry",
    "Invitation",
    "Job",
    "JoinRequest",
    "KeptForm",
    "Membership",
    "NumberSeries",
    "Passkey",
    "Post",
    "PostProposal",
    "Product",
    "ProductLink",
    "ProductPicture",
    "ProductVariant",
    "ProductionLine",
    "SignIn",
    "SignInFailure",
    "SignedPaper",
    "Standard",
    "StandardPair",
    "StoredFile",
    "Submission",
    "ThirdPartyCertificate",
    "TradeFigures",
    "User",
    "filing_evidence",
]
