"""The seal: equal contents give equal bytes, one changed byte fails, and old keys keep verifying."""

import json
import shutil
import stat
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.joint_planning.canonical import canonical_bytes, plain, sha256
from oneplan.joint_planning.seal import current_key, make_bundle, public_keys, rotate_key, verify_bundle, verify_chain
from oneplan.joint_planning.seal.keys import SigningKey


@pytest.fixture
def key(settings, tmp_path) -> SigningKey:
    settings.HOME = tmp_path
    return current_key()


def sealed(key: SigningKey, previous: str = "", title: str = "Waterberg") -> bytes:
    copy = {"space": "DC36", "title": title, "cost": Decimal("1234.50"), "refs": ["F-001", "O-001"]}
    content = {
        "copy": copy,
        "copy_sha256": sha256(canonical_bytes(copy)),
        "space": {"code": "DC36"},
        "seal": {"previous_hash": previous, "log_head": "ab" * 32},
    }
    return make_bundle(content, previous_hash=previous, key=key)


def test_equal_contents_give_equal_bytes_whatever_their_order_and_form():
    one = canonical_bytes(
        {"b": Decimal("1.50"), "a": "é", "at": datetime(2026, 1, 1, 2, tzinfo=UTC), "on": date(2026, 1, 1)}
    )
    two = canonical_bytes({"on": "2026-01-01", "at": "2026-01-01T02:00:00Z", "a": "e\u0301", "b": "1.50"})
    assert one == two == b'{"a":"\xc3\xa9","at":"2026-01-01T02:00:00Z","b":"1.50","on":"2026-01-01"}'


@pytest.mark.parametrize("value", [1.5, object(), datetime(2026, 1, 1)])  # noqa: DTZ001 — the refusal is the point
def test_what_has_no_agreed_form_is_refused(value):
    with pytest.raises(TypeError):
        plain({"value": value})


def test_a_sealed_plan_verifies_and_says_by_whom(key):
    verdict = verify_bundle(sealed(key), {key.key_id})
    assert verdict.is_valid
    assert verdict.is_trusted
    assert verdict.key_id == key.key_id
    assert all(check.holds for check in verdict.checks)


def test_without_published_keys_it_is_whole_but_not_vouched_for(key):
    verdict = verify_bundle(sealed(key))
    assert verdict.is_intact
    assert verdict.is_trusted is None


def test_a_plan_sealed_with_a_stranger_s_key_is_refused(key):
    verdict = verify_bundle(sealed(key), {"0" * 64})
    assert verdict.is_intact
    assert not verdict.is_valid


@given(data=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_changed_byte_fails(key, data):
    file = sealed(key)
    at = data.draw(st.integers(0, len(file) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != file[at]))
    assert not verify_bundle(file[:at] + bytes([byte]) + file[at + 1 :], {key.key_id}).is_valid


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_added_or_removed_byte_fails(key, data):
    file = sealed(key)
    at = data.draw(st.integers(0, len(file)))
    extra = data.draw(st.binary(min_size=1, max_size=3))
    assert not verify_bundle(file[:at] + extra + file[at:], {key.key_id}).is_valid
    assert not verify_bundle(file[:at] + file[at + 1 :], {key.key_id}).is_valid or at == len(file)


def test_the_same_content_written_another_way_is_refused(key):
    file = sealed(key)
    bundle = json.loads(file)
    assert not verify_bundle(json.dumps(bundle, indent=1).encode()).is_intact
    assert not verify_bundle(file + b"\n").is_intact
    assert not verify_bundle(json.dumps(dict(reversed(bundle.items())), separators=(",", ":")).encode()).is_intact
    assert not verify_bundle(file[:-1] + b',"signature":"' + b"0" * 128 + b'"}').is_intact


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict_and_never_an_error(junk):
    assert not verify_bundle(junk).is_valid


def test_deep_nesting_and_huge_numbers_get_a_verdict():
    assert not verify_bundle(b"[" * 100_000).is_valid
    assert not verify_bundle(b'{"content":' + b"9" * 6000 + b"}").is_valid


def test_a_re_signed_change_is_found_by_the_copy_hash_and_by_the_published_key(key, settings, tmp_path):
    bundle = json.loads(sealed(key))
    bundle["content"]["copy"]["cost"] = "1.00"
    settings.HOME = tmp_path / "forger"
    forged = make_bundle(bundle["content"], previous_hash="", key=current_key())
    assert not verify_bundle(forged).is_intact
    honest_hash = sha256(canonical_bytes(bundle["content"]["copy"]))
    forged = make_bundle({**bundle["content"], "copy_sha256": honest_hash}, previous_hash="", key=current_key())
    assert verify_bundle(forged).is_intact
    assert not verify_bundle(forged, {key.key_id}).is_valid


def test_editions_form_a_chain_and_a_missing_link_is_found(key):
    first = sealed(key)
    second = sealed(key, verify_bundle(first).content_sha256, "Waterberg 2")
    assert verify_chain([first, second], {key.key_id}) == []
    assert len(verify_chain([second], {key.key_id})) == 1
    assert len(verify_chain([second, first], {key.key_id})) == 2
    assert len(verify_chain([first, first], {key.key_id})) == 1


def test_the_private_key_is_readable_by_its_owner_alone(key, tmp_path):
    path = tmp_path / "keys" / f"{key.key_id}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_rotation_signs_with_a_new_key_and_the_old_seal_still_verifies(key, tmp_path):
    old = sealed(key)
    new_key = rotate_key()
    assert new_key.key_id != key.key_id
    known = {each.key_id for each in public_keys()}
    assert known == {key.key_id, new_key.key_id}
    assert public_keys()[0].is_current
    assert verify_bundle(old, known).is_valid
    assert verify_bundle(sealed(new_key), known).is_valid
    assert not (tmp_path / "keys" / f"{key.key_id}.pem").exists()


def test_openssl_verifies_what_the_how_to_page_says(key, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    file = sealed(key)
    content = file[len(b'{"content":') : file.rindex(b',"content_sha256":"')]
    (tmp_path / "content.json").write_bytes(content)
    (tmp_path / "signature.bin").write_bytes(bytes.fromhex(json.loads(file)["signature"]))
    pem = Path(tmp_path / "keys" / f"{key.key_id}.pub")
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        str(pem),
        "-rawin",
        "-in",
        "content.json",
        "-sigfile",
    ]
    ran = subprocess.run([*command, "signature.bin"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verified Successfully" in ran.stdout
