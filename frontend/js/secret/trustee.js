// The trustee's page: make a key that never leaves this device, later open the sum with it.
import { G, big, fingerprint, numberText, power } from "./group.js";
import {
  addUp, checkVote, firstHead, newSecret, nextHead, openShare, powersOf, proveShare, readManifest,
} from "./sealing.js";
import { ask, keep, kept, parts, run } from "./waiting.js";

const WORD = "xiangyue-trustee-1";

export function start(root) {
  const show = parts(root);
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { ballot, trustee, keyUrl, openingUrl, recountUrl, stage } = root.dataset;
  const place = `trustee:${ballot}:${trustee}`;

  function refuse(error) {
    find("fault").textContent = (error && error.words) || root.dataset.unsent;
    find("fault-box").hidden = false;
  }

  const written = (secret) => [WORD, ballot, trustee, numberText(secret)].join(":");

  function read(text) {
    const [word, forBallot, forTrustee, digits] = text.trim().split(":");
    const isOurs = word === WORD && forBallot === ballot && forTrustee === trustee;
    if (!isOurs || !/^[0-9a-f]{512}$/.test(digits || "")) throw { words: root.dataset.otherKey };
    return big(`0x${digits}`);
  }

  function make() {
    const text = written(newSecret());
    find("key").value = text;
    const link = find("download");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `key-${trustee.slice(0, 8)}.txt`;
    show("kept");
  }

  async function deliver(button) {
    button.disabled = true;
    find("fault-box").hidden = true;
    try {
      const secret = read(find("key").value);
      if (!find("has-copy").checked) throw { words: root.dataset.noCopy };
      keep(place, find("key").value);
      await ask(keyUrl, { method: "PUT", body: proveShare(ballot, trustee, secret) });
      show("delivered");
    } catch (error) {
      refuse(error);
    }
    button.disabled = false;
  }

  /** Every vote is checked here before anything is opened: a cheat could ask for a single one. */
  function* checked(vote, published) {
    let head = firstHead(vote.fingerprint);
    const [powers, slips, seen, sealed] = [powersOf(vote), new Set(published.slips), new Set(), []];
    for (const content of published.votes) {
      const one = checkVote(vote, content, powers);
      if (!slips.has(one.slip)) throw { words: root.dataset.unsound };
      for (const mark of one.marks) {
        if (seen.has(mark)) throw { words: root.dataset.unsound };
        seen.add(mark);
      }
      head = nextHead(head, one.hash);
      sealed.push(one);
      yield;
    }
    if (head !== published.head || published.slips.length !== published.taken_count) {
      throw { words: root.dataset.unsound };
    }
    return sealed;
  }

  async function open(button) {
    button.disabled = true;
    find("fault-box").hidden = true;
    try {
      const secret = read(find("own-key").value);
      const published = await ask(recountUrl, { isAnonymous: true });
      if (fingerprint(published.manifest) !== root.dataset.fingerprint) {
        throw { words: root.dataset.unsound };
      }
      const vote = readManifest(published.manifest);
      if (power(G, secret) !== vote.trustees[trustee]) throw { words: root.dataset.otherKey };
      find("checking").hidden = false;
      find("checking").max = published.votes.length || 1;
      const sealed = await run(checked(vote, published), (count) => {
        find("checking").value = count;
      });
      const { totals } = addUp(vote, sealed);
      const { head } = published;
      await ask(openingUrl, {
        method: "POST",
        body: { shares: openShare(vote, totals, { head, trustee, secret }) },
      });
      keep(place, null);
      show("opened");
    } catch (error) {
      refuse(error && error.reason ? { words: root.dataset.unsound } : error);
    }
    button.disabled = false;
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "make") make();
    if (button.dataset.do === "deliver") deliver(button);
    if (button.dataset.do === "open") open(button);
  });
  const known = kept(place);
  if (known && find("own-key")) find("own-key").value = known;
  show(stage);
}
