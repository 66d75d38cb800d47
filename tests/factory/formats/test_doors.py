"""The one door of all readers: names of formats, packed files, instances of a file."""

import gzip
import io
import zipfile

import pytest

from sanpin.base import InputError
from sanpin.factory import read
from sanpin.factory.engine.formats import FORMATS, read_problem, unpack
from sanpin.factory.engine.formats.packing import LARGEST

WT = " ".join(str(1 + number % 9) for number in range(125 * 3 * 2)).encode()


def zipped(**members):
    """Return a zip archive of some members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda content: zipped(a=content),
        lambda content: gzip.compress(zipped(a=content)),
        lambda content: zipped(a=gzip.compress(content)),
        lambda content: zipped(**{"__MACOSX/._a": b"note", "folder/": b"", "folder/a": content}),
    ],
)
def test_packed_files_are_read_also_inside_each_other(ft06, pack):
    assert read_problem(pack(ft06)) == read_problem(ft06)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(one=b"1", two=b"2"), "archive"),
        (zipped(), "archive"),
        (zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "workbook"),
        (zipped(mimetype=b"", **{"content.xml": b""}), "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "workbook"),
        (gzip.compress(b"1 2" * 99)[:20], "unreadable"),
        (b"PK\x03\x04nothing", "unreadable"),
        (gzip.compress(bytes(LARGEST + 1), 1), "unreadable"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"1 2")))), "unreadable"),
    ],
    ids=["two", "none", "excel", "open", "old", "cut", "broken", "bomb", "deep"],
)
def test_archives_that_cannot_be_one_problem_are_refused(content, code):
    with pytest.raises(InputError) as caught:
        unpack(content)
    assert caught.value.code == f"factory.problem.{code}"


def test_an_archive_with_a_password_is_refused():
    locked = bytearray(zipped(a=b"1 2\n0 1\n"))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        # The lowest flag says that the member is encrypted.
        locked[locked.index(mark) + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    with pytest.raises(InputError) as caught:
        unpack(bytes(locked))
    assert caught.value.code == "factory.problem.unreadable"


def test_an_unknown_format_is_refused_with_the_known_ones(ft06):
    with pytest.raises(InputError) as caught:
        read_problem(ft06, "abc")
    assert caught.value.code == "factory.problem.format"
    for name in FORMATS:
        assert name in str(caught.value)


def test_the_registry_holds_every_format_under_its_own_name():
    assert list(FORMATS) == [
        "sanpin", "jsp", "fjsp", "fjsp-w", "ops", "upmsp", "wtsds", "hfsp", "wt",
    ]  # fmt: skip
    assert all(form.name == name for name, form in FORMATS.items())
    assert [name for name, form in FORMATS.items() if form.several] == ["wt"]


@pytest.mark.parametrize("instance", [None, 0, 126, -1])
def test_one_of_several_instances_must_be_named(instance):
    with pytest.raises(InputError) as caught:
        read_problem(WT, "wt", instance=instance)
    assert caught.value.code == "factory.problem.instance"
    assert caught.value.fields["count"] == 125


def test_a_file_of_one_problem_has_the_instance_1_only(ft06):
    assert read_problem(ft06, "jsp", instance=1) == read_problem(ft06, "jsp")
    with pytest.raises(InputError) as caught:
        read_problem(ft06, "jsp", instance=2)
    assert caught.value.code == "factory.problem.instance"


def test_the_library_reads_a_file_and_one_of_its_instances(tmp_path, ft06):
    (tmp_path / "ft06.txt").write_bytes(gzip.compress(ft06))
    (tmp_path / "two.txt").write_bytes(WT)
    assert read(tmp_path / "ft06.txt") == read_problem(ft06)
    assert read(str(tmp_path / "two.txt"), "wt", instance=7) == read_problem(WT, "wt", instance=7)
