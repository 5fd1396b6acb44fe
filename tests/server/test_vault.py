from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.proofs.chain import verify
from yijianshi.server.security.vault import Vault, VaultError
from yijianshi.server.store import Table, open_store

SECRET = "a secret of the tests, long enough"
vault = Vault(SECRET)


@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_encrypted_can_be_read_again_and_not_without(data: bytes, case_id: str) -> None:
    key = vault.new_case_key(case_id)
    sealed = vault.encrypt(key, data, case_id=case_id)
    assert vault.decrypt(key, sealed, case_id=case_id) == data
    assert Vault(SECRET.encode()).decrypt(key, sealed, case_id=case_id) == data
    assert len(data) < 4 or data not in sealed


def test_the_same_data_never_looks_the_same() -> None:
    key = vault.new_case_key("1")
    assert vault.encrypt(key, b"data", case_id="1") != vault.encrypt(key, b"data", case_id="1")
    assert vault.new_case_key("1") != key


@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    key = vault.new_case_key("1")
    sealed = vault.encrypt(key, "张三 371322".encode(), case_id="1")
    victim = data.draw(st.sampled_from([key, sealed]))
    bit = data.draw(st.integers(0, len(victim) * 8 - 1))
    changed = bytearray(victim)
    changed[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(VaultError):
        if victim is key:
            vault.decrypt(bytes(changed), sealed, case_id="1")
        else:
            vault.decrypt(key, bytes(changed), case_id="1")


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + b"0" * 12, b"\x02" + b"0" * 60, b"plain text"])
def test_what_the_vault_did_not_make_is_refused(broken: bytes) -> None:
    key = vault.new_case_key("1")
    with pytest.raises(VaultError):
        vault.decrypt(key, broken, case_id="1")
    with pytest.raises(VaultError):
        vault.encrypt(broken, b"data", case_id="1")


def test_another_case_another_secret_and_a_swapped_key_do_not_open() -> None:
    first, second = vault.new_case_key("1"), vault.new_case_key("2")
    sealed = vault.encrypt(first, b"data", case_id="1")
    for opener, key, data, case_id in (
        (vault, first, sealed, "2"),
        (vault, second, sealed, "2"),
        (vault, second, sealed, "1"),
        (vault, first, first, "1"),
        (Vault("another secret, long enough too"), first, sealed, "1"),
    ):
        with pytest.raises(VaultError):
            opener.decrypt(key, data, case_id=case_id)


def test_lookup_hashes_are_equal_for_equal_values_and_depend_on_the_secret() -> None:
    assert vault.lookup_hash("371322198001010011") == Vault(SECRET).lookup_hash("371322198001010011")
    assert vault.lookup_hash("371322198001010011") != vault.lookup_hash("371322198001010012")
    assert vault.lookup_hash("1") != Vault("another secret, long enough too").lookup_hash("1")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Vault("short")


def test_erasing_the_key_makes_data_unreadable_and_leaves_the_journal_whole(tmp_path: object) -> None:
    table = Table("cases", {"id": "text", "key": "blob", "data": "blob"}, key="id")
    store = open_store(f"sqlite:///{tmp_path}/store.db", (table,))
    key = vault.new_case_key("1")
    with store.write() as writer:
        sealed = vault.encrypt(key, b"personal", case_id="1")
        writer.insert("cases", {"id": "1", "key": key, "data": sealed})
        writer.append(
            "case.submitted", "case:1", "applicant", {"size": len(sealed)}, "2026-01-05T09:00:00+08:00"
        )
    with store.write() as writer:
        writer.update("cases", "1", {"key": None})
        writer.append("case.erased", "case:1", "applicant", {}, "2026-01-06T09:00:00+08:00")
    with store.read() as reader:
        row = reader.get("cases", "1")
        assert row is not None
        assert row["key"] is None
        with pytest.raises(VaultError):
            vault.decrypt(vault.new_case_key("1"), row["data"], case_id="1")
        assert verify(reader.entries()) == []
    store.close()
