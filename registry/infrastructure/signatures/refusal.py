"""Why a document was not signed."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


class Obstacle(StrEnum):
    """What is wrong with a firm's key and certificate. The values are stable: they go to logs and statistics."""

    NOT_PKCS12 = "not_pkcs12"
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - the name of a mistake
    NO_KEY = "no_key"
    NO_CERTIFICATE = "no_certificate"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SM2 = "sm2"
    KEY_TYPE = "key_type"
    KEY_USAGE = "key_usage"
    TOO_COSTLY = "too_costly"


# What is wrong, and what the person who signs can do about it.
OBSTACLES: Final[Mapping[Obstacle, str]] = MappingProxyType(
    {
        Obstacle.NOT_PKCS12: N_("这不是 PKCS#12 证书文件。请选择扩展名为 .p12 或 .pfx 的文件，其中应含证书和私钥。"),
        Obstacle.WRONG_PASSPHRASE: N_("证书文件的密码不正确，或文件已损坏。"),
        Obstacle.NO_KEY: N_("这个证书文件中没有私钥，无法签名。请导出含私钥的 .p12 或 .pfx 文件。"),
        Obstacle.NO_CERTIFICATE: N_("这个证书文件中没有与私钥相符的证书。请重新导出后再选择。"),
        Obstacle.NOT_YET_VALID: N_("这张证书尚未生效，现在不能用来签名。"),
        Obstacle.EXPIRED: N_("这张证书已经过期，请更换有效的证书。"),
        Obstacle.SM2: N_("这是国密（SM2）证书，本平台暂不支持用它签名。请改用 RSA 或 ECDSA 证书，或打印后签字、盖章。"),
        Obstacle.KEY_TYPE: N_(
            "不支持这种密钥（例如 Ed25519，多数 PDF 软件无法核对）。请使用 2048 位以上的 RSA 证书，"
            "或 P-256、P-384、P-521 的 ECDSA 证书。"
        ),
        Obstacle.KEY_USAGE: N_("这张证书的用途不包括数字签名，请更换签名证书。"),
        Obstacle.TOO_COSTLY: N_("打开这个证书文件耗时过长。请重新导出后再选择。"),
    }
)


class CannotSign(InvalidValue):
    """The document was not signed; ``obstacle`` says why. Neither key nor passphrase is ever part of it."""

    def __init__(self, obstacle: Obstacle) -> None:
        """Take the obstacle."""
        super().__init__(OBSTACLES[obstacle])
        self.obstacle = obstacle

    def __reduce__(self) -> tuple[type[CannotSign], tuple[Obstacle]]:
        return type(self), (self.obstacle,)
