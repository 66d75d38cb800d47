"""Capture the same events with quartet_epcis, in the environment where it is installed.

Run as ``PYTHON peer.py EVENTS.json``. Events become EPCIS 1.2 XML, which is what it reads; its
parser writes them into a SQLite file through its database layer, as its server does, without the
checks of its business rules.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.sax.saxutils import escape


def element(name: str, value: str) -> str:
    """Write an element with a text."""
    return f"<{name}>{escape(value)}</{name}>"


def event_xml(event: dict[str, Any]) -> str:
    """Write an event of the measurement as EPCIS 1.2."""
    things = "".join(element("epc", thing) for thing in event.get("epcList", ()))
    children = "".join(element("epc", thing) for thing in event.get("childEPCs", ()))
    head = element("eventTime", event["eventTime"].replace("+00:00", "Z"))
    head += element("eventTimeZoneOffset", event["eventTimeZoneOffset"])
    head += f"<baseExtension>{element('eventID', event['eventID'])}</baseExtension>"
    if children:
        what = element("parentID", event["parentID"]) + f"<childEPCs>{children}</childEPCs>"
    else:
        what = f"<epcList>{things}</epcList>"
    step = element("bizStep", f"urn:epcglobal:cbv:bizstep:{event['bizStep']}")
    step += element("disposition", f"urn:epcglobal:cbv:disp:{event['disposition']}")
    place = f"<readPoint>{element('id', event['readPoint']['id'])}</readPoint>"
    place += f"<bizLocation>{element('id', event['bizLocation']['id'])}</bizLocation>"
    action = element("action", event["action"])
    return f"<{event['type']}>{head}{what}{action}{step}{place}</{event['type']}>"


def main(path: str) -> None:
    """Parse and store the events, and print the rate."""
    import django
    from django.conf import settings

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path.cwd() / "peer.sqlite")}
    apps = ["django.contrib.contenttypes", "django.contrib.auth"]
    apps += ["quartet_capture", "quartet_epcis"]
    settings.configure(
        DATABASES={"default": database}, INSTALLED_APPS=apps, USE_TZ=True, SECRET_KEY="bench",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from quartet_epcis.models.events import Event
    from quartet_epcis.parsing.parser import QuartetParser

    call_command("migrate", verbosity=0, run_syncdb=True)
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    events = json.loads(Path(path).read_text())
    body = "".join(map(event_xml, events))
    document = (
        '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"'
        ' creationDate="2026-03-10T00:00:00Z"><EPCISBody><EventList>'
        f"{body}</EventList></EPCISBody></epcis:EPCISDocument>"
    )
    start = perf_counter()
    with transaction.atomic():
        QuartetParser(io.BytesIO(document.encode())).parse()
    seconds = perf_counter() - start
    stored = Event.objects.count()
    print(json.dumps({"events": stored, "events_per_second": round(stored / seconds)}))


if __name__ == "__main__":
    main(sys.argv[1])
