"""The first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The types as they were when this revision was made: a revision imports nothing of the application, which goes on
# changing. SQLite numbers rows by itself only for a column declared exactly INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade():
    """Create everything, each table after those it refers to."""
    _create_reference()
    _create_people()
    _create_goods()
    _create_filings()
    _create_certificates()
    _create_records()


def downgrade():
    """Drop everything; indexes go with their tables."""
    for table in (
        "audit_event",
        "job",
        "declaration",
        "certificate_event",
        "certificate",
        "number_series",
        "decision",
        "submission",
        "filing_evidence",
        "filing",
        "product_picture",
        "product",
        "evidence",
        "stored_file",
        "kept_form",
        "post",
        "membership",
        "enterprise",
        "bureau",
        "user",
        "standard_pair",
        "standard",
        "hs_code",
        "country",
        "industry",
        "area",
    ):
        op.drop_table(table)


def _create_reference():
    """Code lists."""
    op.create_table(
        "area",
        sa.Column(
            "code",
            sa.String(length=12),
            nullable=False,
            comment="GB/T 2260 code; a functional zone has its city's code and a suffix",
        ),
        sa.Column("name", sa.String(length=60), nullable=False, comment="Name in Chinese"),
        sa.Column("name_en", sa.String(length=120), nullable=False, comment="Name in English where one is in use"),
        sa.Column(
            "level",
            sa.String(length=10),
            nullable=False,
            comment="province, city or county; a zone ranks as a county",
        ),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="statutory or functional_zone"),
        sa.Column("parent_code", sa.String(length=12), nullable=True, comment="The area above"),
        sa.Column(
            "path",
            sa.String(length=60),
            nullable=False,
            comment="Codes from the province down, each followed by /: scope is a prefix of it",
        ),
        sa.CheckConstraint("kind IN ('statutory', 'functional_zone')", name=op.f("ck_area_kind")),
        sa.CheckConstraint("level IN ('province', 'city', 'county')", name=op.f("ck_area_level")),
        sa.ForeignKeyConstraint(["parent_code"], ["area.code"], name=op.f("fk_area_parent_code_area")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    op.create_index(op.f("ix_area_parent_code"), "area", ["parent_code"], unique=False)
    op.create_index(op.f("ix_area_path"), "area", ["path"], unique=False)
    op.create_table(
        "industry",
        sa.Column("code", sa.String(length=5), nullable=False, comment="GB/T 4754-2017 code"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="Name in Chinese"),
        sa.Column("level", sa.Integer(), nullable=False, comment="1 section, 2 division, 3 group, 4 class"),
        sa.Column("parent_code", sa.String(length=5), nullable=True, comment="The level above"),
        sa.Column("section_code", sa.String(length=1), nullable=False, comment="The section's letter"),
        sa.ForeignKeyConstraint(["parent_code"], ["industry.code"], name=op.f("fk_industry_parent_code_industry")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_industry")),
    )
    op.create_index(op.f("ix_industry_level"), "industry", ["level"], unique=False)
    op.create_table(
        "country",
        sa.Column("alpha2", sa.String(length=2), nullable=False, comment="ISO 3166-1 alpha-2"),
        sa.Column(
            "name",
            sa.String(length=60),
            nullable=False,
            comment="Name in Chinese as government texts write it",
        ),
        sa.Column("name_en", sa.String(length=80), nullable=False, comment="Name in English"),
        sa.PrimaryKeyConstraint("alpha2", name=op.f("pk_country")),
    )
    op.create_table(
        "hs_code",
        sa.Column("code", sa.String(length=6), nullable=False, comment="2, 4 or 6 digits"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Chinese; chapters only"),
        sa.Column("name_en", sa.String(length=600), nullable=False, comment="English"),
        sa.Column("parent_code", sa.String(length=6), nullable=True, comment="The level above"),
        sa.ForeignKeyConstraint(["parent_code"], ["hs_code.code"], name=op.f("fk_hs_code_parent_code_hs_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hs_code")),
    )
    op.create_table(
        "standard",
        sa.Column("number", sa.String(length=60), nullable=False, comment="Number in normal form"),
        sa.Column("title", sa.String(length=200), nullable=False, comment="Title in Chinese"),
        sa.Column("family", sa.String(length=40), nullable=False, comment="Product family"),
        sa.Column(
            "note",
            sa.String(length=300),
            nullable=False,
            comment="Status: replaced, withdrawn, not yet in force",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_standard")),
    )
    op.create_table(
        "standard_pair",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("number", sa.String(length=60), nullable=False, comment="The Chinese standard's number"),
        sa.Column("overseas", sa.String(length=200), nullable=False, comment="Overseas standards, separated by /"),
        sa.Column("relation", sa.String(length=40), nullable=False, comment="IDT, MOD or related"),
        sa.Column("family", sa.String(length=40), nullable=False, comment="Product family"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_pair")),
    )
    op.create_index(op.f("ix_standard_pair_number"), "standard_pair", ["number"], unique=False)


def _create_people():
    """People, the offices and firms they act for."""
    op.create_table(
        "user",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("email", sa.String(length=255), nullable=False, comment="Sign-in name, in lower case"),
        sa.Column("name", sa.String(length=60), nullable=False, comment="The person's name; personal data"),
        sa.Column("phone", sa.String(length=40), nullable=False, comment="Personal data; never public"),
        sa.Column("password", sa.String(length=255), nullable=True, comment="Argon2 hash"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="Whether the person may sign in"),
        sa.Column(
            "fs_uniquifier",
            sa.String(length=64),
            nullable=False,
            comment="What a session names; changing it ends all sessions",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the account was made"),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "bureau",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("name", sa.String(length=80), nullable=False, comment="Full name, as on its documents"),
        sa.Column("name_en", sa.String(length=160), nullable=False, comment="English name"),
        sa.Column("area_code", sa.String(length=12), nullable=False, comment="The area it is responsible for"),
        sa.Column(
            "subject",
            sa.String(length=20),
            nullable=False,
            comment="market_supervision (declarations, certifications) or commerce (titles)",
        ),
        sa.Column(
            "tier",
            sa.String(length=10),
            nullable=False,
            comment="Its tier of review: county, city or province",
        ),
        sa.Column("phone", sa.String(length=40), nullable=False, comment="Public telephone"),
        sa.CheckConstraint("subject IN ('market_supervision', 'commerce')", name=op.f("ck_bureau_subject")),
        sa.CheckConstraint("tier IN ('county', 'city', 'province')", name=op.f("ck_bureau_tier")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_bureau_area_code_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau")),
        sa.UniqueConstraint("area_code", "subject", name=op.f("uq_bureau_area_code_subject")),
        sa.UniqueConstraint("name", name=op.f("uq_bureau_name")),
    )
    op.create_table(
        "enterprise",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("uscc", sa.String(length=18), nullable=False, comment="统一社会信用代码, GB 32100-2015"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Name as on the licence"),
        sa.Column("name_en", sa.String(length=200), nullable=False, comment="English name as used on exports"),
        sa.Column("area_code", sa.String(length=12), nullable=False, comment="Place of business, to county"),
        sa.Column("address", sa.String(length=300), nullable=False, comment="Address below the county"),
        sa.Column("industry_code", sa.String(length=5), nullable=False, comment="GB/T 4754-2017"),
        sa.Column("founded_on", sa.Date(), nullable=True, comment="Date of establishment on the licence"),
        sa.Column("customs_code", sa.String(length=10), nullable=False, comment="海关注册编码"),
        sa.Column(
            "legal_representative",
            sa.String(length=60),
            nullable=False,
            comment="Personal data; never public",
        ),
        sa.Column("contact_name", sa.String(length=60), nullable=False, comment="Personal data; never public"),
        sa.Column("contact_phone", sa.String(length=40), nullable=False, comment="Personal data; never public"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Counts changes; a stale page is told"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered"),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_enterprise_area_code_area")),
        sa.ForeignKeyConstraint(
            ["industry_code"], ["industry.code"], name=op.f("fk_enterprise_industry_code_industry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("uscc", name=op.f("uq_enterprise_uscc")),
    )
    op.create_index(op.f("ix_enterprise_area_code"), "enterprise", ["area_code"], unique=False)
    op.create_index(op.f("ix_enterprise_name"), "enterprise", ["name"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="The person"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("role", sa.String(length=10), nullable=False, comment="owner, filer or viewer"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="From when"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="Until when; empty while it lasts"),
        sa.CheckConstraint("role IN ('owner', 'filer', 'viewer')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_membership_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_enterprise_id"), "membership", ["enterprise_id"], unique=False)
    op.create_index(
        "uq_membership_user_id_enterprise_id",
        "membership",
        ["user_id", "enterprise_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "post",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="The person"),
        sa.Column("bureau_id", BIG_ID, nullable=False, comment="The office"),
        sa.Column("role", sa.String(length=12), nullable=False, comment="reviewer or supervisor"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="From when"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="Until when; empty while it lasts"),
        sa.CheckConstraint("role IN ('reviewer', 'supervisor')", name=op.f("ck_post_role")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_post_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_post_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_bureau_id"), "post", ["bureau_id"], unique=False)
    op.create_index(
        "uq_post_user_id_bureau_id_role",
        "post",
        ["user_id", "bureau_id", "role"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "kept_form",
        sa.Column("token", sa.String(length=43), nullable=False, comment="Random name"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who typed it"),
        sa.Column("path", sa.String(length=500), nullable=False, comment="The page it belongs to"),
        sa.Column("fields", JSON_DOCUMENT, nullable=False, comment="Pairs of name and value, in order"),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_kept_form_user_id_user")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_kept_at"), "kept_form", ["kept_at"], unique=False)


def _create_goods():
    """Files, evidence and products."""
    op.create_table(
        "stored_file",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="SHA-256 of the content: its address"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes"),
        sa.Column(
            "media_type",
            sa.String(length=40),
            nullable=False,
            comment="Found by looking inside, not by the name",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was first stored"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm it belongs to"),
        sa.Column("file_id", BIG_ID, nullable=False, comment="The content"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="What it is: test_report, licence, …"),
        sa.Column("file_name", sa.String(length=150), nullable=False, comment="The name it came with, made safe"),
        sa.Column("issued_on", sa.Date(), nullable=True, comment="Date of issue"),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="Last day it is good for"),
        sa.Column("visibility", sa.String(length=10), nullable=False, comment="public, or review: reviewers only"),
        sa.Column("uploaded_by_id", BIG_ID, nullable=False, comment="Who sent it"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was sent"),
        sa.CheckConstraint("visibility IN ('public', 'review')", name=op.f("ck_evidence_visibility")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_evidence_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_evidence_file_id_stored_file")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_evidence_uploaded_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("enterprise_id", "file_id", "kind", name=op.f("uq_evidence_enterprise_id_file_id_kind")),
    )
    op.create_index(op.f("ix_evidence_file_id"), "evidence", ["file_id"], unique=False)
    op.create_table(
        "product",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="Name in Chinese"),
        sa.Column("name_en", sa.String(length=200), nullable=False, comment="Name in English"),
        sa.Column("brand", sa.String(length=100), nullable=False, comment="Brand or trademark"),
        sa.Column("model", sa.String(length=200), nullable=False, comment="Model, type or size"),
        sa.Column(
            "category",
            sa.String(length=20),
            nullable=False,
            comment="agricultural_food, consumer or industrial",
        ),
        sa.Column("gtin", sa.String(length=14), nullable=False, comment="GTIN-8, -12, -13 or -14"),
        sa.Column("hs_code", sa.String(length=13), nullable=False, comment="HS code, 6, 8, 10 or 13 digits"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Counts changes; a stale page is told"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was entered"),
        sa.CheckConstraint(
            "category IN ('agricultural_food', 'consumer', 'industrial')", name=op.f("ck_product_category")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_product_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint(
            "enterprise_id", "name", "model", "brand", name=op.f("uq_product_enterprise_id_name_model_brand")
        ),
    )
    op.create_index(op.f("ix_product_enterprise_id"), "product", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_product_gtin"), "product", ["gtin"], unique=False)
    op.create_table(
        "product_picture",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("product_id", BIG_ID, nullable=False, comment="The product"),
        sa.Column("file_id", BIG_ID, nullable=False, comment="The picture"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Order of showing, from 0"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_product_picture_file_id_stored_file")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_picture_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_picture")),
        sa.UniqueConstraint("product_id", "file_id", name=op.f("uq_product_picture_product_id_file_id")),
    )


def _create_filings():
    """Cases and what was decided on them."""
    op.create_table(
        "filing",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="declaration (later certification, title)"),
        sa.Column(
            "reference",
            sa.String(length=24),
            nullable=True,
            comment="受理编号, given at the first submission",
        ),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm that files"),
        sa.Column(
            "area_code",
            sa.String(length=12),
            nullable=False,
            comment="Where the case is handled: the firm's county when it was submitted",
        ),
        sa.Column("subject", sa.String(length=20), nullable=False, comment="Which line of offices handles it"),
        sa.Column(
            "rules_version",
            sa.String(length=20),
            nullable=False,
            comment="The rules in force when it was submitted",
        ),
        sa.Column("status", sa.String(length=20), nullable=False, comment="Where the case stands"),
        sa.Column(
            "tier",
            sa.String(length=10),
            nullable=False,
            comment="Who has it, or who sent it back; else empty",
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Counts changes; a stale page is told"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the draft was begun"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last changed"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True, comment="When it was last submitted"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="When it was decided or withdrawn"),
        sa.CheckConstraint("(status IN ('under_review', 'returned')) = (tier <> '')", name=op.f("ck_filing_tier")),
        sa.CheckConstraint(
            "status IN ('draft', 'under_review', 'returned', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_filing_status"),
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_filing_area_code_area")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_filing_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("reference", name=op.f("uq_filing_reference")),
    )
    op.create_index(
        "ix_filing_desk", "filing", ["subject", "status", "tier", "area_code", "submitted_at"], unique=False
    )
    op.create_index(op.f("ix_filing_enterprise_id"), "filing", ["enterprise_id"], unique=False)
    op.create_table(
        "filing_evidence",
        sa.Column("filing_id", BIG_ID, nullable=False, comment="The filing"),
        sa.Column("evidence_id", BIG_ID, nullable=False, comment="What it rests on"),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_filing_evidence_evidence_id_evidence")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_evidence_filing_id_filing")),
        sa.PrimaryKeyConstraint("filing_id", "evidence_id", name=op.f("pk_filing_evidence")),
        comment="Evidence a filing links to; a reviewer of the filing may read it",
    )
    op.create_index(op.f("ix_filing_evidence_evidence_id"), "filing_evidence", ["evidence_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("filing_id", BIG_ID, nullable=False, comment="The filing"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="1 for the first time, then counting"),
        sa.Column("snapshot", sa.Text(), nullable=False, comment="Canonical JSON (RFC 8785)"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="SHA-256 of the snapshot's UTF-8 bytes"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.Column("submitted_by_id", BIG_ID, nullable=False, comment="By whom"),
        sa.Column("product_id", BIG_ID, nullable=True, comment="The object, as a row number"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_submission_product_id_product")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_submission_filing_id_filing")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_submission_submitted_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("filing_id", "sequence", name=op.f("uq_submission_filing_id_sequence")),
    )
    op.create_table(
        "decision",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("filing_id", BIG_ID, nullable=False, comment="The filing"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="1, 2, 3 … within the filing"),
        sa.Column("action", sa.String(length=20), nullable=False, comment="See domain/workflow.py"),
        sa.Column("from_status", sa.String(length=20), nullable=False, comment="Status before"),
        sa.Column("from_tier", sa.String(length=10), nullable=False, comment="Tier before"),
        sa.Column("to_status", sa.String(length=20), nullable=False, comment="Status after"),
        sa.Column("to_tier", sa.String(length=10), nullable=False, comment="Tier after"),
        sa.Column("actor_id", BIG_ID, nullable=False, comment="Who acted"),
        sa.Column("actor_name", sa.String(length=60), nullable=False, comment="The name the actor had then"),
        sa.Column("bureau_id", BIG_ID, nullable=True, comment="For which office; empty: the firm"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Opinion or reason, told to the firm"),
        sa.Column("remarks", JSON_DOCUMENT, nullable=False, comment="What is to be corrected, by field"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_decision_actor_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_decision_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_decision_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("filing_id", "sequence", name=op.f("uq_decision_filing_id_sequence")),
    )


def _create_certificates():
    """Certificates; declarations come after them because a declaration may replace one."""
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=40), nullable=False, comment="Series, e.g. STD-330400-2026"),
        sa.Column("last", sa.Integer(), nullable=False, comment="Last serial given out"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("code", sa.String(length=16), nullable=False, comment="Public code in the QR: 80 random bits"),
        sa.Column("number", sa.String(length=32), nullable=False, comment="Printed number with check character"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="declaration (later certification, title)"),
        sa.Column("filing_id", BIG_ID, nullable=False, comment="What it was issued on"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The holder"),
        sa.Column("bureau_id", BIG_ID, nullable=False, comment="The issuing office"),
        sa.Column("area_code", sa.String(length=12), nullable=False, comment="The holder's county at issue"),
        sa.Column("rules_version", sa.String(length=20), nullable=False, comment="The rules it was issued under"),
        sa.Column(
            "product_name",
            sa.String(length=200),
            nullable=False,
            comment="From the snapshot, for the directory",
        ),
        sa.Column("enterprise_name", sa.String(length=200), nullable=False, comment="From the snapshot, likewise"),
        sa.Column("category", sa.String(length=20), nullable=False, comment="From the snapshot, likewise"),
        sa.Column("snapshot", sa.Text(), nullable=False, comment="What was attested, canonical JSON; public"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="SHA-256 of the snapshot's UTF-8 bytes"),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="Date of issue"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="First day of validity"),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="Last day of validity"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="As last decided; expiry is computed"),
        sa.Column("superseded_by_id", BIG_ID, nullable=True, comment="The newer one"),
        sa.Column("document_id", BIG_ID, nullable=True, comment="The PDF, once made"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Counts changes; a stale page is told"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was issued, to the second",
        ),
        sa.CheckConstraint(
            "state IN ('valid', 'suspended', 'revoked', 'withdrawn', 'superseded')",
            name=op.f("ck_certificate_state"),
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_certificate_dates")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_certificate_area_code_area")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_certificate_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["stored_file.id"], name=op.f("fk_certificate_document_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_certificate_filing_id_filing")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["certificate.id"], name=op.f("fk_certificate_superseded_by_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("filing_id", name=op.f("uq_certificate_filing_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(
        "ix_certificate_directory",
        "certificate",
        ["area_code", "category", "state", "issued_on"],
        unique=False,
    )
    op.create_index(op.f("ix_certificate_enterprise_id"), "certificate", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_certificate_enterprise_name"), "certificate", ["enterprise_name"], unique=False)
    op.create_index(op.f("ix_certificate_product_name"), "certificate", ["product_name"], unique=False)
    op.create_index(op.f("ix_certificate_valid_until"), "certificate", ["valid_until"], unique=False)
    op.create_table(
        "certificate_event",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("certificate_id", BIG_ID, nullable=False, comment="The certificate"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="1 is the issue, then counting"),
        sa.Column(
            "action",
            sa.String(length=12),
            nullable=False,
            comment="issue, suspend, reinstate, revoke, withdraw, supersede",
        ),
        sa.Column("to_state", sa.String(length=12), nullable=False, comment="State after"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="From this day"),
        sa.Column("correct_by", sa.Date(), nullable=True, comment="Suspension: time allowed to put things right"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Reason as published"),
        sa.Column(
            "authority",
            sa.String(length=200),
            nullable=False,
            comment="The office that decided, or the holder",
        ),
        sa.Column("document_number", sa.String(length=80), nullable=False, comment="文号 of the decision"),
        sa.Column("actor_id", BIG_ID, nullable=False, comment="Who entered it; never public"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="When it was entered"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_certificate_event_actor_id_user")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_event_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_event")),
        sa.UniqueConstraint("certificate_id", "sequence", name=op.f("uq_certificate_event_certificate_id_sequence")),
    )
    op.create_table(
        "declaration",
        sa.Column("id", BIG_ID, nullable=False, comment="The filing"),
        sa.Column("product_id", BIG_ID, nullable=True, comment="The object declared"),
        sa.Column("content", JSON_DOCUMENT, nullable=False, comment="Fields as typed, see domain/requirements.py"),
        sa.Column("replaces_id", BIG_ID, nullable=True, comment="The certificate that this one is to supersede"),
        sa.ForeignKeyConstraint(["id"], ["filing.id"], name=op.f("fk_declaration_id_filing")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_declaration_product_id_product")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["certificate.id"], name=op.f("fk_declaration_replaces_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_product_id"), "declaration", ["product_id"], unique=False)


def _create_records():
    """The queue and the audit trail."""
    op.create_table(
        "job",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="Names the handler"),
        sa.Column(
            "key",
            sa.String(length=100),
            nullable=False,
            comment="Unique within the kind: asked for twice, done once",
        ),
        sa.Column("payload", JSON_DOCUMENT, nullable=False, comment="What the handler needs"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="due, done or failed (given up)"),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Not before this moment; while at work, when the lease ends",
        ),
        sa.Column("tries", sa.Integer(), nullable=False, comment="Times begun; fences off a worker thought dead"),
        sa.Column("error", sa.Text(), nullable=False, comment="What went wrong last"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was asked for"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it was done or given up"),
        sa.CheckConstraint("status IN ('due', 'done', 'failed')", name=op.f("ck_job_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_job_kind_key")),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.Column("tag", sa.String(length=60), nullable=False, comment="source:subject:action"),
        sa.Column("success", sa.Boolean(), nullable=False, comment="False: it was tried and refused"),
        sa.Column("actor_id", BIG_ID, nullable=True, comment="Account; empty: nobody was signed in"),
        sa.Column("object_id", BIG_ID, nullable=True, comment="Row number of the tag's subject"),
        sa.Column("request_id", sa.String(length=36), nullable=False, comment="Ties the row to the log's lines"),
        sa.Column("payload", JSON_DOCUMENT, nullable=False, comment="Details; keys are checked against the tag"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index(op.f("ix_audit_event_tag"), "audit_event", ["tag"], unique=False)
