"""One dossier for all filings, third-party certifications, corrections with a deadline, spreadsheets.

Revision ID: 0003
Revises: 0002
"""

import re
import unicodedata
from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The types as they were when this revision was made: a revision imports nothing of the application.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)

REVISION = "Counts changes; a stale page is told"
RETIRED = "From when on it is not offered any more"
LINE_FIELDS = {"manufacturer": 200, "factory_address": 300, "production_line": 200}
WIDENED = ("evidence", "stored_file", "standard", "filing", "certificate")
REPORT_DETAILS = ("cma", "cnas", "conclusion")


def upgrade():
    """Add the dossier's tables, and move what filings held themselves into it."""
    _create_dossier()
    _create_certification_bodies()
    _widen_standards()
    _widen_dossier()
    _widen_cases()
    _create_certifications()
    _create_case_tables()
    _move_declarations()
    _widen_certificates()
    for table in WIDENED:
        _drop_defaults(table)


def downgrade():
    """Back to filings that hold everything themselves. Only where no row needs what is new."""
    _narrow_certificates()
    _restore_declarations()
    for table in ("external_check", "signed_paper", "declaration_paper", "case_message"):
        _drop(table)
    for table in ("certification", "third_party_certificate"):
        _drop(table)
    _narrow_cases()
    _narrow_dossier()
    for table in ("bulk_row", "bulk_import", "trade_figures", "product_link", "product_variant"):
        _drop(table)
    for table in ("production_line", "factory"):
        _drop(table)
    _narrow_standards()
    _drop_certification_bodies()


# The dossier


def _create_dossier():
    _create(
        "factory",
        _id(),
        _refers("enterprise_id", "enterprise", "Whose dossier it stands in"),
        _text("manufacturer", 200, "生产企业: who makes the goods here"),
        _text("manufacturer_uscc", 18, "Its 统一社会信用代码, where known"),
        _text("address", 300, "工厂地址, whole"),
        _revision(),
        sa.Column("created_at", MOMENT, nullable=False, comment="When it was entered"),
        sa.Column("retired_at", MOMENT, comment=RETIRED),
        unique=[("enterprise_id", "manufacturer", "address")],
    )
    _create(
        "production_line",
        _id(),
        _refers("factory_id", "factory", "Where it stands"),
        _text("name", 200, "Name or number of workshop and line"),
        _revision(),
        sa.Column("retired_at", MOMENT, comment=RETIRED),
        unique=[("factory_id", "name")],
    )
    _create(
        "product_variant",
        _id(),
        _refers("product_id", "product", "The product"),
        _text("name", 100, "What tells it from the others: size, colour, pack"),
        _text("gtin", 14, "GTIN-8, -12, -13 or -14"),
        _text("hs_code", 13, "HS code, where it differs"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Order of showing, from 0"),
        unique=[("product_id", "name")],
        index=[("gtin",)],
    )
    _create(
        "product_link",
        _id(),
        _refers("product_id", "product", "The product"),
        _text("shop", 60, "Name of the shop or platform"),
        _text("url", 500, "Address of the product's page, https"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Order of showing, from 0"),
        unique=[("product_id", "url")],
    )
    amount = sa.Numeric(14, 2)
    _create(
        "trade_figures",
        _id(),
        _refers("enterprise_id", "enterprise", "The firm"),
        sa.Column("year", sa.Integer(), nullable=False, comment="Calendar year"),
        sa.Column("revenue", amount, comment="营业收入, 10,000 yuan"),
        sa.Column("exports", amount, comment="出口额, 10,000 US dollars"),
        sa.Column("domestic_sales", amount, comment="内销额, 10,000 yuan"),
        sa.Column("converted_sales", amount, comment="出口转内销额: export goods sold at home, 10,000 yuan"),
        _revision(),
        sa.Column("updated_at", MOMENT, nullable=False, comment="When it was last changed"),
        unique=[("enterprise_id", "year")],
    )
    _create(
        "bulk_import",
        _id(),
        _refers("enterprise_id", "enterprise", "The firm"),
        _text("kind", 12, "What each row becomes: product or declaration"),
        _refers("file_id", "stored_file", "The spreadsheet as it was sent"),
        _text("file_name", 150, "The name it came with, made safe"),
        _text("status", 10, "How far it has come"),
        sa.Column("message", JSON_DOCUMENT, comment="Refused: why, as text and arguments"),
        sa.Column(
            "notes",
            JSON_DOCUMENT,
            comment="What else is told of it before it is taken in, as text and arguments, and what that asks for",
        ),
        sa.Column(
            "strays",
            JSON_DOCUMENT,
            comment="The first of what is wrong with rows of further sheets that belong to no row",
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="Rows found"),
        sa.Column("wrong", sa.Integer(), nullable=False, comment="Rows with mistakes"),
        sa.Column("done", sa.Integer(), nullable=False, comment="Rows seen to in the present stage"),
        _refers("remarks_id", "stored_file", "The spreadsheet with remarks, once made", nullable=True),
        _refers("created_by_id", "user", "Who sent it"),
        sa.Column("created_at", MOMENT, nullable=False, comment="When it was sent"),
        sa.Column("finished_at", MOMENT, comment="When it was taken in, refused or cancelled"),
        _revision(),
        check={
            "kind": "kind IN ('product', 'declaration')",
            "status": "status IN ('checking', 'checked', 'importing', 'imported', 'refused', 'cancelled')",
        },
        index=[("enterprise_id", "created_at")],
    )
    _create(
        "bulk_row",
        _id(),
        _refers("bulk_import_id", "bulk_import", "The spreadsheet"),
        sa.Column("number", sa.Integer(), nullable=False, comment="Row number as the spreadsheet program shows it"),
        sa.Column(
            "values", JSON_DOCUMENT, nullable=False, comment="What stands in the row, by column; of a wrong one nothing"
        ),
        sa.Column(
            "mistakes",
            JSON_DOCUMENT,
            comment="What is wrong, as text and arguments; of many rows only that there is something",
        ),
        _text("outcome", 10, "What became of it; empty: nothing yet"),
        sa.Column("object_id", sa.Integer(), comment="The product or filing it became, as a row number"),
        unique=[("bulk_import_id", "number")],
        check={"outcome": "outcome IN ('', 'added', 'changed', 'unchanged', 'failed')"},
    )


def _widen_dossier():
    # Spreadsheets have a type with a long name.
    _change_length("stored_file", "media_type", 40, 100)
    frozen = "A submission names it by its digest: it stays"
    _add("stored_file", sa.Column("frozen", sa.Boolean(), nullable=False, comment=frozen), "FALSE")
    # Pictures of products may stand in what was submitted; papers of claims are kept for a while only.
    op.execute(
        "UPDATE stored_file SET frozen = TRUE WHERE media_type = 'image/jpeg' AND NOT EXISTS "
        "(SELECT 1 FROM claim WHERE licence_id = stored_file.id OR letter_id = stored_file.id)"
    )
    _add("product", sa.Column("retired_at", MOMENT, comment=RETIRED))
    _add(
        "product_picture",
        _refers("original_id", "stored_file", "What it was cut from; empty: it is whole", nullable=True),
    )
    crop = "left, top, width and height of the cut, in thousandths of the original; empty: it is whole"
    _add("product_picture", sa.Column("crop", JSON_DOCUMENT, comment=crop))
    _add("evidence", _text("number", 80, "Its number as printed"), "''")
    _add("evidence", _text("number_key", 80, "The number, to compare"), "''")
    _add("evidence", _text("issuer", 120, "Who issued it: laboratory, body, office"), "''")
    details = "What else its kind asks for, by field, see domain/evidence.py"
    _add("evidence", sa.Column("details", JSON_DOCUMENT, comment=details))
    _add("evidence", _revision(), "1")
    _add("evidence", sa.Column("retired_at", MOMENT, comment=RETIRED))
    op.create_index(op.f("ix_evidence_number_key"), "evidence", ["number_key"])
    op.create_index(op.f("ix_evidence_expires_on"), "evidence", ["expires_on"])


def _narrow_dossier():
    op.drop_column("stored_file", "frozen")
    _change_length("stored_file", "media_type", 100, 40)
    op.drop_index(op.f("ix_evidence_expires_on"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_number_key"), table_name="evidence")
    for column in ("retired_at", "revision", "details", "issuer", "number_key", "number"):
        op.drop_column("evidence", column)
    op.drop_column("product_picture", "crop")
    _remove_reference("product_picture", "original_id", "stored_file")
    op.drop_column("product", "retired_at")


# Standards


def _widen_standards():
    status = "in_force, replaced, withdrawn or upcoming"
    _add("standard", _text("status", 10, status), "'in_force'")
    _add("standard", sa.Column("in_force_from", sa.Date(), comment="First day in force, where that is known"))
    _add("standard", _text("successor", 120, "What replaced it"), "''")


def _narrow_standards():
    for column in ("successor", "in_force_from", "status"):
        op.drop_column("standard", column)


# Certification bodies


def _create_certification_bodies():
    _create(
        "certification_body",
        _id(),
        _text("approval_number", 30, "批准号 in normal form: CNCA-R-2002-001, CNCA-RF-2003-01"),
        _text("name", 200, "Name now"),
        sa.Column("former_names", JSON_DOCUMENT, nullable=False, comment="Names it had before, the latest first"),
        _text("uscc", 18, "统一社会信用代码, where known"),
        sa.Column(
            "approved_on",
            sa.Date(),
            comment="First day of its approval; empty: only the year is known, which stands in the number",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="What else is known of it"),
        _text("source", 300, "Where the entry comes from"),
        sa.Column(
            "keys", sa.Text(), nullable=False, comment="Number and all names in the form to compare, a line each"
        ),
        _revision(),
        sa.Column("updated_at", MOMENT, nullable=False, comment="When it was last changed"),
        unique=[("approval_number",)],
    )
    _create(
        "certification_body_event",
        _id(),
        _refers("body_id", "certification_body", "The body"),
        _text("state", 12, "State from then on; expiry is computed"),
        sa.Column("effective_on", sa.Date(), comment="From this day; empty: from its approval"),
        sa.Column("expires_on", sa.Date(), comment="Last day of the approval; empty: not known"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, as published"),
        _text("document_number", 80, "文号 of the notice"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="When it was entered"),
        _refers("recorded_by_id", "user", "Who entered it; empty: from the command line", nullable=True),
        check={"state": "state IN ('valid', 'suspended', 'revoked', 'withdrawn')"},
        index=[("body_id",)],
    )
    _refuse_changes("certification_body_event")
    _create(
        "certification_body_scope",
        _id(),
        _refers("body_id", "certification_body", "The body"),
        _text("code", 20, "Code of the field: A01, PV02; covers codes that begin so"),
        _text("name", 120, "Name of the field, as it was approved"),
        sa.Column("valid_from", sa.Date(), comment="First day; empty: from its approval"),
        sa.Column("valid_until", sa.Date(), comment="Last day; empty: as long as it is approved"),
        index=[("body_id",)],
    )
    _create(
        "certification_field",
        _text("code", 20, "Code; codes below it begin with it"),
        _text("name", 120, "Name in Chinese"),
        _text("name_en", 160, "Name in English"),
        _text("kind", 10, "system, product or service"),
        key=("code",),
    )
    _create(
        "ccc_class",
        _text("code", 4, "Four digits, as in a certificate's number"),
        _text("name", 120, "Name in Chinese"),
        _text("name_en", 160, "Name in English"),
        _text("category", 60, "产品大类: the group it stands in"),
        _text("hs_headings", 100, "HS headings that such goods come under, with blanks between; a hint only"),
        key=("code",),
    )


def _drop_certification_bodies():
    for table in ("ccc_class", "certification_field", "certification_body_scope", "certification_body_event"):
        _drop(table)
    _drop("certification_body")


# Cases


def _widen_cases():
    purpose = _text("purpose", 10, "first; change or renewal of certificates that the holder has")
    _add("filing", purpose, "'first'", check=("purpose", "purpose IN ('first', 'change', 'renewal')"))
    _comment("filing", "kind", sa.String(20), "declaration or certification (later title)")
    due = "While returned: the last day for the correction; afterwards it has lapsed"
    _add("filing", sa.Column("correct_by", sa.Date(), comment=due))
    op.create_index(op.f("ix_filing_correct_by"), "filing", ["correct_by"])
    content = "Fields as typed, see domain/requirements.py"
    _add("filing", sa.Column("content", JSON_DOCUMENT, nullable=False, comment=content), "'{}'")
    _add("decision", sa.Column("correct_by", sa.Date(), comment="Returned: the last day for the correction"))
    _create(
        "filing_product",
        _refers("filing_id", "filing", "The filing"),
        _refers("product_id", "product", "The product"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Order of showing, from 0"),
        _refers("replaces_id", "certificate", "The certificate that this one is to supersede", nullable=True),
        key=("filing_id", "product_id"),
        index=[("product_id",), ("replaces_id",)],
    )


def _narrow_cases():
    _drop("filing_product")
    op.drop_column("decision", "correct_by")
    op.drop_column("filing", "content")
    op.drop_index(op.f("ix_filing_correct_by"), table_name="filing")
    op.drop_column("filing", "correct_by")
    _comment("filing", "kind", sa.String(20), "declaration (later certification, title)")
    op.drop_column("filing", "purpose")


def _create_certifications():
    _create(
        "certification",
        _refers("id", "filing", "The filing"),
        _refers("body_id", "certification_body", "The certification body", nullable=True),
        _text("number_key", 80, "The certificate's number in the form to compare"),
        key=("id",),
        index=[("body_id",), ("number_key",)],
    )
    _create(
        "third_party_certificate",
        _id(),
        _refers("body_id", "certification_body", "Who issued it"),
        _text("number_key", 80, "Its number in the form to compare"),
        _text("number", 80, "Its number as printed"),
        _refers("enterprise_id", "enterprise", "Whose it is"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="When it was first put on record"),
        unique=[("body_id", "number_key")],
        index=[("enterprise_id",)],
    )


def _create_case_tables():
    _create(
        "case_message",
        _id(),
        _refers("filing_id", "filing", "The case"),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="1, 2, 3 … within the filing"),
        _text("side", 6, "firm or office: who writes"),
        _refers("author_id", "user", "Who wrote it"),
        _text("author_name", 60, "The name the author had then; not told to the firm"),
        _refers("bureau_id", "bureau", "For which office; empty: the firm", nullable=True),
        _text("field", 60, "What it is about, by field; empty: the case"),
        sa.Column("text", sa.Text(), nullable=False, comment="As written"),
        sa.Column("written_at", MOMENT, nullable=False, comment="When"),
        unique=[("filing_id", "sequence")],
        check={
            "side": "side IN ('firm', 'office')",
            "bureau": "(side = 'office') = (bureau_id IS NOT NULL)",
        },
    )
    _create(
        "declaration_paper",
        _id(),
        _refers("filing_id", "filing", "The declaration"),
        _text("digest", 64, "SHA-256 of the canonical JSON of what is printed"),
        _text("rules_version", 20, "The rules whose sentence is printed"),
        _refers("document_id", "stored_file", "The PDF to be signed"),
        sa.Column("made_at", MOMENT, nullable=False, comment="When it was rendered"),
        unique=[("filing_id", "digest")],
    )
    _create(
        "signed_paper",
        _id(),
        _refers("paper_id", "declaration_paper", "What was signed"),
        _text("means", 10, "scan or digital"),
        _refers("file_id", "stored_file", "What came back"),
        _text("name", 150, "The name it came with, made safe"),
        sa.Column("report", JSON_DOCUMENT, nullable=False, comment="What was checked, and what was found"),
        sa.Column("signed_at", MOMENT, nullable=False, comment="When it came back"),
        _refers("signed_by_id", "user", "Who sent it"),
        check={"means": "means IN ('scan', 'digital')"},
        index=[("paper_id",)],
    )
    _create(
        "external_check",
        _id(),
        _refers("filing_id", "filing", "The case"),
        sa.Column("checked_on", sa.Date(), nullable=False, comment="The day of the look-up"),
        _text("result", 12, "matches, differs, not_found or unavailable"),
        sa.Column("note", sa.Text(), nullable=False, comment="What was found"),
        _refers("screenshot_id", "stored_file", "What the site showed", nullable=True),
        _refers("checked_by_id", "user", "Who looked"),
        _text("checked_by_name", 60, "The name that person had then"),
        _refers("bureau_id", "bureau", "For which office"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="When it was entered"),
        check={"result": "result IN ('matches', 'differs', 'not_found', 'unavailable')"},
        index=[("filing_id",)],
    )
    _refuse_changes("case_message", "filing_id = NEW.filing_id AND sequence = NEW.sequence")
    _refuse_changes("external_check")
    _refuse_changes("declaration_paper", "filing_id = NEW.filing_id AND digest = NEW.digest")
    _refuse_changes("signed_paper")


# What declarations held themselves


def _move_declarations():
    """Products, lines and reports become rows of the dossier; the content refers to them from now on."""
    # What was submitted says more of a report than what somebody began to type.
    found = op.get_bind().execute(
        sa.text(
            "SELECT declaration.id, declaration.product_id, declaration.replaces_id, declaration.content,"
            " filing.enterprise_id, filing.created_at"
            " FROM declaration JOIN filing ON filing.id = declaration.id"
            " ORDER BY filing.submitted_at IS NULL, declaration.id"
        ).columns(content=JSON_DOCUMENT, created_at=MOMENT)
    )
    lines, seen = {}, set()
    filings = sa.table("filing", sa.column("id"), sa.column("content", JSON_DOCUMENT), sa.column("purpose"))
    objects = sa.table("filing_product", *(sa.column(name) for name in _OBJECT_COLUMNS))
    for row in found.all():
        content = dict(row.content)
        names = [_one_line(content.pop(name, ""), length) for name, length in LINE_FIELDS.items()]
        line = _line(lines, row.enterprise_id, names, row.created_at)
        content["line"] = str(line) if line else ""
        reports = [report for report in content.get("reports") or [] if _is_number(report.get("evidence"))]
        for report in reports:
            _fill_evidence(seen, row.enterprise_id, report)
        content["reports"] = list(dict.fromkeys(report["evidence"] for report in reports))
        content.pop("product", None)
        content["products"] = [str(row.product_id)] if row.product_id else []
        purpose = "change" if row.replaces_id else "first"
        op.execute(filings.update().where(filings.c.id == row.id).values(content=content, purpose=purpose))
        if row.product_id:
            values = dict(zip(_OBJECT_COLUMNS, (row.id, row.product_id, 0, row.replaces_id), strict=True))
            op.execute(objects.insert().values(**values))
    _rewrite("submission", drop="product_id", refers="product")
    op.drop_table("declaration")


_OBJECT_COLUMNS = ("filing_id", "product_id", "position", "replaces_id")


def _line(lines, enterprise_id, names, created_at):
    """The number of the production line with these names, entered on the first call."""
    manufacturer, address, name = names
    if not all(names):
        return None
    if (enterprise_id, *names) not in lines:
        key = (enterprise_id, manufacturer, address)
        if key not in lines:
            factory = {"enterprise_id": enterprise_id, "manufacturer": manufacturer, "address": address}
            more = {"manufacturer_uscc": "", "revision": 1, "created_at": created_at}
            lines[key] = _insert("factory", factory | more)
        lines[(enterprise_id, *names)] = _insert(
            "production_line", {"factory_id": lines[key], "name": name, "revision": 1}
        )
    return lines[(enterprise_id, *names)]


def _fill_evidence(seen, enterprise_id, report):
    """Write what a declaration said of a report to the firm's piece of evidence, where nothing stands there yet."""
    number = int(report["evidence"])
    if (enterprise_id, number) in seen:
        return
    seen.add((enterprise_id, number))
    printed = _one_line(report.get("number"), 80)
    columns = [sa.column(name) for name in ("id", "enterprise_id", "number", "number_key", "issuer")]
    table = sa.table("evidence", *columns, sa.column("issued_on", sa.Date()), sa.column("details", JSON_DOCUMENT))
    op.execute(
        table.update()
        # A draft may say the number of another firm's row; it was never submitted so.
        .where(table.c.id == number, table.c.enterprise_id == enterprise_id)
        .values(
            number=printed,
            number_key=_key(printed),
            issuer=_one_line(report.get("laboratory"), 120),
            issued_on=_day(report.get("issued_on")),
            details={name: _one_line(report.get(name), 200) for name in REPORT_DETAILS},
        )
    )


def _one_line(typed, length):
    """What was typed, without blanks and line ends that nobody sees."""
    return " ".join((typed or "").split())[:length]


def _key(number):
    """A number in the form to compare: width, case, blanks and the kind of dash have no meaning."""
    return re.sub(r"[-\u2010-\u2015\u2212]+", "-", unicodedata.normalize("NFKC", number).replace(" ", "").upper())[:80]


def _is_number(typed):
    """Whether it can be the number of a row at all: drafts hold what was typed, right or wrong."""
    return isinstance(typed, str) and re.fullmatch(r"[0-9]{1,18}", typed) is not None


def _day(typed):
    try:
        return date.fromisoformat((typed or "").strip())
    except ValueError:
        return None


def _restore_declarations():
    message = "A declaration's line and reports stand in the dossier now; make the database anew instead."
    if op.get_bind().execute(sa.text("SELECT count(*) FROM filing")).scalar():
        raise RuntimeError(message)
    _create(
        "declaration",
        _refers("id", "filing", "The filing"),
        _refers("product_id", "product", "The object declared", nullable=True),
        sa.Column("content", JSON_DOCUMENT, nullable=False, comment="Fields as typed, see domain/requirements.py"),
        _refers("replaces_id", "certificate", "The certificate that this one is to supersede", nullable=True),
        key=("id",),
        index=[("product_id",)],
    )
    _add("submission", _refers("product_id", "product", "The object, as a row number", nullable=True))


# Certificates


def _widen_certificates():
    comment = "The product it speaks of; empty: of none"
    _add("certificate", _refers("product_id", "product", comment, nullable=True))
    _add(
        "certificate",
        _text("succession", 10, "Why there is a newer one; after an editorial change, labels stay good"),
        "''",
        check=("succession", "succession IN ('', 'change', 'renewal', 'editorial')"),
    )
    op.execute(
        "UPDATE certificate SET product_id ="
        " (SELECT product_id FROM filing_product WHERE filing_product.filing_id = certificate.filing_id)"
    )
    # Whether it was for a change or for another term, nobody wrote down.
    op.execute("UPDATE certificate SET succession = 'change' WHERE superseded_by_id IS NOT NULL")
    _rewrite("certificate", unique=(("filing_id",), ("filing_id", "product_id")))
    op.create_index(op.f("ix_certificate_product_id"), "certificate", ["product_id"])
    _comment("certificate", "kind", sa.String(20), "declaration or certification (later title)")
    _comment(
        "certificate_event",
        "action",
        sa.String(12),
        "issue, suspend, reinstate, revoke, withdraw, supersede, renew, end_renewal",
    )


def _narrow_certificates():
    _comment("certificate", "kind", sa.String(20), "declaration (later certification, title)")
    _comment("certificate_event", "action", sa.String(12), "issue, suspend, reinstate, revoke, withdraw, supersede")
    op.drop_index(op.f("ix_certificate_product_id"), table_name="certificate")
    _rewrite("certificate", unique=(("filing_id", "product_id"), ("filing_id",)))
    op.drop_column("certificate", "succession")
    _remove_reference("certificate", "product_id", "product")


# Tools


def _is_postgresql():
    return op.get_bind().dialect.name == "postgresql"


def _id():
    return sa.Column("id", BIG_ID, nullable=False, comment="Row number")


def _revision():
    return sa.Column("revision", sa.Integer(), nullable=False, comment=REVISION)


def _text(name, length, comment):
    return sa.Column(name, sa.String(length), nullable=False, comment=comment)


def _refers(name, table, comment, *, nullable=False):
    return sa.Column(name, BIG_ID, nullable=nullable, comment=comment, info={"refers": table})


def _create(name, *columns, key=("id",), unique=(), index=(), check=None):
    """A table with its constraints named after the convention."""
    constraints = [sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))]
    for column in columns:
        if "refers" in column.info:
            table = column.info["refers"]
            constraint = op.f(f"fk_{name}_{column.name}_{table}")
            constraints.append(sa.ForeignKeyConstraint([column.name], [f"{table}.id"], name=constraint))
    constraints += [sa.UniqueConstraint(*names, name=op.f(f"uq_{name}_{'_'.join(names)}")) for names in unique]
    rules = (check or {}).items()
    constraints += [sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{rule}")) for rule, condition in rules]
    op.create_table(name, *columns, *constraints)
    for names in index:
        op.create_index(op.f(f"ix_{name}_{'_'.join(names)}"), name, list(names))


def _drop(name):
    """Drop a table, on PostgreSQL with its triggers."""
    op.drop_table(name)


def _add(table, column, default="", *, check=None):
    """Add a column, in words that both databases know; a default fills the rows that are there."""
    dialect = op.get_bind().dialect
    words = [f"ALTER TABLE {table} ADD COLUMN {column.name} {column.type.compile(dialect)}"]
    if default:
        words.append(f"DEFAULT {default}")
    if not column.nullable:
        words.append("NOT NULL")
    if "refers" in column.info:
        other = column.info["refers"]
        words.append(f'CONSTRAINT fk_{table}_{column.name}_{other} REFERENCES "{other}" (id)')
    if check:
        words.append(f"CONSTRAINT ck_{table}_{check[0]} CHECK ({check[1]})")
    op.execute(sa.text(" ".join(words).replace(":", r"\:")))
    if _is_postgresql():
        if default:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column.name} DROP DEFAULT")
        _comment(table, column.name, column.type, column.comment, nullable=column.nullable)


def _remove_reference(table, column, other):
    """Drop a column that refers elsewhere."""
    if _is_postgresql():
        op.drop_column(table, column)
    else:
        _rewrite(table, drop=column, refers=other)


def _rewrite(table, *, unique=None, drop=None, refers=None):
    """Change a table's unique constraint, or drop a column with its reference."""
    if _is_postgresql():
        if unique:
            old, new = ("_".join(names) for names in unique)
            op.drop_constraint(f"uq_{table}_{old}", table, type_="unique")
            op.create_unique_constraint(op.f(f"uq_{table}_{new}"), table, list(unique[1]))
        else:
            op.drop_column(table, drop)
    elif unique:
        old, new = (f"CONSTRAINT uq_{table}_{'_'.join(names)} UNIQUE ({', '.join(names)})" for names in unique)
        _make_anew(table, re.escape(old), new)
    else:
        outside = rf",\s*CONSTRAINT fk_{table}_{drop}_{refers} FOREIGN KEY\({drop}\) REFERENCES {refers} \(id\)"
        inside = rf' CONSTRAINT fk_{table}_{drop}_{refers} REFERENCES "{refers}" \(id\)'
        _make_anew(table, f"{outside}|{inside}", "")
        op.execute(f"ALTER TABLE {table} DROP COLUMN {drop}")


def _change_length(table, column, old, new):
    if _is_postgresql():
        op.alter_column(table, column, existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False)
    else:
        _make_anew(table, rf"{column} VARCHAR\({old}\)", f"{column} VARCHAR({new})")


def _drop_defaults(table):
    """They were for the rows that were there; from now on the application says every value."""
    if not _is_postgresql():
        _make_anew(table, r" DEFAULT (?:'[^']*'|[0-9]+|FALSE)", "")


def _make_anew(table, pattern, replacement):
    """On SQLite, which cannot alter constraints: a table from its own words, changed.

    It keeps its rows, indexes and triggers; what refers to it is looked at when the transaction commits.
    """
    connection = op.get_bind()
    parts = connection.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": table}
    ).all()
    [words] = [part.sql for part in parts if part.type == "table"]
    changed = re.sub(pattern, replacement, words)
    if changed == words:
        raise RuntimeError(f"Nothing to change was found in {words}")
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TABLE {table}_rows AS SELECT * FROM {table}")  # noqa: S608  # Names of this file.
    op.execute(f"DROP TABLE {table}")
    connection.exec_driver_sql(changed)
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_rows")  # noqa: S608  # Names of this file.
    op.execute(f"DROP TABLE {table}_rows")
    for part in parts:
        if part.type != "table":
            connection.exec_driver_sql(part.sql)


def _insert(table, values):
    """Store a row and return its number."""
    rows = sa.table(table, sa.column("id"), *(sa.column(name, _TYPES.get(name)) for name in values))
    return op.get_bind().execute(rows.insert().values(**values).returning(rows.c.id)).scalar_one()


_TYPES = {"created_at": MOMENT}


def _refuse_changes(table, same=""):
    """Rows of this table are written once, see revision 0002."""
    message = f"Rows of {table} are never changed or deleted."
    if _is_postgresql():
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    known = " OR ".join(f"({condition})" for condition in ("id = NEW.id", same) if condition)
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608  # Names of this file.
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {known})"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _comment(table, column, kind, comment, *, nullable=False):
    """SQLite keeps no comments."""
    if _is_postgresql():
        op.alter_column(table, column, existing_type=kind, existing_nullable=nullable, comment=comment)
