// The squares modulo the safe prime ffdhe2048 of RFC 7919, spellings and hashes.
// Twin of src/xiangyue/ballots/secret/group.py; both are held to the same vectors.
// No literals such as 1n: a browser without BigInt must still read this file, to say so.
import { sha256 } from "./sha256.js";

export const big = (value) => BigInt(value);
export const ZERO = big(0);
export const ONE = big(1);
export const G = big(2);
export const P = big(
  "0xffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695" +
    "a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a" +
    "d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935" +
    "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a" +
    "bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4" +
    "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61" +
    "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005" +
    "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff",
);
export const Q = (P - ONE) / G;
export const CHALLENGES = ONE << big(256);

/** What was handed in does not hold; `reason` names the check. */
export class Unsound extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const WINDOW = 4;

function windows(exponent) {
  const digits = exponent.toString(16);
  const found = [];
  for (let i = digits.length - 1; i >= 0; i -= 1) found.push(parseInt(digits[i], 16));
  return found; // the lowest first, four bits each
}

/** base^exponent modulo P, four bits at a time. */
export function power(base, exponent) {
  const small = [ONE];
  for (let i = 1; i < 16; i += 1) small.push((small[i - 1] * base) % P);
  let result = ONE;
  for (const digit of windows(exponent).reverse()) {
    for (let i = 0; i < WINDOW; i += 1) result = (result * result) % P;
    if (digit) result = (result * small[digit]) % P;
  }
  return result;
}

/** Powers of one base from a table; `rows` is filled step by step, so that a page stays awake. */
export class FixedBase {
  constructor(base) {
    this.rows = [];
    this.next = base;
  }

  /** One more row of the table; false when all are there. */
  grow() {
    if (this.rows.length === 512) return false;
    const row = [ONE];
    for (let i = 1; i < 16; i += 1) row.push((row[i - 1] * this.next) % P);
    this.rows.push(row);
    this.next = (row[15] * this.next) % P;
    return true;
  }

  power(exponent) {
    let result = ONE;
    windows(exponent).forEach((digit, place) => {
      while (this.rows.length <= place) this.grow();
      if (digit) result = (result * this.rows[place][digit]) % P;
    });
    return result;
  }
}

/** A member of the group: a square other than 0 (its Q-th power is 1). */
export const isElement = (number) => number > ZERO && number < P && jacobi(number) === 1;

function jacobi(number) {
  let [a, n, sign] = [number, P, 1];
  const low = (value) => Number(value & big(7));
  while (a) {
    while (!(a & ONE)) {
      a >>= ONE;
      if ([3, 5].includes(low(n))) sign = -sign;
    }
    if (low(a) % 4 === 3 && low(n) % 4 === 3) sign = -sign;
    [a, n] = [n % a, a];
  }
  return n === ONE ? sign : 0;
}

export function inverse(number) {
  let [a, b, x, y] = [number, P, ONE, ZERO];
  while (b) {
    const times = a / b;
    [a, b, x, y] = [b, a - times * b, y, x - times * y];
  }
  return ((x % P) + P) % P;
}

// --- spellings -----------------------------------------------------------------------------------

export const numberText = (number) => number.toString(16).padStart(512, "0");
export const challengeText = (number) => number.toString(16).padStart(64, "0");

function read(text, digits) {
  if (typeof text !== "string" || text.length !== digits || /[^0-9a-f]/.test(text)) {
    throw new Unsound("not_canonical");
  }
  return big(`0x${text}`);
}

export function readElement(text) {
  const number = read(text, 512);
  if (!isElement(number)) throw new Unsound("not_in_group");
  return number;
}

export function readExponent(text) {
  const number = read(text, 512);
  if (number >= Q) throw new Unsound("not_below_order");
  return number;
}

export const readChallenge = (text) => read(text, 64);

/** The one spelling of a JSON value of texts, whole numbers, lists and objects. */
export function canonical(content) {
  if (Array.isArray(content)) return `[${content.map(canonical).join(",")}]`;
  if (content && typeof content === "object") {
    const names = Object.keys(content).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(content[name])}`).join(",")}}`;
  }
  return JSON.stringify(content);
}

// --- hashes --------------------------------------------------------------------------------------

const octetsOf = (text) => new TextEncoder().encode(text);

export const hex = (octets) =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");

function part(value) {
  if (typeof value === "string") return octetsOf(value);
  const digits = numberText(big(value));
  return Uint8Array.from({ length: 256 }, (_none, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** SHA-256 of the parts, each with its length before it, under a name for the purpose, in hex. */
export function digest(purpose, ...parts) {
  const pieces = ["xiangyue.secret.1", purpose, ...parts].map(part);
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + 4 + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    new DataView(whole.buffer).setUint32(at, piece.length);
    whole.set(piece, at + 4);
    at += 4 + piece.length;
  }
  return hex(sha256(whole));
}

export const challenge = (purpose, ...parts) => big(`0x${digest(purpose, ...parts)}`);
export const fingerprint = (content) => hex(sha256(octetsOf(canonical(content))));

/** A number below `below` that nobody can guess; 128 bits more than needed hide what is left over. */
export function randomBelow(below) {
  const size = Math.ceil(below.toString(16).length / 2) + 16;
  return big(`0x${hex(crypto.getRandomValues(new Uint8Array(size)))}`) % below;
}
