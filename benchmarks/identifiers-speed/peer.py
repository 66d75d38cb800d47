"""Parse Digital Links with biip; runs in an environment that has it.

    python peer.py LINKS

reads one link a line and prints JSON: version, links, accepted, seconds of the loop alone.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI


def main(path: Path) -> None:
    """Parse every link once."""
    links = path.read_text(encoding="utf-8").splitlines()
    accepted = 0
    start = perf_counter()
    for link in links:
        try:
            GS1DigitalLinkURI.parse(link)
        except ParseError:
            continue
        accepted += 1
    seconds = perf_counter() - start
    print(json.dumps({"version": version("biip"), "links": len(links), "accepted": accepted,
                      "seconds": seconds}))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
