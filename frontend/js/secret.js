// Secret votes: loaded on their pages alone. Old browsers do not know BigInt; then nothing below
// runs, and the page goes on saying that one votes on paper.
import * as looking from "./secret/looking.js";
import * as trustee from "./secret/trustee.js";
import * as voting from "./secret/voting.js";

for (const [name, page] of Object.entries({ voting, looking, trustee })) {
  const root = document.querySelector(`[data-secret="${name}"]`);
  if (root) page.start(root);
}
