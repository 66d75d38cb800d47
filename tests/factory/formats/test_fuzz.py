"""Whatever is thrown at a reader, it reads a problem or refuses it; nothing else ever happens."""

import gzip
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.factory.engine.formats import FORMATS, read_problem
from sanpin.factory.engine.formats.writer import problem_bytes

JUNK = [
    b"\0", b"-1", b"99999999999999999999", b"999999999", b"1e308", b"NaN", b"\xff\xfe", b" x ", b"",
    b"\n", b"\r", b"[", b"}", b'"', b";", b"0.5", b"-", b"\xe2\x80\xa8", b"null", b"true", b"{}",
]  # fmt: skip


def read(content, form):
    """Read a file or see it refused with a code of a problem."""
    try:
        problem = read_problem(content, form, instance=3 if form == "wt" else None)
    except InputError as error:
        assert error.code.startswith("factory.problem.")
        assert len(str(error)) < 2000
        return None
    return problem


def test_every_format_has_a_good_file_here(files):
    assert list(files) == list(FORMATS)
    for form, content in files.items():
        problem = read(content, form)
        assert problem is not None
        assert problem.operation_count
        assert read_problem(problem_bytes(problem)) == problem


@pytest.mark.parametrize("form", FORMATS)
def test_truncated_files_are_refused_or_read(files, form):
    content = files[form]
    places = Random(3).sample(range(len(content)), min(len(content), 150))
    for end in places:
        read(content[:end], form)
    assert read(content[: len(content) // 2], form) is None


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_files_are_refused_or_read(files, form):
    content, random = files[form], Random(5)
    for _ in range(300):
        at = random.randrange(len(content))
        length = random.choice((0, 1, 1, 2, 8))
        damaged = content[:at] + random.choice(JUNK) + content[at + length :]
        read(damaged, form)


@pytest.mark.parametrize("form", FORMATS)
def test_words_exchanged_for_junk_are_refused_or_read(files, form):
    random = Random(7)
    for _ in range(150):
        words = files[form].replace(b",", b" , ").split(b" ")
        words[random.randrange(len(words))] = random.choice(JUNK)
        read(b" ".join(words), form)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_a_file_of_another_format_is_refused_or_read(files, form, other):
    read(files[other], form)


@given(st.binary(max_size=80), st.sampled_from([*FORMATS, "auto"]))
def test_no_bytes_make_a_reader_fail_otherwise(content, form):
    read(content, form)


@given(st.lists(st.lists(st.integers(-3, 12), max_size=8), max_size=5))
def test_no_numbers_make_a_reader_fail_otherwise(rows):
    content = "\n".join(" ".join(map(str, row)) for row in rows).encode()
    for form in ("jsp", "fjsp", "fjsp-w", "hfsp", "wt", "auto"):
        problem = read(content, form)
        assert problem is None or all(job.operations for job in problem.jobs)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "jobs", "resources", "operations", "modes", "machine", "format"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_makes_a_reader_fail_otherwise(value):
    content = repr_json(value)
    for form in ("sanpin", "ops"):
        read(content, form)


def repr_json(value):
    """Return JSON also of what the fast encoder refuses, such as integers beyond 64 bits."""
    import json

    return json.dumps(value).encode()


def test_deep_nesting_and_packed_junk_are_refused():
    for content in (b"[" * 10**6, b'{"jobs":' * 10**5, gzip.compress(b"\0" * 10**6)):
        with pytest.raises(InputError):
            read_problem(content)
