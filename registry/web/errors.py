"""Every failure has its page: what happened, in a sentence, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from flask import Flask, g, make_response, render_template, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from registry.domain.errors import (
    AlreadyClosed,
    InvalidFields,
    InvalidValue,
    NotAllowed,
    NotFound,
    RegistryError,
    StaleRevision,
)
from registry.domain.messages import N_, Message
from registry.infrastructure.database import READ, db
from registry.infrastructure.inspection import InspectionUnavailable
from registry.infrastructure.storage import BlobCorrupted, BlobNotFound, StorageFull
from registry.web import acting, kept, navigation, trail
from registry.web.access import is_public
from registry.web.messages import translated
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

log = structlog.get_logger()

FORBIDDEN: Final = 403
NOT_FOUND: Final = 404

# Title, sentence, next steps.
PAGES: Final[dict[int, tuple[str, str, tuple[str, ...]]]] = {
    400: (
        N_("请求无法处理"),
        N_("这次提交的内容不完整，或页面停留时间过长。"),
        (N_("返回上一页，刷新后再提交。"),),
    ),
    403: (
        N_("没有权限"),
        N_("您登录的账号不能查看或办理这项内容。"),
        (N_("确认登录的是正确的账号。"), N_("需要权限时，请联系本单位的账号管理人员。")),
    ),
    404: (
        N_("没有找到页面"),
        N_("这个地址没有内容，或者您不能查看。"),
        (N_("检查地址是否完整。"), N_("从首页重新进入。")),
    ),
    405: (N_("不能这样打开"), N_("这个地址只接受页面上的按钮提交。"), (N_("返回上一页，从页面上操作。"),)),
    409: (
        N_("已有人处理"),
        N_("在您打开页面之后，这件事有了新的进展，您的操作没有执行。"),
        (N_("返回上一页并刷新，查看最新情况后再办理。"),),
    ),
    410: (
        N_("该事项已办结"),
        N_("这件事已经有了最终结果，不能再办理。"),
        (N_("返回上一页并刷新，查看办理结果。"),),
    ),
    413: (
        N_("内容太大"),
        N_("一次提交的文件总量超过了限制，没有保存。"),
        (N_("返回上一页，压缩文件或分几次上传。"),),
    ),
    429: (N_("操作太频繁"), N_("短时间内的请求过多。"), (N_("请稍等一分钟再试。"),)),
    500: (
        N_("系统出错"),
        N_("系统没能完成这次操作，数据没有改变。问题已记录。"),
        (N_("稍后再试；仍不成功时，请把下面的编号告诉我们。"),),
    ),
    503: (N_("系统繁忙"), N_("系统暂时忙不过来，数据没有改变。"), (N_("请稍等片刻再试。"),)),
}

_DAMAGED: Final = N_("这个文件在存储中已损坏或丢失。为避免给出错误的内容，没有显示；问题已记录。")

_STATUS: Final[dict[type[RegistryError], int]] = {
    NotFound: 404,
    NotAllowed: 403,
    StaleRevision: 409,
    AlreadyClosed: 410,
    InvalidFields: 400,
    InvalidValue: 400,
}


def error_page(status: int, message: Message | None = None) -> ResponseReturnValue:
    """The page for a status; a message from the domain takes the place of the general sentence."""
    title, sentence, steps = PAGES.get(status) or PAGES[500 if status >= 500 else 400]  # noqa: PLR2004
    return (
        render_template(
            "errors/error.html",
            code=status,
            title=translated(title),
            sentence=translated(message or sentence),
            next_steps=[*(translated(step) for step in steps), *_hints(status)],
            reference=g.get("request_id", ""),
        ),
        status,
    )


def _hints(status: int) -> list[dict[str, str]]:
    """Where else what was not found may be, for somebody who serves several firms."""
    if status != NOT_FOUND or is_public(request.endpoint) or not current_user.is_authenticated:
        return []
    return acting.hints(current_work().actor)


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """A status that Flask or a view asked for; redirects and finished answers never come here."""
    assert error.code is not None
    if error.code == FORBIDDEN:
        db.session.rollback()
        trail.record_refusal("role")
    answer = make_response(error_page(error.code))
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())  # A 405 must say what is allowed: RFC 9110 clause 15.5.6.
    return answer


def on_registry_error(error: RegistryError) -> ResponseReturnValue:
    """A refusal in the registry's own terms."""
    db.session.rollback()
    trail.record_refusal(trail.reason_of(error))
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    return error_page(status, error.message if str(error) != type(error).default else None)


def on_stale_data(_error: StaleDataError) -> ResponseReturnValue:
    """Two people changed one row at the same moment; the second is told."""
    db.session.rollback()
    trail.record_refusal("StaleRevision")
    return error_page(409)


def on_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """The form's key is missing or too old: give the typed text back, to be sent again with a new key."""
    return kept.give_back(400) or error_page(400)


def on_busy(error: Exception) -> ResponseReturnValue:
    """The database is locked or away, or the disk is full: nothing was changed, nothing typed is lost."""
    db.session.rollback()
    db.session.bind = db.get_engine(READ)  # The page asks who is signed in, which must not wait for the lock again.
    log.warning("busy", path=request.path, error=str(error).partition("\n")[0])
    try:
        return _busy_page()
    except (OperationalError, PoolTimeout):
        # Not even that can be found out now; the session stays as it is.
        navigation.forget_visitor()
        return error_page(503)


def _busy_page() -> ResponseReturnValue:
    # A visitor's page asks the database who is there; a public one must not.
    return (kept.give_back(503) if not is_public(request.endpoint) else None) or error_page(503)


def on_damaged_file(error: BlobNotFound | BlobCorrupted) -> ResponseReturnValue:
    """A stored file is not what was stored. The log has the digest it is found by, here and in the backup."""
    log.error("damaged_file", path=request.path, sha256=str(error), gone=isinstance(error, BlobNotFound))
    return error_page(500, Message(_DAMAGED))


def on_unexpected(error: InternalServerError) -> ResponseReturnValue:
    """A defect. The page says no more than the number that leads to the log."""
    db.session.rollback()
    cause = error.original_exception
    log.error("unexpected", path=request.path, exc_info=cause)
    return error_page(500)


def init_app(app: Flask) -> None:
    """Register all of them."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(RegistryError, on_registry_error)
    app.register_error_handler(StaleDataError, on_stale_data)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(OperationalError, on_busy)
    app.register_error_handler(PoolTimeout, on_busy)
    app.register_error_handler(StorageFull, on_busy)
    app.register_error_handler(BlobNotFound, on_damaged_file)
    app.register_error_handler(BlobCorrupted, on_damaged_file)
    app.register_error_handler(InspectionUnavailable, on_busy)
    app.register_error_handler(InternalServerError, on_unexpected)
