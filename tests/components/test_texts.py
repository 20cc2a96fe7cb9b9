"""A message that quotes what was typed shows it, and makes nothing of it."""

import pytest

from components.texts import UNSEEN, plain


@pytest.mark.parametrize("address", ["https://a.example/x", "HTTP://a.example", "www.a.example", "someone@a.example"])
def test_an_address_in_a_message_is_no_link(address: str) -> None:
    shown = plain(f"There is no {address}").replace("\\", "")
    assert address not in shown
    assert shown.replace(UNSEEN, "") == f"There is no {address}"


def test_what_markdown_would_read_is_escaped() -> None:
    assert plain("![a](b) <i> `c` **d** $e$ :red[f]") == r"\!\[a\]\(b\) \<i\> \`c\` \*\*d\*\* \$e\$ \:red\[f\]"
