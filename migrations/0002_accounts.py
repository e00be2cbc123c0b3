"""Accounts: who may do what, who a firm belongs to, and a trail that nobody edits.

Revision ID: 0002
Revises: 0001
"""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The types as they were when this revision was made: a revision imports nothing of the application.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)

ADMINISTRATORS = "role IN ('system_admin', 'security_admin', 'audit_admin')"
POST_ROLES = (
    "role IN ('reviewer', 'expert', 'supervisor', 'publisher', 'system_admin', 'security_admin', 'audit_admin')"
)
FIRST_PREVIOUS = "0" * 64

# Tables whose rows are written once. The models refuse a change as well; this refuses it to whoever has a console.
# By table, what else is unique: on SQLite a REPLACE takes the row away that is in its way, and no trigger hears of it.
APPEND_ONLY = {
    "audit_event": "hash = NEW.hash",
    "submission": "filing_id = NEW.filing_id AND sequence = NEW.sequence",
    "decision": "filing_id = NEW.filing_id AND sequence = NEW.sequence",
    "certificate_event": "certificate_id = NEW.certificate_id AND sequence = NEW.sequence",
    "enterprise_version": "",
    "consent": "",
}


def upgrade():
    """Widen people and firms, add the new tables, and chain the trail."""
    _widen_people()
    _widen_firms()
    _create_sign_ins()
    _create_claims()
    _rebuild_trail()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def downgrade():
    """Back to the first tables. The chain is lost, and so is everything that has no place there."""
    for table in APPEND_ONLY:
        _allow_changes(table)
    if _is_postgresql():
        op.execute("DROP FUNCTION refuse_change()")
    _restore_trail()
    for table in (
        "consent",
        "invitation",
        "join_request",
        "enterprise_version",
        "claim",
        "identity",
        "passkey",
        "sign_in_failure",
        "sign_in",
    ):
        op.drop_table(table)
    _narrow_firms()
    _narrow_people()


# People


def _user_columns():
    """Made anew each time: a column belongs to one table."""
    return [
        sa.Column("closed_at", MOMENT, comment="When the person closed it; personal data is gone then"),
        sa.Column(
            "admitted_at",
            MOMENT,
            comment="When a system administrator made or admitted it for work; empty: no post can be given",
        ),
        sa.Column("tf_primary_method", sa.String(64), comment="Second factor in use: authenticator"),
        sa.Column("tf_totp_secret", sa.String(255), comment="Encrypted secret of the second factor"),
        sa.Column(
            "tf_last_counter",
            sa.BigInteger(),
            comment="Time step of the last code that was accepted; none is accepted twice (RFC 6238 clause 5.2)",
        ),
        sa.Column("mf_recovery_codes", JSON_DOCUMENT, comment="Unused ones, encrypted"),
        sa.Column(
            "fs_webauthn_user_handle",
            sa.String(64),
            comment="What a passkey calls this account; says nothing of the person",
        ),
    ]


def _widen_people():
    for column in _user_columns():
        op.add_column("user", column)
    op.create_index(op.f("ix_user_fs_webauthn_user_handle"), "user", ["fs_webauthn_user_handle"], unique=True)
    _comment("user", "password", sa.String(255), "Argon2 hash; empty: signs in another way", nullable=True)
    op.execute('UPDATE "user" SET admitted_at = created_at WHERE id IN (SELECT user_id FROM post)')
    posts = _taken_out("post", "id, user_id, bureau_id, role, since, until")
    op.create_table(
        "post",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="The person"),
        sa.Column("bureau_id", BIG_ID, comment="The office; empty for administrators of the site"),
        sa.Column("role", sa.String(16), nullable=False, comment="See domain/roles.py"),
        sa.Column("since", MOMENT, nullable=False, comment="From when"),
        sa.Column("until", MOMENT, comment="Until when; empty while it lasts"),
        sa.Column("stands_in_for_id", BIG_ID, comment="The absent colleague's post; empty: the person's own"),
        sa.Column("made_by_id", BIG_ID, comment="Who appointed or asked to stand in; empty: from the command line"),
        sa.CheckConstraint(POST_ROLES, name=op.f("ck_post_role")),
        sa.CheckConstraint(f"({ADMINISTRATORS}) = (bureau_id IS NULL)", name=op.f("ck_post_bureau")),
        sa.CheckConstraint("stands_in_for_id IS NULL OR until IS NOT NULL", name=op.f("ck_post_stand_in_ends")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_post_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_post_user_id_user")),
        sa.ForeignKeyConstraint(["stands_in_for_id"], ["post.id"], name=op.f("fk_post_stands_in_for_id_post")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_post_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    for column in ("user_id", "bureau_id", "stands_in_for_id"):
        op.create_index(op.f(f"ix_post_{column}"), "post", [column])
    _partly_unique("uq_post_user_id_bureau_id_role", ["user_id", "bureau_id", "role"], "until IS NULL")
    _partly_unique("uq_post_administrator", ["user_id"], f"until IS NULL AND {ADMINISTRATORS}")
    _put_back("post", posts)
    _create_proposals()


def _create_proposals():
    op.create_table(
        "post_proposal",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="The person"),
        sa.Column("bureau_id", BIG_ID, comment="The office; empty for administrators of the site"),
        sa.Column("role", sa.String(16), nullable=False, comment="See domain/roles.py"),
        sa.Column("proposed_at", MOMENT, nullable=False, comment="When it was asked for"),
        sa.Column("proposed_by_id", BIG_ID, comment="By which system administrator; empty: from the command line"),
        sa.Column("decided_at", MOMENT, comment="When it was given or refused; empty while it waits"),
        sa.Column("decided_by_id", BIG_ID, comment="By which security administrator"),
        sa.Column("granted", sa.Boolean(), comment="Whether the post was given"),
        sa.CheckConstraint(POST_ROLES, name=op.f("ck_post_proposal_role")),
        sa.CheckConstraint(f"({ADMINISTRATORS}) = (bureau_id IS NULL)", name=op.f("ck_post_proposal_bureau")),
        sa.CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name=op.f("ck_post_proposal_decided")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_post_proposal_user_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_post_proposal_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user.id"], name=op.f("fk_post_proposal_proposed_by_id_user")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_post_proposal_decided_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_proposal")),
    )
    for column in ("user_id", "bureau_id"):
        op.create_index(op.f(f"ix_post_proposal_{column}"), "post_proposal", [column])
    waiting = "decided_at IS NULL"
    _partly_unique(
        "uq_post_proposal_user_id_bureau_id_role", ["user_id", "bureau_id", "role"], waiting, table="post_proposal"
    )
    _partly_unique(
        "uq_post_proposal_administrator", ["user_id"], f"{waiting} AND {ADMINISTRATORS}", table="post_proposal"
    )
    op.add_column(
        "bureau",
        sa.Column(
            "revision",
            sa.Integer(),
            nullable=False,
            server_default="1",
            comment="Counts changes; a stale page is told",
        ),
    )


def _narrow_people():
    op.drop_column("bureau", "revision")
    op.drop_table("post_proposal")
    kept = "stands_in_for_id IS NULL AND role IN ('reviewer', 'supervisor')"
    posts = _taken_out("post", "id, user_id, bureau_id, role, since, until", kept)
    op.create_table(
        "post",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="The person"),
        sa.Column("bureau_id", BIG_ID, nullable=False, comment="The office"),
        sa.Column("role", sa.String(12), nullable=False, comment="reviewer or supervisor"),
        sa.Column("since", MOMENT, nullable=False, comment="From when"),
        sa.Column("until", MOMENT, comment="Until when; empty while it lasts"),
        sa.CheckConstraint("role IN ('reviewer', 'supervisor')", name=op.f("ck_post_role")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_post_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_post_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_bureau_id"), "post", ["bureau_id"])
    _partly_unique("uq_post_user_id_bureau_id_role", ["user_id", "bureau_id", "role"], "until IS NULL")
    _put_back("post", posts)
    op.drop_index(op.f("ix_user_fs_webauthn_user_handle"), table_name="user")
    for column in reversed(_user_columns()):
        op.drop_column("user", column.name)
    _comment("user", "password", sa.String(255), "Argon2 hash", nullable=True)


# Firms


def _widen_firms():
    op.add_column(
        "enterprise",
        sa.Column(
            "verified_at",
            MOMENT,
            comment="When a bureau first found that it is who it says; before, it may draft but not submit",
        ),
    )
    # A firm whose case an office has had on its desk is known to that office.
    op.execute(
        "UPDATE enterprise SET verified_at = created_at"
        " WHERE id IN (SELECT enterprise_id FROM filing WHERE submitted_at IS NOT NULL)"
    )
    comment = "承办人: the reviewer who has taken it up; empty: anybody of the scope"
    if _is_postgresql():
        op.add_column("filing", sa.Column("handler_id", BIG_ID, comment=comment))
        op.create_foreign_key(op.f("fk_filing_handler_id_user"), "filing", "user", ["handler_id"], ["id"])
    else:
        # SQLite adds a reference only with its column; to copy the table would break those that point to it.
        op.execute(
            "ALTER TABLE filing ADD COLUMN handler_id INTEGER"
            ' CONSTRAINT fk_filing_handler_id_user REFERENCES "user" (id)'
        )
    op.create_index(op.f("ix_filing_handler_id"), "filing", ["handler_id"])
    op.add_column(
        "decision",
        sa.Column(
            "stands_in_for",
            sa.String(60),
            comment="The absent colleague the actor stood in for, by the name held then",
        ),
    )


def _narrow_firms():
    op.drop_column("decision", "stands_in_for")
    op.drop_index(op.f("ix_filing_handler_id"), table_name="filing")
    if _is_postgresql():
        op.drop_column("filing", "handler_id")
    else:
        # SQLite cannot drop a column that refers elsewhere, only copy the table without it, and without its checks.
        # Where rows point to it, the copy is refused: a developer's database is then made anew instead.
        with op.batch_alter_table("filing", recreate="always") as table:
            table.drop_column("handler_id")
    op.drop_column("enterprise", "verified_at")


# Signing in


def _create_sign_ins():
    op.create_table(
        "sign_in",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who"),
        sa.Column("at", MOMENT, nullable=False, comment="When"),
        sa.Column(
            "factors",
            sa.String(40),
            nullable=False,
            comment="How, joined by +: password, totp, recovery, passkey, oidc, mail",
        ),
        sa.Column("strong", sa.Boolean(), nullable=False, comment="Whether two factors, or a passkey, were shown"),
        sa.Column("confirmed_at", MOMENT, nullable=False, comment="When the person last proved to be there"),
        sa.Column("origin", sa.String(45), nullable=False, comment="Network address"),
        sa.Column("device", sa.String(80), nullable=False, comment="Browser and system, in words"),
        sa.Column("device_key", sa.String(64), nullable=False, comment="SHA-256 of the device's own cookie"),
        sa.Column("expires_at", MOMENT, nullable=False, comment="The session ends then at the latest"),
        sa.Column("ended_at", MOMENT, comment="When it was ended; empty while it may last"),
        sa.Column("end_reason", sa.String(20), nullable=False, comment="sign_out, ended, password, closed, …"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"])
    op.create_index(op.f("ix_sign_in_device_key"), "sign_in", ["device_key"])
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.String(64), nullable=False, comment="Keyed hash of the name that was tried"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="How many in a row"),
        sa.Column("last_at", MOMENT, nullable=False, comment="When the last one was"),
        sa.Column("locked_until", MOMENT, comment="No try is looked at before this moment"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_last_at"), "sign_in_failure", ["last_at"])
    op.create_table(
        "passkey",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Whose"),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False, comment="Its name"),
        sa.Column("public_key", sa.LargeBinary(1024), nullable=False, comment="What its signatures are checked with"),
        sa.Column("sign_count", sa.Integer(), nullable=False, comment="Uses, as it counts itself; shows a copy"),
        sa.Column("transports", JSON_DOCUMENT, comment="How it is reached: usb, nfc, …"),
        sa.Column("backup_state", sa.Boolean(), nullable=False, comment="Whether it is kept in a cloud"),
        sa.Column("device_type", sa.String(64), nullable=False, comment="single_device or multi_device"),
        sa.Column("extensions", sa.String(255), comment="What the browser told beside"),
        sa.Column("create_datetime", MOMENT, nullable=False, comment="When it was added"),
        sa.Column("lastuse_datetime", MOMENT, nullable=False, comment="When it was last used"),
        sa.Column("name", sa.String(64), nullable=False, comment="What its owner calls it"),
        sa.Column("usage", sa.String(64), nullable=False, comment="first: alone; secondary: after a password"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"])
    op.create_table(
        "identity",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who"),
        sa.Column("issuer", sa.String(255), nullable=False, comment="The service: claim iss"),
        sa.Column("subject", sa.String(255), nullable=False, comment="The account there: claim sub"),
        sa.Column("linked_at", MOMENT, nullable=False, comment="When it was linked"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])
    op.create_table(
        "consent",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who"),
        sa.Column(
            "notice", sa.String(20), nullable=False, comment="Version of the privacy notice, see domain/privacy.py"
        ),
        sa.Column("given", sa.Boolean(), nullable=False, comment="False: taken back"),
        sa.Column("at", MOMENT, nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_consent_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_user_id"), "consent", ["user_id"])


# Whose firm it is


def _create_claims():
    op.create_table(
        "claim",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column(
            "kind",
            sa.String(10),
            nullable=False,
            comment="first: the first person; dispute: against the owner; change: of name, address or code",
        ),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who says so"),
        sa.Column("licence_id", BIG_ID, nullable=False, comment="营业执照"),
        sa.Column("licence_name", sa.String(150), nullable=False, comment="The name it came with, made safe"),
        sa.Column("letter_id", BIG_ID, comment="授权书 with the firm's seal; a change needs none"),
        sa.Column("letter_name", sa.String(150), nullable=False, comment="The name it came with, made safe"),
        sa.Column("statement", sa.Text(), nullable=False, comment="What the person adds"),
        sa.Column("proposed", JSON_DOCUMENT, comment="A change: the new facts by field"),
        sa.Column("effective_on", sa.Date(), comment="A change: the day on the new licence"),
        sa.Column("status", sa.String(10), nullable=False, comment="open, approved, refused or withdrawn"),
        sa.Column("made_at", MOMENT, nullable=False, comment="When"),
        sa.Column("decided_at", MOMENT, comment="When it was decided or withdrawn"),
        sa.Column("decided_by_id", BIG_ID, comment="Who decided"),
        sa.Column("bureau_id", BIG_ID, comment="For which office"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it was refused, told to the person"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Counts changes; a stale page is told"),
        sa.CheckConstraint("kind IN ('first', 'dispute', 'change')", name=op.f("ck_claim_kind")),
        sa.CheckConstraint("status IN ('open', 'approved', 'refused', 'withdrawn')", name=op.f("ck_claim_status")),
        sa.CheckConstraint(
            "(kind = 'change') = (proposed IS NOT NULL AND effective_on IS NOT NULL)", name=op.f("ck_claim_proposed")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_claim_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_claim_user_id_user")),
        sa.ForeignKeyConstraint(["licence_id"], ["stored_file.id"], name=op.f("fk_claim_licence_id_stored_file")),
        sa.ForeignKeyConstraint(["letter_id"], ["stored_file.id"], name=op.f("fk_claim_letter_id_stored_file")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_claim_decided_by_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_claim_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_enterprise_id"), "claim", ["enterprise_id"])
    op.create_index(op.f("ix_claim_user_id"), "claim", ["user_id"])
    _partly_unique(
        "uq_claim_enterprise_id_user_id_kind",
        ["enterprise_id", "user_id", "kind"],
        "status = 'open'",
        table="claim",
    )
    op.create_table(
        "enterprise_version",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="The first day; the next version's ends it"),
        sa.Column("uscc", sa.String(18), nullable=False, comment="统一社会信用代码"),
        sa.Column("name", sa.String(200), nullable=False, comment="Name"),
        sa.Column("name_en", sa.String(200), nullable=False, comment="English name"),
        sa.Column("area_code", sa.String(12), nullable=False, comment="Place of business, to county"),
        sa.Column("address", sa.String(300), nullable=False, comment="Address below the county"),
        sa.Column("claim_id", BIG_ID, comment="The checked change it comes from; empty: entered at registration"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="When the registry learnt it"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_version_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_enterprise_version_area_code_area")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_enterprise_version_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_version")),
    )
    op.create_index(op.f("ix_enterprise_version_enterprise_id"), "enterprise_version", ["enterprise_id"])
    op.create_index(op.f("ix_enterprise_version_uscc"), "enterprise_version", ["uscc"])
    # What is known of firms that are there already holds from the day they were registered.
    op.execute(
        "INSERT INTO enterprise_version"
        " (enterprise_id, valid_from, uscc, name, name_en, area_code, address, recorded_at)"
        " SELECT id, DATE(created_at), uscc, name, name_en, area_code, address, created_at FROM enterprise ORDER BY id"
    )
    op.create_table(
        "join_request",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("user_id", BIG_ID, nullable=False, comment="Who asks"),
        sa.Column("message", sa.Text(), nullable=False, comment="What the person tells the owner"),
        sa.Column("asked_at", MOMENT, nullable=False, comment="When"),
        sa.Column("answered_at", MOMENT, comment="When the owner answered"),
        sa.Column("answered_by_id", BIG_ID, comment="Which owner"),
        sa.Column("granted", sa.Boolean(), comment="Whether the person was let in"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_join_request_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_join_request_user_id_user")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_join_request_answered_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    op.create_index(op.f("ix_join_request_enterprise_id"), "join_request", ["enterprise_id"])
    op.create_index(op.f("ix_join_request_user_id"), "join_request", ["user_id"])
    _partly_unique(
        "uq_join_request_enterprise_id_user_id",
        ["enterprise_id", "user_id"],
        "answered_at IS NULL",
        table="join_request",
    )
    op.create_table(
        "invitation",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("token_sha256", sa.String(64), nullable=False, comment="SHA-256 of the link's secret"),
        sa.Column("enterprise_id", BIG_ID, nullable=False, comment="The firm"),
        sa.Column("email", sa.String(255), nullable=False, comment="Where the letter went, in lower case"),
        sa.Column("role", sa.String(10), nullable=False, comment="owner, filer or viewer"),
        sa.Column("invited_by_id", BIG_ID, nullable=False, comment="By which owner"),
        sa.Column("invited_at", MOMENT, nullable=False, comment="When"),
        sa.Column("expires_at", MOMENT, nullable=False, comment="The link works until then"),
        sa.Column("accepted_at", MOMENT, comment="When it was accepted"),
        sa.Column("accepted_by_id", BIG_ID, comment="By which account"),
        sa.Column("revoked_at", MOMENT, comment="When an owner took it back"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_invitation_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name=op.f("fk_invitation_invited_by_id_user")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["user.id"], name=op.f("fk_invitation_accepted_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_invitation_enterprise_id"), "invitation", ["enterprise_id"])


# The trail


def _rebuild_trail():
    """Chain what was recorded so far, and number it without gaps."""
    rows = _taken_out("audit_event", "id, at, tag, success, actor_id, object_id, request_id, payload")
    op.create_table(
        "audit_event",
        sa.Column(
            "id", BIG_ID, autoincrement=False, nullable=False, comment="Place in the chain: 1, 2, 3 … without a gap"
        ),
        sa.Column("at", MOMENT, nullable=False, comment="When"),
        sa.Column("tag", sa.String(60), nullable=False, comment="source:subject:action, see domain/audit.py"),
        sa.Column("success", sa.Boolean(), nullable=False, comment="False: it was tried and refused"),
        sa.Column("actor_id", BIG_ID, comment="Account; empty: nobody was signed in"),
        sa.Column("person_id", BIG_ID, comment="The account it was done to, or whose data was read"),
        sa.Column("object_id", BIG_ID, comment="Row number of the tag's subject"),
        sa.Column("origin", sa.String(45), nullable=False, comment="Network address; empty: from the machine itself"),
        sa.Column("request_id", sa.String(36), nullable=False, comment="Ties the row to the log's lines"),
        sa.Column(
            "payload", JSON_DOCUMENT, nullable=False, comment="Details; names and types are checked against the tag"
        ),
        sa.Column("previous", sa.String(64), nullable=False, comment="Hash of the row before; zeros for the first"),
        sa.Column(
            "hash",
            sa.String(64),
            nullable=False,
            comment="SHA-256 of this row's canonical JSON, with the hash before in it",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
    )
    op.create_index("ix_audit_event_tag_object_id", "audit_event", ["tag", "object_id"])
    for column in ("at", "actor_id", "person_id"):
        op.create_index(op.f(f"ix_audit_event_{column}"), "audit_event", [column])
    previous = FIRST_PREVIOUS
    for number, row in enumerate(rows, start=1):
        row |= {"id": number, "person_id": None, "origin": "", "previous": previous}
        row["hash"] = previous = _chain_hash(row)
    _put_back("audit_event", rows, numbered=False)


def _restore_trail():
    rows = _taken_out("audit_event", "id, at, tag, success, actor_id, object_id, request_id, payload")
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, nullable=False, comment="Row number"),
        sa.Column("at", MOMENT, nullable=False, comment="When"),
        sa.Column("tag", sa.String(60), nullable=False, comment="source:subject:action"),
        sa.Column("success", sa.Boolean(), nullable=False, comment="False: it was tried and refused"),
        sa.Column("actor_id", BIG_ID, comment="Account; empty: nobody was signed in"),
        sa.Column("object_id", BIG_ID, comment="Row number of the tag's subject"),
        sa.Column("request_id", sa.String(36), nullable=False, comment="Ties the row to the log's lines"),
        sa.Column("payload", JSON_DOCUMENT, nullable=False, comment="Details; keys are checked against the tag"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    for column in ("actor_id", "at", "tag"):
        op.create_index(op.f(f"ix_audit_event_{column}"), "audit_event", [column])
    _put_back("audit_event", rows)


def _chain_hash(row):
    """As `registry.domain.audit.chain_hash` was when this revision was made."""
    moment = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
    hashed = {name: value for name, value in row.items() if name != "hash"}
    hashed["at"] = moment.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_changes(table):
    message = f"Rows of {table} are never changed or deleted."
    if not _is_postgresql():
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        same = " OR ".join(f"({condition})" for condition in ("id = NEW.id", APPEND_ONLY[table]) if condition)
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608  # Names of this file.
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _allow_changes(table):
    if _is_postgresql():
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    else:
        for what in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{what}")


# Tools


def _is_postgresql():
    return op.get_bind().dialect.name == "postgresql"


def _taken_out(table, columns, condition="1 = 1"):
    """The rows of a small table that is made anew; the table is gone then. Nothing may refer to it."""
    names = [name.strip() for name in columns.split(",")]
    types = {"at": MOMENT, "since": MOMENT, "until": MOMENT, "payload": JSON_DOCUMENT, "success": sa.Boolean()}
    found = sa.table(table, *(sa.column(name, types.get(name)) for name in names))
    statement = sa.select(found).where(sa.text(condition)).order_by(found.c.id)
    rows = [dict(row) for row in op.get_bind().execute(statement).mappings()]
    op.drop_table(table)
    return rows


def _put_back(table, rows, *, numbered=True):
    """Store the rows again with their numbers, and go on counting after them."""
    if not rows:
        return
    types = {"at": MOMENT, "since": MOMENT, "until": MOMENT, "payload": JSON_DOCUMENT, "success": sa.Boolean()}
    op.bulk_insert(sa.table(table, *(sa.column(name, types.get(name)) for name in rows[0])), rows)
    if numbered and _is_postgresql():
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {max(row['id'] for row in rows)})")


def _partly_unique(name, columns, condition, *, table="post"):
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _comment(table, column, kind, comment, *, nullable):
    """SQLite keeps no comments."""
    if _is_postgresql():
        op.alter_column(table, column, existing_type=kind, existing_nullable=nullable, comment=comment)
