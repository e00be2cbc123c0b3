"""Differences in words: what has changed, what it was before, and what it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext

from registry.domain.differences import Part
from registry.web import language
from registry.web.messages import translated

if TYPE_CHECKING:
    from flask import Flask

    from registry.domain.differences import Difference
    from registry.domain.requirements import Field

# Of a fact of the dossier, what it is known by comes first; numbers of rows and hashes say nothing to people.
_KNOWN_BY: Final = ("production_line", "number", "name", "issuer", "manufacturer")
_NOT_SAID: Final = frozenset({"id", "sha256", "code"})


def subject(difference: Difference) -> str:
    """What has changed: the field, and of a table, a product or the firm, which."""
    parts = [translated(difference.field.label)]
    if difference.part is Part.ENTERPRISE:
        parts.insert(0, gettext("企业"))
    if difference.product:
        parts.insert(0, difference.product)
    if difference.row:
        parts.append(difference.row)
    if difference.column is not None:
        parts.append(translated(difference.column.label))
    return " · ".join(parts)


def before(difference: Difference) -> str:
    """What it was; of a list, what is gone from it."""
    text = in_words(difference.column or difference.field, difference.before)
    return gettext("去掉：%(text)s", text=text) if difference.is_list and text else text


def after(difference: Difference) -> str:
    """What it is now; of a list, what has come to it."""
    text = in_words(difference.column or difference.field, difference.after)
    return gettext("新增：%(text)s", text=text) if difference.is_list and text else text


def same(difference: Difference) -> str:
    """What it says on both sides, where nothing has changed."""
    return in_words(difference.column or difference.field, difference.after)


def mark(difference: Difference) -> str:
    """One line to stand at the field itself, which shows what it is now."""
    place = " · ".join(each for each in (difference.row, _column(difference)) if each)
    if difference.is_list:
        said = gettext("；").join(each for each in (after(difference), before(difference)) if each)
    elif difference.field.columns and difference.column is None:
        said = gettext("新增一行") if difference.after else gettext("已删除：%(text)s", text=before(difference))
    else:
        said = gettext("原为：%(text)s", text=before(difference) or gettext("未填写"))
    text = gettext("已修改，%(said)s", said=said)
    return str(gettext("%(label)s：%(text)s", label=place, text=text) if place else text)


def in_words(field: Field, value: Any) -> str:
    """A value as snapshots hold it, in words; empty where there is none."""
    if not value:
        return ""
    if isinstance(value, list):
        if field.name == "pictures":
            return str(gettext("%(count)s 张", count=len(value)))
        return str(gettext("、").join(in_words(field, each) for each in value))
    if isinstance(value, Mapping):
        return _row(field, value) if field.columns else " · ".join(_said(value))
    labels = dict(field.choices)
    return translated(labels[value]) if value in labels else str(value)


def init_app(app: Flask) -> None:
    """Let templates say what has changed."""
    app.jinja_env.filters |= {
        "change_subject": subject,
        "change_before": before,
        "change_after": after,
        "change_same": same,
        "change_mark": mark,
        "value_words": in_words,
    }


def _column(difference: Difference) -> str:
    return translated(difference.column.label) if difference.column is not None else ""


def _row(field: Field, row: Mapping[str, Any]) -> str:
    cells = ((column, in_words(column, row.get(column.name))) for column in field.columns)
    texts = [
        gettext("%(label)s：%(text)s", label=translated(column.label), text=text) for column, text in cells if text
    ]
    return str(gettext("；").join(texts))


def _said(fact: Mapping[str, Any]) -> list[str]:
    """The parts of a fact that people know it by."""
    names = {"name": fact["name_en"]} if "name_en" in fact and language.choose() == language.ENGLISH else {}
    found = []
    for name in sorted(fact.keys() - _NOT_SAID - {"name_en"}, key=_rank):
        value = names.get(name) or fact[name]
        if isinstance(value, Mapping):
            found += _said(value)
        elif value:
            found.append(str(value))
    return found


def _rank(name: str) -> tuple[int, str]:
    return (_KNOWN_BY.index(name) if name in _KNOWN_BY else len(_KNOWN_BY), name)
