from __future__ import annotations

import pytest

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_link, same_gtins


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("https://shop.example/item?id=1", "https://shop.example/item?id=1"),
        ("  shop.example/item#top ", "https://shop.example/item#top"),
        ("HTTP://Shop.Example", "http://shop.example/"),
        ("https://shop.example.:443/a", "https://shop.example/a"),
        ("http://shop.example:80/a", "http://shop.example/a"),
        ("https://shop.example:8443/a%20b", "https://shop.example:8443/a%20b"),
        ("https://示例.example/杯 子", "https://xn--fsq092h.example/%E6%9D%AF%20%E5%AD%90"),
        ("https://shop。example/", "https://shop.example/"),
    ],
)
def test_normal_form(raw: str, normal: str) -> None:
    assert check_link(raw) == normal
    assert check_link(normal) == normal


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("javascript:alert(1)", "http"),
        ("data:text/html,x", "http"),
        ("//shop.example/", "http"),
        ("ftp://shop.example/", "http"),
        ("https://user:secret@shop.example/", "@"),
        ("https://shop.example\\@evil.example/", "@"),
        ("https:///item", "没有网站的域名"),
        ("https://127.0.0.1/", "IP"),
        ("https://[::1]/", "IP"),
        ("https://[shop.example/", "不是一个网页地址"),
        ("https://shop.example:99999/", "不是一个网页地址"),
        ("https://localhost/", "域名不正确"),
        ("https://shop..example/", "域名不正确"),
        (f"https://{'a' * 64}.example/", "域名不正确"),
        (f"https://{'a.' * 130}example/", "域名不正确"),
        ("https://shop.example/" + "杯" * 60, "最多 500 个字符"),
    ],
)
def test_what_is_refused(raw: str, says: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_link(raw)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("gtin", "printed"),
    [
        ("6901234567892", ("6901234567892", "06901234567892")),
        ("012345678905", ("012345678905", "0012345678905", "00012345678905")),
        ("96385074", ("96385074", "000096385074", "0000096385074", "00000096385074")),
        ("16901234567899", ("16901234567899",)),
    ],
)
def test_the_lengths_of_one_gtin(gtin: str, printed: tuple[str, ...]) -> None:
    assert same_gtins(gtin) == printed
