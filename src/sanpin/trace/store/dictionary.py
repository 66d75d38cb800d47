"""Words that events repeat, so that even a single event is compressed well.

A compressor that knows them beforehand needs a few bytes for what every document says again. The
text is part of the way of compression: a change of it needs a new number beside the chunks.
"""

__all__ = ["WORDS"]

_XML = """<epcList><epc>urn:epc:id:sgtin:</epc></epcList><action>OBSERVE</action><bizStep>
urn:epcglobal:cbv:bizstep:shipping</bizStep><disposition>urn:epcglobal:cbv:disp:in_transit
</disposition><readPoint><id>urn:epc:id:sgln:</id></readPoint><bizLocation><id>urn:epc:id:sgln:
</id></bizLocation><bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">
</bizTransaction></bizTransactionList><extension><quantityList><quantityElement><epcClass>
urn:epc:class:lgtin:</epcClass><quantity>1</quantity><uom>KGM</uom></quantityElement>
</quantityList><sourceList><source type="urn:epcglobal:cbv:sdt:owning_party"></source></sourceList>
<destinationList><destination type="urn:epcglobal:cbv:sdt:location"></destination>
</destinationList></extension><parentID>urn:epc:id:sscc:</parentID><childEPCs></childEPCs>
<inputEPCList></inputEPCList><outputEPCList></outputEPCList><ObjectEvent><eventTime>2026-01-01T00:
00:00.000Z</eventTime><recordTime></recordTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<eventID>urn:uuid:</eventID></ObjectEvent><AggregationEvent></AggregationEvent>"""

_JSON = (
    '"errorDeclaration":{"declarationTime":"","reason":"incorrect_data","correctiveEventIDs":[]},'
    '"persistentDisposition":{"set":["completeness_verified"],"unset":["completeness_inferred"]},'
    '"sensorElementList":[{"sensorMetadata":{"time":"","deviceID":"https://id.gs1.org/8004/"},'
    '"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}],"certificationInfo":"",'
    '"ilmd":{"cbvmda:lotNumber":"","cbvmda:itemExpirationDate":"2026-12-31","cbvmda:'
    'countryOfOrigin":""},{"type":"AssociationEvent","type":"TransactionEvent",'
    '"bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:"},{"type":"desadv",'
    '"bizTransaction":"https://id.gs1.org/"}],{"type":"TransformationEvent",'
    '"transformationID":"urn:","inputEPCList":[],"inputQuantityList":[{"epcClass":"https://'
    'id.gs1.org/01/","quantity":1.0,"uom":"KGM"}],"outputEPCList":["https://id.gs1.org/01/"],'
    '"outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234567899/10/","quantity":'
    '"disposition":"active","disposition":"in_progress","disposition":"sellable_accessible",'
    '"disposition":"in_transit","disposition":"container_closed","disposition":"retail_sold",'
    '"bizStep":"commissioning","bizStep":"packing","bizStep":"unpacking","bizStep":"receiving",'
    '"bizStep":"storing","bizStep":"retail_selling","bizStep":"shipping","action":"OBSERVE",'
    '"action":"DELETE","sourceList":[{"type":"owning_party","source":"https://id.gs1.org/417/"},'
    '{"type":"possessing_party","source":""},{"type":"location","source":"https://id.gs1.org/414/'
    '"}],"destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/"},'
    '{"type":"location","destination":"https://id.gs1.org/414/"}],{"type":"AggregationEvent",'
    '"parentID":"https://id.gs1.org/00/","childEPCs":["https://id.gs1.org/01/09521234567899/21/",'
    '"childQuantityList":[{"epcClass":"https://id.gs1.org/01/","quantity":12,"uom":"EA"}],'
    '{"type":"ObjectEvent","eventID":"urn:uuid:","eventTime":"2026-01-01T00:00:00.000Z",'
    '"eventTime":"2026-03-01T08:30:00+08:00","eventTimeZoneOffset":"+08:00","recordTime":"",'
    '"eventTimeZoneOffset":"+00:00","action":"ADD","bizStep":"https://ref.gs1.org/cbv/BizStep-",'
    '"disposition":"https://ref.gs1.org/cbv/Disp-","readPoint":{"id":"https://id.gs1.org/414/'
    '9521234500000/254/"},"bizLocation":{"id":"https://id.gs1.org/414/9521234500000"},'
    '"epcList":["https://id.gs1.org/01/09521234567899/21/'
)

WORDS = (_XML.replace("\n", "") + _JSON).encode()
"""What is said most often stands last, where a reference to it is shortest."""
