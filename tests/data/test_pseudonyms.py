"""Pseudonyms: with a key, no id enters the book; the same id is the same pseudonym in every table, and keys never mix."""

import hashlib
import hmac

import pytest

from data.pseudonyms import NoPseudonymKey, Pseudonyms

KEY = "a key that nobody else has"
NAMES = ("Wang-0817", "Li-4402", "王小明")


def pseudonym(text: str, key: str = KEY) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


@pytest.fixture
def pseudonyms() -> Pseudonyms:
    return Pseudonyms(KEY.encode())


def test_the_book_holds_the_keyed_hash_of_the_trimmed_id(shelf, table, pseudonyms):
    shelf.bring(table([" Wang-0817 ,2024-01-31,0,1000", "王小明,2024-01-31,5,10"]), pseudonyms=pseudonyms)
    assert sorted(row[0] for row in shelf.rows()) == sorted([pseudonym("Wang-0817"), pseudonym("王小明")])


@pytest.mark.parametrize("length", [16, 63, 64, 65, 200])
def test_keys_of_any_length_give_the_standard_hash(length, shelf, table):
    key = "k" * length
    shelf.bring(table(["Wang-0817,2024-01-31,0,1000"]), pseudonyms=Pseudonyms(key.encode()))
    assert [row[0] for row in shelf.rows()] == [pseudonym("Wang-0817", key)]


def test_the_same_loan_is_the_same_in_every_table(shelf, table, pseudonyms):
    header = "loan_id,as_of,days_past_due,customer_id"
    shelf.bring(table(["Wang-0817,2024-01-31,0,Li-4402"], header), pseudonyms=pseudonyms)
    done = shelf.bring(
        table(["2024-02-03,Wang-0817,1"], "paid_on,loan_id,amount"), table="payment", pseudonyms=pseudonyms
    )
    assert (done.rows, done.refused) == (1, 0)
    assert shelf.rows("loan_id", "customer_id") == [(pseudonym("Wang-0817"), pseudonym("Li-4402"))]


def test_no_identity_enters_any_file_of_the_book_not_even_through_quarantine_or_examples(shelf, table, pseudonyms):
    lines = [
        "Wang-0817,2024-01-31,0,1000,Li-4402,王小明",
        "Wang-0817,2024-02-29,many,1000,Li-4402,王小明",  # refused: quarantine and an example
        "Li-4402,王小明",  # no row at all
        "Wang-0817,2024-03-31,0,-5,Li-4402,王小明",  # a finding with an example
        "Wang-0817,2024-01-31,0,1000,Li-4402,王小明",  # a copy
    ]
    header = "loan_id,as_of,days_past_due,balance,customer_id,name"
    done = shelf.bring(table(lines, header), pseudonyms=pseudonyms)
    assert done.refused == 3
    said = " ".join(str(finding) for finding in done.findings)
    for name in NAMES:
        assert name not in said
        holding = [file for file, content in shelf.everything().items() if name.encode() in content]
        assert holding == [], name
    frame = " ".join(str(cell) for row in shelf.refused_text() for cell in row)
    assert not any(name in frame for name in NAMES)


def test_ids_and_pseudonyms_never_mix(shelf, table, pseudonyms):
    shelf.bring(table(["Wang-0817,2024-01-31,0,1000"]), pseudonyms=pseudonyms)
    before = shelf.everything()
    with pytest.raises(NoPseudonymKey, match="--pseudonymise"):
        shelf.bring(table(["Wang-0817,2024-02-29,0,1000"]))
    with pytest.raises(NoPseudonymKey, match="another key"):
        shelf.bring(table(["Wang-0817,2024-02-29,0,1000"]), pseudonyms=Pseudonyms(b"some other key of length"))
    assert shelf.everything() == before


def test_a_book_of_plain_ids_does_not_take_pseudonyms(shelf, table, pseudonyms):
    shelf.bring(table(["Wang-0817,2024-01-31,0,1000"]))
    with pytest.raises(NoPseudonymKey, match="begin another book"):
        shelf.bring(table(["Wang-0817,2024-02-29,0,1000"]), pseudonyms=pseudonyms)


def test_an_id_that_a_spreadsheet_rounded_is_still_refused(shelf, table, pseudonyms):
    done = shelf.bring(table(["6.22848E+15,2024-01-31,0,1000", "A,2024-01-31,0,1"]), pseudonyms=pseudonyms)
    assert (done.rows, done.refused) == (1, 1)


def test_the_key_comes_from_the_environment_and_must_be_long_enough(monkeypatch):
    from data.pseudonyms import from_environment

    monkeypatch.setenv("RECOUP_PSEUDONYM_KEY", KEY)
    assert from_environment().of("Wang-0817") == pseudonym("Wang-0817")
    for short in ("", "short"):
        monkeypatch.setenv("RECOUP_PSEUDONYM_KEY", short)
        with pytest.raises(NoPseudonymKey, match="RECOUP_PSEUDONYM_KEY"):
            from_environment()


def test_the_key_is_in_no_message_and_in_no_file(shelf, table, pseudonyms):
    shelf.bring(table(["Wang-0817,2024-01-31,0,1000"]), pseudonyms=pseudonyms)
    assert KEY not in repr(pseudonyms)
    assert not any(KEY.encode() in content for content in shelf.everything().values())
