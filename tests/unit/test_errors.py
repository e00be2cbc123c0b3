import pickle

import pytest

from registry.domain import errors
from registry.domain.messages import Message


@pytest.mark.parametrize(
    "kind",
    [
        errors.RegistryError,
        errors.InvalidValue,
        errors.NotAllowed,
        errors.NotFound,
        errors.StaleRevision,
        errors.AlreadyClosed,
    ],
)
def test_every_error_has_words_of_its_own(kind: type[errors.RegistryError]) -> None:
    error = kind()
    assert str(error) == kind.default
    assert error.message == Message(kind.default)
    assert str(pickle.loads(pickle.dumps(kind("另有原因")))) == "另有原因"


def test_error_takes_a_message_or_a_message_id() -> None:
    message = Message("现为 %(count)s 位。", {"count": 17})
    assert errors.InvalidValue(message).message is message
    assert errors.InvalidValue("格式不符。").message == Message("格式不符。")


def test_invalid_fields_keeps_a_message_for_each_field() -> None:
    error = errors.InvalidFields({"name": Message("请填写名称。")})
    assert error.fields == {"name": Message("请填写名称。")}
    assert str(error) == errors.InvalidFields.default
    assert pickle.loads(pickle.dumps(error)).fields == error.fields


def test_duplicate_names_the_field() -> None:
    error = errors.Duplicate("uscc", "该企业已注册。")
    assert (error.field, str(error)) == ("uscc", "该企业已注册。")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.field, copy.message) == ("uscc", error.message)
    assert str(errors.Duplicate("uscc")) == errors.Duplicate.default
