// The voter's page: take a slip, choose, seal, cast without a cookie, keep the receipt.
import { big, fingerprint } from "./group.js";
import {
  credentialOf, newSecret, nextHead, powersOf, prepareVote, readManifest, receiptCode, sealVote,
  slipOf, stepCount,
} from "./sealing.js";
import { ask, keep, kept, parts, run } from "./waiting.js";

const SVG = "http://www.w3.org/2000/svg";

function drawing(rows) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `-4 -4 ${rows.length + 8} ${rows.length + 8}`);
  svg.setAttribute("width", "200");
  svg.setAttribute("height", "200");
  const path = document.createElementNS(SVG, "path");
  const dots = rows.map((row, y) =>
    Array.from(row, (dot, x) => (dot === "1" ? `M${x} ${y}h1v1h-1z` : "")).join(""),
  );
  path.setAttribute("d", dots.join(""));
  const paper = document.createElementNS(SVG, "rect");
  for (const [name, value] of [["x", -4], ["y", -4], ["width", "100%"], ["height", "100%"]]) {
    paper.setAttribute(name, value);
  }
  paper.setAttribute("fill", "#fff");
  svg.append(paper, path);
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

export function start(root) {
  const show = parts(root);
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { slipUrl, castUrl, boxUrl } = root.dataset;
  const form = find("choices");
  const manifest = JSON.parse(document.getElementById("manifest").textContent);
  const key = `secret:${fingerprint(manifest)}:${document.body.dataset.owner}`;
  let [mine, vote, powers, preparing, stepsDone] = [kept(key), null, null, null, 0];

  function refuse(error) {
    find("fault").textContent = (error && error.words) || root.dataset.unsent;
    find("fault-box").hidden = false;
    find("fault-box").scrollIntoView({ block: "center" });
  }

  function remember(change) {
    mine = { ...mine, ...change };
    return keep(key, mine);
  }

  function prepare() {
    if (preparing) return;
    stepsDone = 0;
    powers = powers || powersOf(vote);
    preparing = run(prepareVote(vote, powers), (count) => {
      stepsDone = count;
      find("sealing").value = count;
    });
  }

  function showReceipt({ position, head, code, qr }) {
    find("position").textContent = position;
    find("code").textContent = code;
    find("head").textContent = head.match(/.{4}/g).slice(0, 8).join(" ");
    find("look-up").href = `${boxUrl}#${code}`;
    find("qr").replaceChildren(drawing(qr || []));
    show("receipt");
  }

  function next() {
    find("fault-box").hidden = true;
    if (mine && mine.receipt && !mine.isAgain) return showReceipt(mine.receipt);
    if (mine && mine.pending) return show("waiting");
    if (!mine || !mine.isTaken) return show("slip");
    show("choose");
    return setTimeout(prepare, 50);
  }

  async function takeSlip(button) {
    button.disabled = true;
    try {
      // Kept before it is told to the server: a slip taken and lost could not be taken again.
      const secret = mine ? big(`0x${mine.secret}`) : newSecret();
      if (!remember({ secret: secret.toString(16) })) throw { words: root.dataset.full };
      await ask(slipUrl, { method: "POST", body: { slip: slipOf(credentialOf(secret)) } });
      remember({ isTaken: true });
      next();
    } catch (error) {
      refuse(error);
    }
    button.disabled = false;
  }

  async function send() {
    const content = mine.pending;
    const hash = fingerprint(content);
    try {
      const answer = await ask(castUrl, { method: "POST", body: content, isAnonymous: true });
      if (answer.code !== receiptCode(hash) || answer.head !== nextHead(answer.before, hash)) {
        throw { words: root.dataset.wrong };
      }
      remember({ pending: null, receipt: answer, isAgain: false });
      next();
    } catch (error) {
      show("waiting");
      refuse(error);
    }
  }

  async function seal() {
    const chosen = vote.questions.map((_question, position) =>
      Array.from(form.querySelectorAll(`[name="question-${position}"]:checked`), (one) =>
        Number(one.value),
      ),
    );
    const open = chosen.findIndex((one) => !one.length);
    if (open >= 0) {
      refuse({ words: root.dataset.incomplete });
      form.querySelector(`[name="question-${open}"]`).focus();
      return;
    }
    find("fault-box").hidden = true;
    prepare();
    find("sealing").max = stepCount(vote);
    find("sealing").value = stepsDone;
    show("sealing");
    const prepared = await preparing;
    preparing = null;
    const secret = big(`0x${mine.secret}`);
    const content = sealVote(vote, { chosen, secret, powers, prepared });
    form.reset(); // nobody who takes the phone next sees what was chosen
    if (!remember({ pending: content })) mine.pending = content;
    await send();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    seal().catch(refuse);
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "take") takeSlip(button);
    if (button.dataset.do === "send") send();
    if (button.dataset.do === "again") {
      remember({ isAgain: true });
      next();
    }
    if (button.dataset.do === "forget") {
      keep(key, null);
      show("forgotten");
    }
  });

  setTimeout(() => {
    try {
      vote = readManifest(manifest);
    } catch (_error) {
      show("broken");
      return;
    }
    root.dataset.fingerprint = vote.fingerprint;
    next();
  }, 20);
}
