"""All tables. Importing this package is what makes `Base.metadata` complete."""

from registry.models.area import Area
from registry.models.audit import AuditEvent
from registry.models.base import Base, FrozenRowError
from registry.models.bureau import Bureau
from registry.models.certificate import Certificate, CertificateEvent, NumberSeries
from registry.models.claim import Claim, EnterpriseVersion, Invitation, JoinRequest
from registry.models.consent import Consent
from registry.models.enterprise import Enterprise
from registry.models.evidence import Evidence, StoredFile
from registry.models.filing import Decision, Declaration, Filing, Submission, filing_evidence
from registry.models.job import Job
from registry.models.kept_form import KeptForm
from registry.models.product import Product, ProductPicture
from registry.models.proposal import PostProposal
from registry.models.reference import Country, HsCode, Industry, Standard, StandardPair
from registry.models.sign_in import Identity, Passkey, SignIn, SignInFailure
from registry.models.user import Membership, Post, User

__all__ = [
    "Area",
    "AuditEvent",
    "Base",
    "Bureau",
    "Certificate",
    "CertificateEvent",
    "Claim",
    "Consent",
    "Country",
    "Decision",
    "Declaration",
    "Enterprise",
    "EnterpriseVersion",
    "Evidence",
    "Filing",
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
    "ProductPicture",
    "SignIn",
    "SignInFailure",
    "Standard",
    "StandardPair",
    "StoredFile",
    "Submission",
    "User",
    "filing_evidence",
]
