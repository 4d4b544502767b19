// Sealing a vote on the phone, and what trustees do; twin of manifest.py, sealing.py, board.py.
import {
  FixedBase, G, ONE, P, Q, Unsound, big, canonical, digest, fingerprint, numberText, power,
  randomBelow, readElement,
} from "./group.js";
import {
  answerTexts, checkKnowledge, checkOneOf, nothing, prepareOneOf, proveKnowledge, proveOneOf,
  proveSame, readAnswer, times,
} from "./proofs.js";

const only = (content, names) => {
  const found = content && typeof content === "object" ? Object.keys(content).sort() : [];
  if (canonical(found) !== canonical(names.slice().sort())) throw new Unsound("not_canonical");
};
const allowedOf = ({ least, most }) =>
  Array.from({ length: most - least + 1 }, (_none, i) => least + i);

/** Check what was announced, trustee by trustee, and read what sealing needs of it. */
export function readManifest(manifest) {
  if (manifest.format !== "xiangyue.secret-vote.1" || manifest.group !== "ffdhe2048") {
    throw new Unsound("format");
  }
  let key = ONE;
  const trustees = {};
  for (const { id, key: text, proof } of manifest.trustees) {
    const element = readElement(text);
    if (element === ONE || trustees[id]) throw new Unsound("trustees");
    if (!checkKnowledge("trustee", element, readAnswer(proof), [manifest.ballot, id])) {
      throw new Unsound("trustee_proof");
    }
    trustees[id] = element;
    key = (key * element) % P;
  }
  if (key === ONE || manifest.key !== numberText(key)) throw new Unsound("joint_key");
  return {
    fingerprint: fingerprint(manifest), ballot: manifest.ballot, key, trustees,
    questions: manifest.questions,
  };
}

export const newSecret = (random = randomBelow) => random(Q - ONE) + ONE;
export const credentialOf = (secret) => numberText(power(G, secret));
export const slipOf = (credential) => digest("slip", credential);

export function powersOf(vote) {
  const [g, y] = [new FixedBase(G), new FixedBase(vote.key)];
  return { g: (e) => g.power(e), y: (e) => y.power(e), tables: [g, y] };
}

/** Everything that does not depend on the choice, step by step: done while the voter reads. */
export function* prepareVote(vote, powers, random = randomBelow) {
  for (const table of powers.tables) while (table.grow()) if (table.rows.length % 8 === 0) yield;
  const questions = [];
  for (const question of vote.questions) {
    const choices = [];
    for (let place = 0; place < question.choices.length; place += 1) {
      const r = random(Q);
      const proof = yield* prepareOneOf(2, powers, random);
      choices.push({ r, a: powers.g(r), mask: powers.y(r), proof });
      yield;
    }
    const sum = yield* prepareOneOf(allowedOf(question).length, powers, random);
    questions.push({ choices, sum });
  }
  return { questions, k: random(Q) };
}

/** How many steps `prepareVote` takes, for the bar that shows them. */
export const stepCount = (vote) =>
  128 + vote.questions.reduce(
    (sum, question) => sum + 3 * question.choices.length + allowedOf(question).length, 0,
  );

/**
 * The sealed vote. What was prepared serves once: with the same chance twice, two votes together
 * would show the credential's secret. `chosen` holds for each question the positions of the
 * choices taken.
 */
export function sealVote(vote, { chosen, secret, powers, prepared }) {
  if (prepared.isUsed) throw new Unsound("used");
  prepared.isUsed = true;
  const credential = credentialOf(secret);
  const answers = vote.questions.map((question, position) => {
    const binding = [vote.fingerprint, credential, position];
    let [total, rs] = [nothing(), big(0)];
    const choices = question.choices.map((_text, place) => {
      const { r, a, mask, proof } = prepared.questions[position].choices[place];
      const votes = chosen[position].includes(place) ? 1 : 0;
      const cipher = { a, b: votes ? (mask * G) % P : mask };
      [total, rs] = [times(total, cipher), (rs + r) % Q];
      const facts = { votes, r, powers, prepared: proof };
      const answer = proveOneOf("choice", cipher, [0, 1], facts, [...binding, place]);
      return { a: numberText(cipher.a), b: numberText(cipher.b), proof: answer.map(answerTexts) };
    });
    const facts = {
      votes: chosen[position].length, r: rs, powers, prepared: prepared.questions[position].sum,
    };
    const sum = proveOneOf("sum", total, allowedOf(question), facts, binding);
    return { choices, sum: sum.map(answerTexts) };
  });
  const unsigned = {
    format: "xiangyue.sealed-vote.1", ballot: vote.fingerprint, credential, answers,
  };
  const said = [vote.fingerprint, fingerprint(unsigned)];
  const signature = proveKnowledge("signature", secret, said, () => prepared.k);
  return { ...unsigned, signature: answerTexts(signature) };
}

/** Check a sealed vote wholly; returns its ciphers. */
export function checkVote(vote, content, powers) {
  only(content, ["format", "ballot", "credential", "answers", "signature"]);
  if (content.format !== "xiangyue.sealed-vote.1") throw new Unsound("format");
  if (content.ballot !== vote.fingerprint) throw new Unsound("other_ballot");
  const { signature, ...unsigned } = content;
  const element = readElement(content.credential);
  const said = [vote.fingerprint, fingerprint(unsigned)];
  if (element === ONE) throw new Unsound("not_in_group");
  if (!checkKnowledge("signature", element, readAnswer(signature), said)) {
    throw new Unsound("signature");
  }
  if (content.answers.length !== vote.questions.length) throw new Unsound("answers");
  const seen = new Set();
  const ciphers = vote.questions.map((question, position) => {
    const answer = content.answers[position];
    only(answer, ["choices", "sum"]);
    if (answer.choices.length !== question.choices.length) throw new Unsound("answers");
    const binding = [vote.fingerprint, content.credential, position];
    let total = nothing();
    const every = answer.choices.map((choice, place) => {
      only(choice, ["a", "b", "proof"]);
      const cipher = { a: readElement(choice.a), b: readElement(choice.b) };
      const proof = choice.proof.map(readAnswer);
      if (!checkOneOf("choice", cipher, [0, 1], proof, [...binding, place], powers)) {
        throw new Unsound("choice_proof");
      }
      if (seen.has(choice.a)) throw new Unsound("copied");
      seen.add(choice.a);
      total = times(total, cipher);
      return cipher;
    });
    const sum = answer.sum.map(readAnswer);
    if (!checkOneOf("sum", total, allowedOf(question), sum, binding, powers)) {
      throw new Unsound("sum_proof");
    }
    return every;
  });
  return { hash: fingerprint(content), slip: slipOf(content.credential), ciphers, marks: seen };
}

// --- the board -----------------------------------------------------------------------------------

export const firstHead = (print) => digest("board", print);
export const nextHead = (head, hash) => digest("head", head, hash);

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first 80 bits of the vote's hash in four groups. */
export function receiptCode(hash) {
  const bits = Array.from(hash.slice(0, 20), (digit) =>
    parseInt(digit, 16).toString(2).padStart(4, "0"),
  ).join("");
  const letters = bits.match(/.{5}/g).map((five) => LETTERS[parseInt(five, 2)]);
  return letters.join("").match(/.{4}/g).join("-");
}

/** The ciphers of the last vote of each slip, added up unopened. */
export function addUp(vote, sealed) {
  const last = new Map(sealed.map((one) => [one.slip, one]));
  const totals = vote.questions.map((question) => question.choices.map(nothing));
  for (const one of last.values()) {
    one.ciphers.forEach((every, position) =>
      every.forEach((cipher, place) => {
        totals[position][place] = times(totals[position][place], cipher);
      }),
    );
  }
  return { totals, count: last.size };
}

// --- trustees ------------------------------------------------------------------------------------

export function proveShare(ballot, trustee, secret, random = randomBelow) {
  const proof = proveKnowledge("trustee", secret, [ballot, trustee], random);
  return { key: numberText(power(G, secret)), proof: answerTexts(proof) };
}

export function openShare(vote, totals, { head, trustee, secret, random = randomBelow }) {
  return totals.map((every, position) =>
    every.map((total, place) => {
      const binding = [vote.fingerprint, head, trustee, position, place];
      const proof = proveSame("opening", secret, total.a, binding, random);
      return { share: numberText(power(total.a, secret)), proof: answerTexts(proof) };
    }),
  );
}
