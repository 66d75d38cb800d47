"""EPCIS XML: both versions, every wrapping, exact texts, extensions, and what is refused."""

from __future__ import annotations

import gzip

import pytest

from sanpin.base import InputError
from sanpin.trace.engine.epcis import normalise, open_document, read_document, validate
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.engine.epcis.masterdata import names_in
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.model.documents import Document, RawEvent

EVENT = """<ObjectEvent>
  <eventTime>2026-03-01T08:30:00+08:00</eventTime>
  <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
  <epcList><epc>urn:epc:id:sgtin:9521234.056789.A</epc></epcList>
  <action>OBSERVE</action>{more}
</ObjectEvent>"""
PLAIN = EVENT.format(more="")


def document(*events: str, version: str = "2.0", spaces: str = "", head: str = "") -> bytes:
    """A document around events."""
    return (
        f'<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:{version[0]}" {spaces} '
        f'schemaVersion="{version}" creationDate="2026-03-01T00:00:00Z">{head}'
        f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody></epcis:EPCISDocument>"
    ).encode()


def only(data: bytes) -> RawEvent:
    """The only event of a document that is valid."""
    read = read_document(data)
    assert [str(problem) for problem in validate(read).problems] == []
    (raw,) = read.events
    return raw


def same_after_json(raw: RawEvent, data: bytes) -> bool:
    """Whether an event keeps its hash on the way through JSON and back."""
    text = b"".join(convert(open_document(data), "json"))
    back = b"".join(convert(open_document(text), "xml"))
    hashes = {event_hash(raw.body, raw.namespaces)}
    for way in (text, back):
        hashes |= {event_hash(e.body, e.namespaces) for e in read_document(way).events}
    return len(hashes) == 1


def test_an_event_keeps_its_own_bytes_and_place() -> None:
    data = document("\n\n   ", PLAIN, " <!-- between --> ", PLAIN.replace("OBSERVE", "DELETE"))
    first, second = read_document(data).events
    assert first.text == PLAIN.encode()
    assert second.text == PLAIN.replace("OBSERVE", "DELETE").encode()
    assert (first.line, first.column) == (3, 4)
    assert data.split(b"\n")[second.line - 1][second.column - 1 :].startswith(b"<ObjectEvent>")
    assert first.body["epcList"] == ["urn:epc:id:sgtin:9521234.056789.A"]


@pytest.mark.parametrize(
    ("wrap", "kind"),
    [
        ("{}", "event"),
        (
            '<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0" '
            'creationDate="2026-03-01T00:00:00Z"><EPCISBody><q:QueryResults><queryName>mine'
            "</queryName><resultsBody><EventList>{}</EventList></resultsBody></q:QueryResults>"
            "</EPCISBody></q:EPCISQueryDocument>",
            "query-document",
        ),
        (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>'
            '<q:QueryResults xmlns:q="urn:epcglobal:epcis-query:xsd:1"><queryName>mine</queryName>'
            "<resultsBody><EventList>{}</EventList></resultsBody></q:QueryResults></s:Body>"
            "</s:Envelope>",
            "query-document",
        ),
    ],
)
def test_every_wrapping_is_opened(wrap: str, kind: str) -> None:
    data = wrap.format(PLAIN).encode()
    assert read_document(data).kind == kind
    raw = only(data)
    assert raw.body["action"] == "OBSERVE"
    if kind == "query-document":
        assert read_document(data).head["queryName"] == "mine"


def test_wrappers_of_epcis_1_2_are_opened() -> None:
    inner = EVENT.format(
        more="<extension><quantityList><quantityElement>"
        "<epcClass>urn:epc:class:lgtin:9521234.056789.L1</epcClass><quantity>2.50</quantity>"
        "<uom>KGM</uom></quantityElement></quantityList><ilmd><m:lotNumber>L1</m:lotNumber></ilmd>"
        "</extension><x:note>kept</x:note>"
    )
    inner = inner.replace("OBSERVE", "ADD").replace(
        "<epcList>", "<baseExtension><eventID>urn:x:1</eventID></baseExtension><epcList>"
    )
    made = (
        "<extension><TransformationEvent><eventTime>2026-03-01T08:30:00Z</eventTime>"
        "<eventTimeZoneOffset>+00:00</eventTimeZoneOffset><inputEPCList><epc>urn:x:in</epc>"
        "</inputEPCList><outputEPCList><epc>urn:x:out</epc></outputEPCList></TransformationEvent>"
        "</extension>"
    )
    spaces = 'xmlns:m="urn:epcglobal:cbv:mda" xmlns:x="https://x.example/"'
    data = document(inner, made, version="1.2", spaces=spaces)
    read = read_document(data)
    assert read.version == "1.2"
    assert validate(read).problems == ()
    first, second = read.events
    assert first.body["eventID"] == "urn:x:1"
    assert first.body["quantityList"] == [
        {"epcClass": "urn:epc:class:lgtin:9521234.056789.L1", "quantity": 2.5, "uom": "KGM"}
    ]
    assert first.body["ilmd"] == {"cbvmda:lotNumber": "L1"}
    assert first.body["x:note"] == "kept"
    assert second.body["type"] == "TransformationEvent"
    assert normalise(first.body).time == normalise(second.body).time - 8 * 3600 * 1_000_000
    old = b"".join(convert(open_document(data), "xml-1.2"))
    assert b"<baseExtension><eventID>" in old
    assert b"<extension><TransformationEvent>" in old
    again = read_document(old)
    assert [dict(e.body) for e in again.events] == [dict(e.body) for e in read.events]


def test_a_quantity_event_of_epcis_1_observes_an_amount() -> None:
    raw = only(
        document(
            "<QuantityEvent><eventTime>2026-03-01T08:30:00Z</eventTime><eventTimeZoneOffset>+00:00"
            "</eventTimeZoneOffset><epcClass>urn:epc:idpat:sgtin:9521234.056789.*</epcClass>"
            "<quantity>200</quantity><bizStep>urn:epcglobal:cbv:bizstep:receiving</bizStep>"
            "</QuantityEvent>",
            version="1.2",
        )
    )
    assert raw.body["type"] == "ObjectEvent"
    assert raw.body["bizStep"] == "receiving"
    assert raw.body["quantityList"] == [
        {"epcClass": "urn:epc:idpat:sgtin:9521234.056789.*", "quantity": 200}
    ]


def test_header_and_master_data_are_read_and_written() -> None:
    head = """<EPCISHeader>
      <s:StandardBusinessDocumentHeader
        xmlns:s="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">
        <s:HeaderVersion>1.0</s:HeaderVersion>
        <s:Sender><s:Identifier>urn:epc:id:sgln:9521234.00001.0</s:Identifier></s:Sender>
        <s:Receiver><s:Identifier>urn:epc:id:sgln:9521234.00002.0</s:Identifier></s:Receiver>
        <s:DocumentIdentification><s:InstanceIdentifier>77</s:InstanceIdentifier>
        </s:DocumentIdentification>
      </s:StandardBusinessDocumentHeader>
      <extension><EPCISMasterData><VocabularyList>
        <Vocabulary type="urn:epcglobal:epcis:vtype:BusinessLocation"><VocabularyElementList>
          <VocabularyElement id="urn:epc:id:sgln:9521234.00001.0">
            <attribute id="urn:epcglobal:cbv:mda#name">Kiln hall</attribute>
            <attribute id="https://x.example/address"
              ><x:street>1 High &amp; Low</x:street></attribute>
            <children><id>urn:epc:id:sgln:9521234.00001.8</id></children>
          </VocabularyElement>
        </VocabularyElementList></Vocabulary>
      </VocabularyList></EPCISMasterData></extension></EPCISHeader>"""
    data = document(PLAIN, head=head, spaces='xmlns:x="https://x.example/"')

    def check(read: Document) -> None:
        """The same head in either format."""
        assert read.head["sender"] == "urn:epc:id:sgln:9521234.00001.0"
        assert read.head["receiver"] == "urn:epc:id:sgln:9521234.00002.0"
        assert read.head["instanceIdentifier"] == "77"
        assert names_in(read.head) == {"https://id.gs1.org/414/9521234000013": "Kiln hall"}
        (vocabulary,) = read.head["epcisHeader"]["epcisMasterData"]["vocabularyList"]  # type: ignore[index]
        (element,) = vocabulary["vocabularyElementList"]
        assert element["attributes"][1]["attribute"] == {"x:street": "1 High & Low"}
        assert element["children"] == ["urn:epc:id:sgln:9521234.00001.8"]

    check(read_document(data))
    text = b"".join(convert(open_document(data), "json"))
    check(read_document(text))
    check(read_document(b"".join(convert(open_document(text), "xml"))))


def test_extensions_keep_attributes_texts_types_and_depth() -> None:
    more = (
        '<x:note kind="a" x:of="b">text<x:inner>1</x:inner><x:inner>2</x:inner></x:note>'
        '<x:count xsi:type="xsd:integer">12</x:count><x:share xsi:type="xsd:double">0.5</x:share>'
        '<x:yes xsi:type="xsd:boolean">true</x:yes><x:none xsi:nil="true"/><x:empty/>'
        '<y:note xmlns:y="https://y.example/">other</y:note>'
        '<z xmlns="https://z.example/">no prefix</z>'
    )
    spaces = (
        'xmlns:x="https://x.example/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    data = document(EVENT.format(more=more), spaces=spaces)
    raw = only(data)
    assert raw.body["x:note"] == {
        "@kind": "a", "@x:of": "b", "x:inner": ["1", "2"], "#text": "text",
    }  # fmt: skip
    values = [raw.body[f"x:{name}"] for name in ("count", "share", "yes", "none", "empty")]
    assert values == [12, 0.5, True, None, ""]
    assert raw.body["y:note"] == "other"
    assert raw.body["ns1:z"] == "no prefix"
    assert raw.namespaces.prefixes["ns1"] == "https://z.example/"
    assert same_after_json(raw, data)


def test_a_prefix_with_two_meanings_becomes_two_prefixes() -> None:
    more = '<p:a xmlns:p="https://one.example/">1</p:a><p:a xmlns:p="https://two.example/">2</p:a>'
    data = document(EVENT.format(more=more))
    raw = only(data)
    full = {raw.namespaces.key(name): value for name, value in raw.body.items() if ":" in name}
    assert full == {"{https://one.example/}a": "1", "{https://two.example/}a": "2"}
    assert same_after_json(raw, data)


def test_sensor_reports_are_attributes() -> None:
    more = (
        '<sensorElementList><sensorElement><sensorMetadata time="2026-03-01T08:00:00Z" '
        'x:of="probe"/><sensorReport type="gs1:Temperature" value="26.0" uom="CEL" '
        'booleanValue="true" component="cbv:Comp-x" exception="gs1:ALARM_CONDITION"/>'
        "<x:extra>1</x:extra></sensorElement></sensorElementList>"
    )
    data = document(EVENT.format(more=more), spaces='xmlns:x="https://x.example/"')
    raw = only(data)
    assert raw.body["sensorElementList"] == [
        {
            "sensorMetadata": {"time": "2026-03-01T08:00:00Z", "x:of": "probe"},
            "sensorReport": [
                {
                    "type": "Temperature",
                    "value": 26.0,
                    "uom": "CEL",
                    "booleanValue": True,
                    "component": "x",
                    "exception": "ALARM_CONDITION",
                }
            ],
            "x:extra": "1",
        }
    ]
    assert same_after_json(raw, data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16", "iso-8859-1"])
def test_documents_are_read_in_the_encoding_they_name(encoding: str) -> None:
    word = "café" if encoding == "iso-8859-1" else "釉料"
    text = document(
        EVENT.format(more=f"<x:note>{word}</x:note>"), spaces='xmlns:x="https://x.example/"'
    ).decode()
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert only(data).body["x:note"] == word
    assert only(gzip.compress(data)).text.decode() == EVENT.format(more=f"<x:note>{word}</x:note>")


BOMB = "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
EXTERNAL = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB.encode() + document(PLAIN), "doctype"),
        (EXTERNAL.encode() + document(PLAIN), "doctype"),
        (b'<!DOCTYPE d SYSTEM "https://x.example/d.dtd">' + document(PLAIN), "doctype"),
        (document(PLAIN)[:-30], "xml"),
        (document(PLAIN) + document(PLAIN), "xml"),
        (document(EVENT.format(more="<x:note/>")), "xml"),
        (document(EVENT.format(more="&a;")), "xml"),
        (b'<?xml version="1.0" encoding="klingon"?>' + document(PLAIN), "unknown_encoding"),
        (document(PLAIN.replace("OBSERVE", "订单")).decode().encode("gb18030"), "encoding_other"),
        (b'<?xml version="1.0" encoding="gb18030"?><a>\xff</a>', "encoding_other"),
        (document(EVENT.format(more="<a>" * 300 + "</a>" * 300)), "depth"),
        (
            document(PLAIN, spaces=" ".join(f'xmlns:n{i}="urn:n:{i}"' for i in range(100_000))),
            "namespaces",
        ),
        (b"<Order/>", "kind"),
        (document(PLAIN).replace(b'schemaVersion="2.0"', b'schemaVersion="3.0"'), "version_xml"),
        (gzip.compress(document(PLAIN), mtime=0)[:-20], "gzip"),
        (gzip.compress(document(PLAIN), mtime=0)[:10] + b"nonsense", "gzip"),
    ],
)
def test_what_is_no_document_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_document(data)
    assert refusal.value.code == f"trace.document.{code}"
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("event", "code", "path"),
    [
        (PLAIN.replace("OBSERVE", "OBSERV"), "action", "action"),
        (EVENT.format(more="<madeUp>1</madeUp>"), "unknown", "madeUp"),
        (EVENT.format(more="<eventTime>2026-03-01T08:30:00Z</eventTime>"), "order", "eventTime"),
        (
            EVENT.format(more="<action>OBSERVE</action>"),
            "repeated",
            "action",
        ),
        (
            EVENT.format(
                more="<quantityList><quantityElement><quantity>1</quantity>"
                "<epcClass>urn:x:c</epcClass></quantityElement></quantityList>"
            ),
            "order",
            "quantityList[0]",
        ),
        (
            EVENT.format(
                more="<quantityList><quantityElement><epcClass>urn:x:c</epcClass>"
                "<quantity>twenty</quantity></quantityElement></quantityList>"
            ),
            "number",
            "quantityList[0].quantity",
        ),
        (EVENT.format(more="<bizStep>transforming</bizStep>"), "word", "bizStep"),
        (PLAIN.replace("9521234.056789.A", "9521234.1.A"), "identifier", "epcList[0]"),
        (PLAIN.replace("2026-03-01T08:30:00+08:00", "yesterday"), "time", "eventTime"),
    ],
)
def test_findings_point_into_the_text(event: str, code: str, path: str) -> None:
    data = document("\n", PLAIN, "\n  ", event)
    problems = validate(read_document(data)).problems
    found = [p for p in problems if p.code == f"trace.event.{code}" and p.fields["path"] == path]
    assert found, problems
    line, column = int(str(found[0].fields["line"])), int(str(found[0].fields["column"]))
    name = {"epcList": "epc", "quantityList": "quantityElement"}.get(path.partition("[")[0], path)
    name = "quantity" if path.endswith(".quantity") else name
    assert data.decode().splitlines()[line - 1][column - 1 :].startswith(f"<{name}")
    assert found[0].fields["event"] == 2


def test_a_harmless_document_type_is_let_through() -> None:
    assert only(b"<!DOCTYPE project>" + document(PLAIN)).body["action"] == "OBSERVE"


def test_a_namespace_of_another_version_is_named() -> None:
    data = document(PLAIN).replace(b"epcis:xsd:2", b"epcis:xsd:1")
    assert [p.code for p in validate(read_document(data)).problems] == ["trace.event.namespace"]
    reading = validate(read_document(data), lenient=True)
    assert reading.valid
    assert [p.code for p in reading.passed] == ["trace.event.namespace"]
