"""What a file is: by content, whatever its name says; the wrong ones refused with a remedy."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
import xlsxwriter

from sanpin.base import InputError
from sanpin.kit.files import read_table
from sanpin.kit.files.encoding import decode
from sanpin.kit.files.sniff import detect_format


def _zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def _xlsx() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write_row(0, 0, ["item"])
    return stream.getvalue()


def _parquet() -> bytes:
    stream = io.BytesIO()
    pl.DataFrame({"item": ["a"]}).write_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"item,quantity\n1,2\n", "x.xlsx", "csv"),
        (_xlsx(), "orders.csv", "xlsx"),
        (_parquet(), "orders.csv", "parquet"),
        (b'[{"item": 1}]', "orders.txt", "json"),
        (b'\xef\xbb\xbf {"rows": []}', "orders", "json"),
        (b'{"item": 1}\n{"item": 2}\n', "orders.ndjson", "json"),
        (b"[1],[2]\n", "orders.csv", "csv"),
        (b"BM,BZh\n1,2\n", "orders.csv", "csv"),
    ],
)
def test_the_content_decides(content: bytes, name: str, expected: str) -> None:
    assert detect_format(content, name) == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0 JFIF", "image"),
        (b"\x1f\x8b\x08\0\0\0\0", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"BZh91AY\0\0", "archive"),
        (b"SQLite format 3\0", "database"),
        (b"{\\rtf1 x}", "text document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", ".xls"),
        (b"<html><table><tr><td>1</td></tr></table>", "web page"),
        (b"\n<!DOCTYPE HTML>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (_zip("readme.txt"), "archive"),
        (_zip("mimetype", "content.xml"), "OpenDocument"),
        (_zip("word/document.xml"), "text document"),
        (_zip("xl/workbook.bin"), ".xlsb"),
        (b"PK\x03\x04 and nothing of an archive", "damaged"),
    ],
)
def test_other_files_are_refused_by_what_they_are(content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(content, "orders.xls")
    assert caught.value.code == "files.format.unsupported"
    assert words in str(caught.value)
    assert "orders.xls" in str(caught.value)
    assert caught.value.hint


def test_a_password_is_told_from_an_old_format() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(InputError) as caught:
        read_table(content, "orders.xlsx")
    assert caught.value.code == "files.format.protected"


@pytest.mark.parametrize("content", [b"", b"\n \n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_table(content, "x.csv")
    assert caught.value.code == "files.empty"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanpin.kit.files.sniff._MAX_UNPACKED", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2000)
    with pytest.raises(InputError) as caught:
        read_table(stream.getvalue(), "x.xlsx")
    assert caught.value.code == "files.too_large"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_chinese_text_is_read_in_every_common_encoding(encoding: str) -> None:
    text = "订单号,数量,客户\nA-1,5,上海贸易有限公司\n"
    assert decode(text.encode(encoding), "x.csv") == text


def test_marks_of_both_byte_orders_are_understood() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert decode(mark + "项,5".encode(encoding), "x") == "项,5"


def test_western_accents_are_not_taken_for_chinese() -> None:
    text = "item,description\n1,CAFÉ CRÈME £5\n2,Fräulein naïve\n"
    assert decode(text.encode("cp1252"), "x.csv") == text


@pytest.mark.parametrize("content", [b"a,b\n\x81\xff\xff\xfe", b"a\0b,c\0\0\0d", b"\xff\xfea"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(content, "x.csv")
    assert caught.value.code == "files.encoding.unknown"
