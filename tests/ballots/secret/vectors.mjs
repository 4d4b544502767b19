// Holds the phone's script to vectors.json. Usage: node vectors.mjs [a vote to check, as a file]
// Prints a vote that it sealed with its own chance, for the other side to check.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const script = new URL("../../../frontend/js/secret/", import.meta.url);
const group = await import(new URL("group.js", script));
const sealing = await import(new URL("sealing.js", script));
const { sha256 } = await import(new URL("sha256.js", script));
const held = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const number = (text) => BigInt(`0x${text}`);
const ask = (text) => group.hex(sha256(new TextEncoder().encode(text)));

function chance(seed) {
  let count = 0;
  return (below) => {
    count += 1;
    const parts = Array.from({ length: 9 }, (_none, part) => ask(`${seed}/${count}/${part}`));
    return number(parts.join("")) % below;
  };
}

function drained(steps) {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

// hashes and spellings
assert.equal(ask(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
assert.equal(ask("a".repeat(1000)), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
for (const one of held.digest) assert.equal(group.digest(one.purpose, ...one.parts), one.is);
assert.equal(group.canonical(held.canonical), held.canonical_is);
assert.equal(group.numberText(chance("vote of one")(group.Q)), held.chance);

// powers
const table = new group.FixedBase(group.G);
const exponent = group.randomBelow(group.Q);
assert.equal(table.power(exponent), group.power(group.G, exponent));
assert.equal((group.inverse(exponent) * exponent) % group.P, group.ONE);
assert.ok(group.isElement(group.G) && !group.isElement(group.P - group.G));
assert.ok(!group.isElement(group.ZERO) && !group.isElement(group.P));
for (const text of ["", "4", group.numberText(group.P), group.numberText(group.P - group.G)]) {
  assert.throws(() => group.readElement(text), group.Unsound);
}
assert.throws(() => group.readExponent(group.numberText(group.Q)), group.Unsound);

// the trustee's share, the manifest, each vote, byte by byte
const { manifest, votes } = held.published;
const { share } = held;
assert.deepEqual(
  sealing.proveShare(share.ballot, share.trustee, number(share.secret), chance(share.seed)),
  { key: manifest.trustees[0].key, proof: manifest.trustees[0].proof },
);
const vote = sealing.readManifest(manifest);
assert.equal(vote.fingerprint, held.fingerprint);
const forged = structuredClone(manifest);
forged.trustees[1].key = forged.trustees[0].key;
assert.throws(() => sealing.readManifest(forged), { reason: "trustee_proof" });
assert.throws(() => sealing.readManifest({ ...manifest, key: share.secret }), { reason: "joint_key" });

const powers = sealing.powersOf(vote);
let head = sealing.firstHead(vote.fingerprint);
const sealed = held.seeds.map(({ voter, seed, chosen }, i) => {
  const prepared = drained(sealing.prepareVote(vote, powers, chance(seed)));
  const secret = number(held.secrets[voter]);
  const made = sealing.sealVote(vote, { chosen, secret, powers, prepared });
  assert.deepEqual(made, votes[i]);
  assert.throws(
    () => sealing.sealVote(vote, { chosen, secret, powers, prepared }), { reason: "used" },
  );
  const checked = sealing.checkVote(vote, made, powers);
  assert.equal(sealing.receiptCode(checked.hash), held.receipts[i]);
  head = sealing.nextHead(head, checked.hash);
  return checked;
});
assert.equal(head, held.published.head);

// what a phone refuses
const cheat = structuredClone(votes[0]);
cheat.answers[0].choices[0] = votes[2].answers[0].choices[0];
assert.throws(() => sealing.checkVote(vote, cheat, powers), { reason: "signature" });
const fresh = () => drained(sealing.prepareVote(vote, powers));
const secret = sealing.newSecret();
for (const chosen of [[[0, 1], []], [[], []], [[0], [0, 1, 2]]]) {
  const facts = { chosen, secret, powers, prepared: fresh() };
  assert.throws(() => sealing.sealVote(vote, facts), { reason: "not_allowed" });
}

// the sum and a trustee's part in opening it
const { totals, count } = sealing.addUp(vote, sealed);
assert.equal(count, 3);
const opening = held.published.openings[0];
assert.deepEqual(
  sealing.openShare(vote, totals, {
    head, trustee: "t1", secret: number(share.secret), random: chance("opening t1"),
  }),
  opening.shares,
);

const own = sealing.sealVote(vote, { chosen: [[2], [1]], secret, powers, prepared: fresh() });
sealing.checkVote(vote, own, powers);
process.stdout.write(JSON.stringify(own));
