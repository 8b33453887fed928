"""What must never land goes out of the text; all else stays as sent."""

from __future__ import annotations

import pytest

from hub.connectors.xml_cut import cut_xml

NEVER = ["pwd", "staff.idCard", "@card", "absent"]


def test_elements_and_attributes_are_cut_where_they_stand() -> None:
    text = (
        '<?xml version="1.0" encoding="GBK"?>\n'
        '<r><c  card = "4>2" no="1"><!-- kept --><pwd>x</pwd ><n:pwd/><a>1&amp;</a>'
        '<staff><idCard x="1"/><idCard>汉<b/></idCard><name>甲</name></staff></c>'
        "<pwd>stays</pwd><c><a/></c></r>"
    )

    left, counts = cut_xml(text, records="r.c", inner=None, never=NEVER)

    assert left.decode() == (
        '<r><c no="1"><!-- kept --><a>1&amp;</a>'
        "<staff><name>甲</name></staff></c>"
        "<pwd>stays</pwd><c><a/></c></r>"
    )
    assert counts == {"pwd": 2, "staff.idCard": 2, "@card": 1, "absent": 0}


@pytest.mark.parametrize(
    "content",
    [
        "<![CDATA[<R><c card='1'><pwd>x</pwd><a>甲&amp;</a></c></R>]]>",
        "&lt;R>&lt;c>&lt;pwd/>&lt;a>甲&amp;amp;&lt;/a>&lt;/c>&lt;/R>",
    ],
)
def test_a_document_inside_a_text_is_cut_too(content: str) -> None:
    text = f"<e><return>{content}</return></e>"

    left, counts = cut_xml(text, records="e.return.R.c", inner="e.return", never=NEVER)

    inside = "<R><c><a>甲&amp;</a></c></R>"
    escaped = inside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert left.decode() == f"<e><return>{escaped}</return></e>"
    assert counts["pwd"] == 1
