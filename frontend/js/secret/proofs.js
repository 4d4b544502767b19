// Proofs, as src/xiangyue/ballots/secret/proofs.py makes and checks them; see there why.
import {
  CHALLENGES, G, ONE, P, Q, Unsound, big, challenge, challengeText, inverse, numberText, power,
  randomBelow, readChallenge, readExponent,
} from "./group.js";

const below = (value, order) => ((value % order) + order) % order;

export const answerTexts = ([c, z]) => [challengeText(c), numberText(z)];

export function readAnswer(content) {
  if (!Array.isArray(content) || content.length !== 2) throw new Unsound("not_canonical");
  return [readChallenge(content[0]), readExponent(content[1])];
}

export function proveKnowledge(purpose, secret, binding, random = randomBelow) {
  const k = random(Q);
  const c = challenge(purpose, ...binding, power(G, secret), power(G, k));
  return [c, below(k - c * secret, Q)];
}

export function checkKnowledge(purpose, element, [c, z], binding) {
  const commitment = (power(G, z) * power(element, c)) % P;
  return c === challenge(purpose, ...binding, element, commitment);
}

export function proveSame(purpose, secret, base, binding, random = randomBelow) {
  const k = random(Q);
  const share = power(base, secret);
  const c = challenge(
    purpose, ...binding, power(G, secret), base, share, power(G, k), power(base, k),
  );
  return [c, below(k - c * secret, Q)];
}

/** Chance drawn beforehand for a proof about one of `count` numbers, with its powers. */
export function* prepareOneOf(count, powers, random = randomBelow) {
  const ks = Array.from({ length: count }, () => random(Q));
  const cs = Array.from({ length: count }, () => random(CHALLENGES));
  const commitments = [];
  for (const k of ks) {
    commitments.push([powers.g(k), powers.y(k)]);
    yield;
  }
  return { ks, cs, commitments };
}

/** That the cipher holds one of the allowed numbers, without saying which. */
export function proveOneOf(purpose, cipher, allowed, { votes, r, powers, prepared }, binding) {
  const chosen = allowed.indexOf(votes);
  if (chosen < 0) throw new Unsound("not_allowed");
  const cs = prepared.cs.slice();
  cs[chosen] = big(0);
  const commitments = [];
  allowed.forEach((value, i) => {
    const [g, y] = prepared.commitments[i];
    const off = powers.g(below(cs[i] * big(votes - value), Q));
    commitments.push(g, (y * off) % P);
  });
  const total = challenge(purpose, ...binding, cipher.a, cipher.b, ...commitments);
  cs[chosen] = below(total - cs.reduce((sum, c) => sum + c), CHALLENGES);
  return cs.map((c, i) => [c, below(prepared.ks[i] - c * r, Q)]);
}

export function checkOneOf(purpose, cipher, allowed, answers, binding, powers) {
  if (answers.length !== allowed.length) return false;
  const commitments = [];
  allowed.forEach((value, i) => {
    const [c, z] = answers[i];
    const b = (cipher.b * inverse(power(G, big(value)))) % P;
    commitments.push((powers.g(z) * power(cipher.a, c)) % P, (powers.y(z) * power(b, c)) % P);
  });
  const total = challenge(purpose, ...binding, cipher.a, cipher.b, ...commitments);
  return total === below(answers.reduce((sum, [c]) => sum + c, big(0)), CHALLENGES);
}

export const times = (one, other) => ({ a: (one.a * other.a) % P, b: (one.b * other.b) % P });
export const nothing = () => ({ a: ONE, b: ONE });
