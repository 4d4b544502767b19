"""What was recorded is sealed, and the seal tells what was tampered with."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.activity.conftest import AT
from xiangyue.activity import sealing, triggers, verification
from xiangyue.activity.canonical import HeadContent, as_bytes
from xiangyue.activity.keys import public_key, signing_key
from xiangyue.activity.models import Entry, Leaf, TreeHead
from xiangyue.activity.proofs import SignedHead, check_consistency, check_proof
from xiangyue.activity.queries import unsealed
from xiangyue.activity.sealing import RecordBroken, seal
from xiangyue.activity.verification import (
    NotSealedYet,
    consistency_proof,
    inclusion_proof,
    signed_head,
    verify_record,
)
from xiangyue.kernel.counties import current_county

pytestmark = pytest.mark.django_db

Lay = Callable[..., list[Entry]]
Tamper = Callable[[str], None]


@pytest.fixture
def sealed(lay: Lay) -> list[Entry]:
    """Eleven entries under three heads: of 4, 9 and 11 leaves."""
    entries = []
    for count in (4, 5, 2):
        entries += lay(count)
        seal(at=timezone.now())
    return entries


def test_an_empty_record_is_proven_and_needs_no_head(subject: object, later: datetime) -> None:
    assert seal(at=later) is None
    assert verify_record(at=later) == []


def test_sealing_gives_each_entry_its_leaf_in_the_order_of_ids(sealed: list[Entry]) -> None:
    leaves = Leaf.objects.order_by("index").values_list("index", "entry_id")
    assert list(leaves) == [(index, entry.pk) for index, entry in enumerate(sealed)]
    assert list(TreeHead.objects.order_by("tree_size").values_list("tree_size", flat=True)) == [
        4,
        9,
        11,
    ]


def test_what_was_sealed_is_proven(sealed: list[Entry], later: datetime) -> None:
    assert verify_record(at=later) == []


def test_sealing_again_changes_nothing(sealed: list[Entry]) -> None:
    assert seal(at=timezone.now()) is None
    assert Leaf.objects.count() == len(sealed)


def test_many_entries_are_sealed_in_batches(
    lay: Lay, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(verification, "PAGE", 2)
    lay(10)
    head = seal(at=timezone.now())
    assert head is not None
    assert head.tree_size == 10
    assert TreeHead.objects.count() == 4
    assert verify_record(at=later) == []


def insert(entry_id: int, like: Entry) -> Entry:
    """An entry under an id of our choosing, as a transaction that began earlier leaves one."""
    return Entry.objects.create(
        id=entry_id,
        name=like.name,
        at=like.at,
        subject_type=like.subject_type,
        subject_id=like.subject_id,
    )


def test_an_entry_that_appears_late_is_sealed_later(sealed: list[Entry], later: datetime) -> None:
    high = insert(sealed[-1].pk + 10, like=sealed[0])
    seal(at=timezone.now())
    low = insert(sealed[-1].pk + 5, like=sealed[0])
    seal(at=timezone.now())
    assert (high.leaf.index, low.leaf.index) == (11, 12)
    assert verify_record(at=later) == []


def test_an_entry_later_than_all_patience_is_reported_and_can_still_be_sealed(
    lay: Lay, later: datetime
) -> None:
    [entry] = lay(1)
    insert(entry.pk + 10, like=entry)
    seal(at=timezone.now())
    low = insert(entry.pk + 5, like=entry)
    in_three_days = timezone.now() + timedelta(days=3)
    assert seal(at=in_three_days) is None
    assert verify_record(at=in_three_days) == [
        f"1 entry is not sealed though it is due: entry {low.pk}."
    ]
    assert seal(at=in_three_days, everything=True) is not None
    assert verify_record(at=in_three_days) == []


def test_an_entry_hidden_behind_a_time_to_come_is_reported(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    hidden = insert(sealed[0].pk - 1_000, like=sealed[0])
    tampering(f"UPDATE activity_entry SET recorded_at = '2999-01-01' WHERE id = {hidden.pk}")
    assert verify_record(at=later) == [
        f"1 entry is not sealed though it is due: entry {hidden.pk}."
    ]


def test_fresh_entries_may_wait_and_old_ones_may_not(lay: Lay, later: datetime) -> None:
    first, *_ = lay(3)
    assert verify_record(at=timezone.now()) == []
    assert verify_record(at=later) == [
        f"3 entries are not sealed though they are due, the first is entry {first.pk}."
    ]


def test_how_far_sealing_looks_back_is_bounded(sealed: list[Entry], lay: Lay) -> None:
    now = timezone.now()
    assert sealing.settled_id(now) == 0
    assert sealing.settled_id(now + timedelta(days=3)) == sealed[-1].pk
    lay(1)
    assert seal(at=now + timedelta(days=3)) is not None


def test_sealing_reads_and_writes_a_constant_number_of_times(
    lay: Lay, django_assert_max_num_queries: Callable[..., object]
) -> None:
    lay(40)
    seal(at=timezone.now())
    lay(300)
    with django_assert_max_num_queries(12):
        seal(at=timezone.now())


# --- tampering -------------------------------------------------------------------------------

ENTRY, LEAF, HEAD = "activity_entry", "activity_leaf", "activity_treehead"


def test_an_altered_entry_is_found(sealed: list[Entry], tampering: Tamper, later: datetime) -> None:
    entry = sealed[5]
    for column, value in (("facts", '{"number": 9}'), ("place_path", "0001"), ("name", "a.b_c")):
        before = Entry.objects.values_list(column, flat=True).get(pk=entry.pk)
        tampering(f"UPDATE {ENTRY} SET {column} = '{value}' WHERE id = {entry.pk}")
        assert verify_record(at=later) == [f"Entry {entry.pk} (leaf 5) is not what was sealed."]
        restored = json.dumps(before) if column == "facts" else before
        tampering(f"UPDATE {ENTRY} SET {column} = '{restored}' WHERE id = {entry.pk}")
        assert verify_record(at=later) == []


def test_an_entry_altered_together_with_its_leaf_is_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    entry = sealed[5]
    forged = Leaf.objects.get(entry=sealed[6])
    tampering(f"UPDATE {ENTRY} SET place_path = '0001' WHERE id = {entry.pk}")
    literal = f"'\\x{forged.leaf_hash.hex()}'"
    if connection.vendor == "sqlite":
        literal = f"X'{bytes(forged.leaf_hash).hex()}'"
    tampering(f"UPDATE {LEAF} SET leaf_hash = {literal} WHERE entry_id = {entry.pk}")
    problems = verify_record(at=later)
    assert "Tree heads over 9 to 11 leaves (2): Their root is not that of the leaves." in problems


def test_a_deleted_entry_is_found(sealed: list[Entry], tampering: Tamper, later: datetime) -> None:
    tampering(f"DELETE FROM {ENTRY} WHERE id = {sealed[5].pk}")
    assert verify_record(at=later) == [f"Entry {sealed[5].pk} (leaf 5) was deleted."]


def test_a_deleted_leaf_is_found(sealed: list[Entry], tampering: Tamper, later: datetime) -> None:
    tampering(f"DELETE FROM {LEAF} WHERE entry_id = {sealed[5].pk}")
    assert verify_record(at=later) == [
        "Leaf 6 stands where leaf 5 belongs.",
        "Tree heads over 9 to 11 leaves (2):"
        " They cannot be proven, because leaves before them are missing.",
        f"1 entry is not sealed though it is due: entry {sealed[5].pk}.",
    ]


def test_reordered_leaves_are_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    first, second = sealed[5].pk, sealed[6].pk
    tampering(f"UPDATE {LEAF} SET entry_id = -1 WHERE entry_id = {first}")
    tampering(f"UPDATE {LEAF} SET entry_id = {first} WHERE entry_id = {second}")
    tampering(f"UPDATE {LEAF} SET entry_id = {second} WHERE entry_id = -1")
    assert verify_record(at=later) == [
        f"Entry {second} (leaf 5) is not what was sealed.",
        f"Entry {first} (leaf 6) is not what was sealed.",
    ]


def test_leaves_reordered_with_their_hashes_are_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    for here, there in ((5, -1), (6, 5), (-1, 6)):
        tampering(f'UPDATE {LEAF} SET "index" = {there} WHERE "index" = {here}')
    problems = verify_record(at=later)
    assert "Tree heads over 9 to 11 leaves (2): Their root is not that of the leaves." in problems


def test_a_forged_root_is_found(sealed: list[Entry], tampering: Tamper, later: datetime) -> None:
    tampering(
        f"UPDATE {HEAD} SET root_hash = (SELECT root_hash FROM {HEAD} WHERE tree_size = 4)"
        " WHERE tree_size = 9"
    )
    assert verify_record(at=later) == [
        "Tree heads over 9 to 9 leaves (1): No known key of this county signed them.",
        "Tree heads over 9 to 9 leaves (1): Their root is not that of the leaves.",
    ]


def test_a_head_signed_with_another_key_is_found(
    sealed: list[Entry], lay: Lay, later: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lay(1)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(settings, "VAR", tmp_path / "another")
        seal(at=timezone.now())
    assert verify_record(at=later) == [
        "Tree heads over 12 to 12 leaves (1): No known key of this county signed them."
    ]


def test_a_new_key_leaves_older_heads_provable(
    sealed: list[Entry], lay: Lay, later: datetime
) -> None:
    (Path(settings.VAR) / "keys" / f"{current_county().slug}.ed25519").unlink()
    lay(1)
    seal(at=timezone.now())
    assert TreeHead.objects.values("key_id").distinct().count() == 2
    assert verify_record(at=later) == []


def test_a_head_that_claims_another_time_is_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    tampering(f"UPDATE {HEAD} SET signed_at = '2001-01-01' WHERE tree_size = 9")
    assert verify_record(at=later) == [
        "Tree heads over 9 to 9 leaves (1): No known key of this county signed them.",
        "Tree heads over 9 to 9 leaves (1): They claim to be older than a head with fewer leaves.",
    ]


def test_a_head_that_would_make_sealing_skip_entries_is_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    tampering(f"UPDATE {HEAD} SET highest_entry_id = 999999 WHERE tree_size = 11")
    assert verify_record(at=later) == [
        "Tree heads over 11 to 11 leaves (1): The highest entry that they name is not the highest"
        " that they cover."
    ]


def test_a_cut_tail_is_found(sealed: list[Entry], tampering: Tamper, later: datetime) -> None:
    ids = f"({sealed[-1].pk}, {sealed[-2].pk})"
    tampering(f"DELETE FROM {LEAF} WHERE entry_id IN {ids}")
    tampering(f"DELETE FROM {ENTRY} WHERE id IN {ids}")
    assert verify_record(at=later) == [
        "Tree heads over 11 to 11 leaves (1): They sign more leaves than there are:"
        " the end of the record is missing."
    ]


def test_a_tail_cut_together_with_its_head_is_found_by_a_head_kept_elsewhere(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    kept = [signed_head(head) for head in TreeHead.objects.all()]
    ids = f"({sealed[-1].pk}, {sealed[-2].pk})"
    tampering(f"DELETE FROM {LEAF} WHERE entry_id IN {ids}")
    tampering(f"DELETE FROM {ENTRY} WHERE id IN {ids}")
    tampering(f"DELETE FROM {HEAD} WHERE tree_size = 11")
    assert verify_record(at=later, published=[kept[0], kept[1]]) == []
    assert verify_record(at=later, published=kept) == [
        "Published tree heads over 11 to 11 leaves (1): They sign more leaves than there are:"
        " the end of the record is missing."
    ]


def test_a_record_rewritten_and_sealed_anew_is_found_by_a_head_kept_elsewhere(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    kept = [signed_head(head) for head in TreeHead.objects.all()]
    tampering(f"UPDATE {ENTRY} SET place_path = '0001' WHERE id = {sealed[5].pk}")
    tampering(f"DELETE FROM {LEAF}")
    tampering(f"DELETE FROM {HEAD}")
    seal(at=timezone.now())
    assert verify_record(at=later) == []
    assert verify_record(at=later, published=kept) == [
        "Published tree heads over 9 to 11 leaves (2): Their root is not that of the leaves."
    ]


def test_leaves_without_a_head_are_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    tampering(f"DELETE FROM {HEAD} WHERE tree_size = 11")
    assert verify_record(at=later) == ["No signed head covers the leaves up to 10."]


def test_a_leaf_from_outside_the_tree_is_found(
    sealed: list[Entry], lay: Lay, tampering: Tamper, later: datetime
) -> None:
    [entry] = lay(1)
    Leaf.objects.create(index=-1, entry=entry, leaf_hash=bytes(32))
    assert "Leaf -1 stands where leaf 0 belongs." in verify_record(at=later)


def test_wrong_inner_nodes_are_found(
    sealed: list[Entry], tampering: Tamper, later: datetime
) -> None:
    tampering(
        f'UPDATE {LEAF} SET completed = (SELECT completed FROM {LEAF} WHERE "index" = 3)'
        ' WHERE "index" = 7'
    )
    assert verify_record(at=later) == ["The inner nodes kept with leaf 7 are wrong."]


def test_lifted_triggers_are_found(sealed: list[Entry], later: datetime) -> None:
    with triggers.lifted(connection):
        problems = verify_record(at=later)
    assert problems
    assert all("no longer refuses changes" in problem for problem in problems)


def test_the_list_of_problems_ends_somewhere(
    sealed: list[Entry], tampering: Tamper, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "ENOUGH", 5)
    tampering(f"DELETE FROM {ENTRY}")
    assert len(verify_record(at=later)) == 5


@pytest.mark.parametrize(
    "statement",
    [
        f'DELETE FROM {LEAF} WHERE "index" = 10',
        f'DELETE FROM {LEAF} WHERE "index" = 7',
        f"DELETE FROM {HEAD} WHERE tree_size = 11",
        f"UPDATE {HEAD} SET root_hash = signature WHERE tree_size = 11",
    ],
)
def test_nothing_is_sealed_on_top_of_a_broken_tree(
    sealed: list[Entry], lay: Lay, tampering: Tamper, statement: str
) -> None:
    tampering(statement)
    lay(1)
    with pytest.raises(RecordBroken):
        seal(at=timezone.now(), everything=True)


# --- proofs for others -----------------------------------------------------------------------


def as_json(proof: object) -> dict[str, object]:
    """What arrives at somebody else's."""
    arrived: dict[str, object] = json.loads(json.dumps(proof))
    return arrived


def test_each_entry_can_be_proven_to_a_stranger(sealed: list[Entry]) -> None:
    key = public_key(current_county().slug)
    for entry in sealed:
        proof = as_json(inclusion_proof(entry))
        assert check_proof(proof, key)
        assert proof["entry"]["id"] == entry.pk  # type: ignore[index]


def test_the_proof_holds_the_entry_as_it_was_recorded(sealed: list[Entry]) -> None:
    content = inclusion_proof(sealed[2])["entry"]
    assert content["at"] == "2026-03-02T01:30:00.000000Z"
    assert AT.isoformat() == "2026-03-02T01:30:00+00:00"
    assert content["facts"] == {"number": 2}
    assert content["subject_type"] == "contenttypes.contenttype"


def test_proving_costs_the_same_in_a_longer_record(
    lay: Lay, django_assert_num_queries: Callable[..., object]
) -> None:
    for count in (3, 200):
        entry, *_ = lay(count)
        seal(at=timezone.now())
        with django_assert_num_queries(4):
            inclusion_proof(entry)


def test_an_entry_not_sealed_yet_is_said_to_be_so(sealed: list[Entry], lay: Lay) -> None:
    [entry] = lay(1)
    with pytest.raises(NotSealedYet):
        inclusion_proof(entry)


def changed(proof: dict[str, object]) -> list[dict[str, object]]:
    """The proof with one thing wrong, each in turn."""
    wrong = []

    def with_change(change: Callable[[dict[str, object]], object]) -> None:
        copy = as_json(proof)
        change(copy)
        wrong.append(copy)

    with_change(lambda p: p["entry"].update(place_path="0001"))  # type: ignore[attr-defined]
    with_change(lambda p: p["entry"].update(extra=None))  # type: ignore[attr-defined]
    with_change(lambda p: p.update(leaf_index=3))
    with_change(lambda p: p.update(leaf_index=-1))
    with_change(lambda p: p.update(leaf_index="5"))
    with_change(lambda p: p.update(path=p["path"][1:]))  # type: ignore[index]
    with_change(lambda p: p.update(path=[*p["path"], "00" * 32]))  # type: ignore[misc]
    with_change(lambda p: p.update(path="none"))
    with_change(lambda p: p.update(format="another"))
    with_change(lambda p: p.pop("signed"))
    with_change(lambda p: p["signed"].update(signature="00" * 64))  # type: ignore[attr-defined]
    with_change(lambda p: p["signed"]["head"].update(tree_size=10))  # type: ignore[index]
    with_change(lambda p: p["signed"]["head"].update(county="jinchang"))  # type: ignore[index]
    return wrong


def script_says(tmp_path: Path, proof: object, key: str) -> subprocess.CompletedProcess[str]:
    """The stranger's script, run as the stranger would: without this project on the path."""
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "county.pub").write_text(key)
    script = Path(__file__).parents[2] / "docs" / "check_proof.py"
    return subprocess.run(
        [sys.executable, "-I", str(script), "proof.json", "county.pub"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_proof_proves_nothing(sealed: list[Entry]) -> None:
    key = public_key(current_county().slug)
    for wrong in changed(as_json(inclusion_proof(sealed[5]))):
        assert not check_proof(wrong, key)


def test_a_strangers_script_agrees(sealed: list[Entry], tmp_path: Path) -> None:
    key = public_key(current_county().slug)
    proof = as_json(inclusion_proof(sealed[5]))
    said = script_says(tmp_path, proof, key)
    assert said.returncode == 0, said.stderr
    assert "activity.stone_laid" in said.stdout
    for wrong in changed(proof):
        said = script_says(tmp_path, wrong, key)
        assert said.returncode == 1, said.stdout
        assert "Traceback" not in said.stderr


def test_a_proof_needs_the_right_key(
    sealed: list[Entry], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proof = as_json(inclusion_proof(sealed[5]))
    monkeypatch.setattr(settings, "VAR", tmp_path / "another")
    assert not check_proof(proof, public_key(current_county().slug))
    assert not check_proof(proof, "no key")


def test_a_signature_of_another_kind_proves_nothing(sealed: list[Entry]) -> None:
    proof = inclusion_proof(sealed[5])
    other = Ed448PrivateKey.generate()
    proof["signed"]["signature"] = other.sign(as_bytes(proof["signed"]["head"])).hex()
    pem = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert not check_proof(proof, pem.decode())


def test_the_last_head_is_proven_to_continue_each_earlier_one(
    sealed: list[Entry], tmp_path: Path
) -> None:
    key = public_key(current_county().slug)
    heads = [signed_head(head) for head in TreeHead.objects.order_by("tree_size")]
    for head in heads:
        proof = as_json(consistency_proof(since=head))
        assert check_consistency(proof, key)
        assert script_says(tmp_path, proof, key).returncode == 0

    proof = as_json(consistency_proof(since=heads[0]))
    for change in (
        {"before": proof["after"], "after": proof["before"]},
        {"path": [*proof["path"], "00" * 32]},  # type: ignore[misc]
        {"path": proof["path"][1:]},  # type: ignore[index]
        {"before": heads[1]},
        {"before": heads[0] | {"signature": heads[1]["signature"]}},
        {"format": "xiangyue.inclusion.1"},
    ):
        assert not check_consistency(proof | change, key)
        assert script_says(tmp_path, proof | change, key).returncode == 1


def test_a_record_cannot_be_proven_to_continue_a_longer_one(
    sealed: list[Entry], lay: Lay, tampering: Tamper
) -> None:
    kept = signed_head(TreeHead.objects.latest("tree_size"))
    tampering(f"DELETE FROM {LEAF}")
    tampering(f"DELETE FROM {HEAD}")
    with pytest.raises(ValueError, match="continues"):
        consistency_proof(since=kept)


def in_another_countys_name(head: TreeHead) -> SignedHead:
    """The same statement with the same key, but about Jinchang: a key used for two counties."""
    content = signed_head(head)["head"] | {"county": "jinchang"}
    signature = signing_key(current_county().slug).sign(as_bytes(content))
    return {"head": cast(HeadContent, content), "signature": signature.hex()}


def test_a_head_of_another_county_proves_nothing_here(sealed: list[Entry], later: datetime) -> None:
    first = TreeHead.objects.earliest("tree_size")
    foreign = in_another_countys_name(first)
    assert verify_record(at=later, published=[foreign]) == [
        "Published tree heads over 4 to 4 leaves (1): No known key of this county signed them."
    ]
    proof = consistency_proof(since=signed_head(first)) | {"before": foreign}
    assert not check_consistency(proof, public_key(current_county().slug))


def test_the_private_key_is_for_its_owner_alone(sealed: list[Entry]) -> None:
    folder = Path(settings.VAR) / "keys"
    file = folder / f"{current_county().slug}.ed25519"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(folder.glob(".*")), "no drafts are left behind"


def test_the_unsealed_are_those_without_a_leaf(sealed: list[Entry], lay: Lay) -> None:
    fresh = lay(2)
    assert list(unsealed()) == fresh
    assert list(unsealed(after_id=fresh[0].pk)) == fresh[1:]
