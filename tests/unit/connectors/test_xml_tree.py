"""XML as objects, and what is refused before it is read."""

from __future__ import annotations

import pytest

from hub.connectors.exact import MISSING
from hub.connectors.xml_tree import DEPTH, NotXml, elements, load_xml

SOAP = """\
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
  <s:Body><q:getResponse xmlns:q="urn:x"><return xsi:type="xsd:string">%s</return>
  </q:getResponse></s:Body>
</s:Envelope>"""
RETURN = "Envelope.Body.getResponse.return"


def test_names_lose_their_prefix_and_attributes_are_fields() -> None:
    text = '<a:r xmlns:a="u" n="2"><b:c id="1"><d>x</d></b:c></a:r>'

    assert load_xml(text) == {"r": {"@n": "2", "c": {"@id": "1", "d": "x"}}}


def test_a_repeated_child_is_a_list() -> None:
    text = "<r><p>1</p><q/><p>2</p></r>"

    assert load_xml(text) == {"r": {"p": ["1", "2"], "q": ""}}


def test_an_attribute_of_a_text_stands_beside_it() -> None:
    text = '<r><s code="3">处理中</s><t code="4"/><u a="1"><v/>w</u></r>'

    assert load_xml(text) == {
        "r": {
            "s": "处理中",
            "s.@code": "3",
            "t": {"@code": "4"},
            "u": {"@a": "1", "v": "", "#text": "w"},
        }
    }


def test_a_nil_element_is_null_and_types_are_no_data() -> None:
    text = '<r xmlns:xsi="x"><a xsi:nil="true"/><b xsi:type="int">1</b></r>'

    assert load_xml(text) == {"r": {"a": None, "b": "1"}}


@pytest.mark.parametrize(
    "content",
    [
        '<![CDATA[<?xml version="1.0" encoding="GBK"?><R><c>甲&amp;乙</c></R>]]>',
        "&lt;R&gt;&lt;c&gt;甲&amp;amp;乙&lt;/c&gt;&lt;/R&gt;",
    ],
)
def test_a_document_inside_a_text_takes_its_place(content: str) -> None:
    doc = load_xml(SOAP % content, RETURN)

    assert elements(doc, f"{RETURN}.R.c") == ["甲&乙"]


def test_text_inside_that_is_no_document_is_told_by_its_place() -> None:
    with pytest.raises(NotXml, match=rf"holds at {RETURN} a text that is not XML"):
        load_xml(SOAP % "系统异常", RETURN)


def test_control_characters_are_taken_out() -> None:
    text = "<r>a\x0b&#1;&#x0B;b&#10;&#32;\x00</r>"

    assert load_xml(text) == {"r": "ab\n "}


@pytest.mark.parametrize(
    ("text", "what", "hostile", "breaks_off"),
    [
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "document type", True, False),
        (
            '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r/>',
            "document type",
            True,
            False,
        ),
        (
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
            "document type",
            True,
            False,
        ),
        ("<r>" * (DEPTH + 1), "nested deeper", True, False),
        ("<r>&a;</r>", "not XML from line 1", False, False),
        ("<r>\n</s>", "not XML from line 2", False, False),
        ("<r/><r/>", "not XML", False, False),
        ("<r><a>1</a>", "not XML", False, True),
        ("<r><a", "not XML", False, True),
        ("<r><![CDATA[x", "not XML", False, True),
        ("", "not XML", False, True),
    ],
)
def test_what_data_never_needs_is_refused(
    text: str, what: str, hostile: bool, breaks_off: bool
) -> None:
    with pytest.raises(NotXml, match=what) as refused:
        load_xml(text)

    assert (refused.value.hostile, refused.value.breaks_off) == (hostile, breaks_off)


def test_no_element_is_an_empty_list_where_the_place_is_there() -> None:
    doc = load_xml("<r><a/><b> </b><c><d/></c><e>text</e></r>")

    assert [elements(doc, f"r.{name}.x") for name in "abc"] == [[], [], []]
    assert elements(doc, "r.c.d") == [""]
    assert elements(doc, "r.e.x") is MISSING
    assert elements(doc, "r.f.x") is MISSING
    assert elements(doc, "other.x") is MISSING
