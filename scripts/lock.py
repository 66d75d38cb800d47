"""Renew the locked requirements: hash-pinned, for every Python from 3.11 on, without addresses."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"base": ["--group", "build"], "dev": ["--group", "dev"]}
COMPILE = ["pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
SILENT = ["--no-emit-index-url", "--no-header", "-q"]


def main(uv: str) -> None:
    """Compile every lock with the given uv."""
    for name, options in LOCKS.items():
        target = ROOT / "requirements" / f"{name}.txt"
        command = [uv, *COMPILE, *SILENT, "pyproject.toml", *options, "-o", str(target)]
        subprocess.run(command, cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "uv.in"
        source.write_text("uv\n")
        target = ROOT / "requirements" / "uv.txt"
        command = [uv, *COMPILE, *SILENT, "--no-annotate", str(source), "-o", str(target)]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
