"""Files that are written whole or not at all, through links, and into devices and pipes."""

import os
from pathlib import Path
from threading import Thread

import pytest

from sanpin.kit.partial import is_special, written_whole


def write(path: Path, content: bytes) -> None:
    """Write a file whole."""
    with written_whole(path) as partial:
        partial.write_bytes(content)


def test_a_file_is_replaced_when_the_new_one_is_complete(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    with written_whole(file) as partial:
        partial.write_bytes(b"new")
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_leaves_nothing_behind(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    with pytest.raises(ValueError, match="half"), written_whole(file) as partial:
        partial.write_bytes(b"ha")
        raise ValueError("half")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_goes_on_leading_to_its_file(tmp_path, there):
    file, link, chain = (tmp_path / name for name in ("file", "link", "chain"))
    if there:
        file.write_bytes(b"old")
    link.symlink_to(file)
    chain.symlink_to(link)
    write(chain, b"new")
    assert link.is_symlink()
    assert chain.is_symlink()
    assert file.read_bytes() == b"new"
    assert not file.is_symlink()


def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe, b"new")
    reader.join(30)
    assert read == [b"new"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["/dev/null", "/dev/stdout", "/dev/fd/1"])
def test_devices_and_open_files_are_never_replaced(name):
    assert is_special(Path(name))


def test_a_device_is_written_to():
    write(Path("/dev/null"), b"new")
    assert Path("/dev/null").is_char_device()


def test_a_folder_is_no_file(tmp_path):
    for folder in (tmp_path, Path("/")):
        with pytest.raises(IsADirectoryError):
            write(folder, b"new")
    assert list(tmp_path.iterdir()) == []
