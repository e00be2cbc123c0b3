"""Units as people write them in tables: compared, never converted."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# What stands in the column of an indicator that has no unit.
_NO_UNIT: Final = frozenset({"", "-", "/", "无", "无量纲", "1"})

# Capital M is mega before these and milli when small: MW is a thousand million mW. Before other letters, as in MG/L,
# it is only somebody's capital.
_MEGA: Final = re.compile(r"M(?=W|PA|Ω|V|A|HZ|N|J|S|BQ)", re.IGNORECASE)
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_PREFIX: Final = r"(?:da|mega|[pnμmcdhkg])"
_SYMBOL: Final = r"(?:g|l|m|s|a|v|w|ω|pa|n|j|hz|mol|bq|sv|gy|lx|lm|cd|k|bar|ev|wh|ah|va|cal|eq|tex|t)"
_SPECIAL: Final = (
    "%|‰|°|'|\"|°c|°f|ppm|ppb|ppt|min|h|d|a|cfu|mpn|iu|u|db|db\\(a\\)|hv|hb|hra|hrb|hrc|ntu|den|r|rpm|in|ft|lb|oz|psi"
    "|级|次|个|件|只|条|片|张|袋|瓶|包|类|倍|圈|转|层|号|年|月|周|天|日|小时|时|分钟|分|秒|度|摄氏度"
    "|克|毫克|微克|千克|公斤|吨|升|毫升|微升|米|分米|厘米|毫米|微米|平方米|立方米|伏|安|瓦|千瓦|欧|兆欧|牛|帕|千帕|兆帕|赫|兹"
)
_PART: Final = rf"(?:[0-9]{{1,4}})?(?:{_SPECIAL}|{_PREFIX}?{_SYMBOL})(?:-?[1-4])?"
_UNIT: Final = re.compile(rf"/?{_PART}(?:[/.]{_PART}){{0,3}}")


def unit_key(text: str) -> str:
    """The form in which two units are compared; empty where there is none.

    Width, blanks, the signs of multiplication and powers, ug for μg, and capitals do not count, except the M that
    tells mega from milli. Anything more is another unit: nothing is converted, not even 毫克 to mg.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
    plain = re.sub(r"[·⋅•∙*]", ".", re.sub(r"[\s^]", "", plain)).replace("\u2212", "-")
    # The sign for ohm is a Greek letter of its own, which normalising has replaced by the usual one.
    key = re.sub(r"(?<![a-z])u(?=[glm])", "μ", _mega(plain).casefold())
    return "" if key in _NO_UNIT else key


def is_unit(text: str) -> bool:
    """Whether this is a unit that the registry knows, and not some other word."""
    return _UNIT.fullmatch(unit_key(text)) is not None


def _mega(text: str) -> str:
    return _MEGA.sub(lambda match: "mega" if match[0] == "M" else match[0], text)
