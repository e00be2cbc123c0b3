import pickle

import pytest

from registry.domain.messages import N_, Message


def test_marker_returns_the_text() -> None:
    assert N_("有效") == "有效"


def test_message_is_filled_in_only_when_shown() -> None:
    message = Message(N_("应为 %(wanted)s 位，现为 %(count)s 位。"), {"wanted": 18, "count": 17})
    assert message.text == "应为 %(wanted)s 位，现为 %(count)s 位。"
    assert str(message) == "应为 18 位，现为 17 位。"


def test_message_without_arguments_is_taken_as_it_stands() -> None:
    assert str(Message("增长 5%")) == "增长 5%"


def test_argument_may_be_a_message() -> None:
    assert str(Message("状态为“%(state)s”。", {"state": Message("过期")})) == "状态为“过期”。"


def test_message_does_not_change_with_the_mapping_it_was_made_from() -> None:
    args: dict[str, object] = {"count": 1}
    message = Message("%(count)s 项", args)
    args["count"] = 2
    assert str(message) == "1 项"
    with pytest.raises(TypeError):
        message.args["count"] = 3  # type: ignore[index]


def test_messages_compare_by_value() -> None:
    one = Message("%(names)s", {"names": ["甲", "乙"]})
    assert one == Message("%(names)s", {"names": ["甲", "乙"]})
    assert hash(one) == hash(Message("%(names)s", {"names": ["甲", "乙"]}))
    assert one != Message("%(names)s", {"names": ["甲"]})
    assert one != Message("%(name)s", {"names": ["甲", "乙"]})
    assert one != "['甲', '乙']"


def test_message_survives_pickling() -> None:
    message = Message("现为 %(count)s 位。", {"count": 17})
    assert pickle.loads(pickle.dumps(message)) == message
