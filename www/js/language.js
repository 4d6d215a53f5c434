// Which language the visitor is spoken to in: the first wanted one that is there.
//
// Left out: the texts (www/texts), and what the policy has in that language (src/notice.rs).

// Tags by which the written language is meant, too.
const MEANT = { __proto__: null, no: "nb", nn: "nb", zh: "zh-Hans" };

/** Of the languages that are there, the first that is wanted: by its whole tag, or by how the tag begins. */
export function choose(wanted, there) {
  for (const tag of wanted) {
    const [primary] = tag.toLowerCase().split("-");
    for (const name of [tag, primary, MEANT[primary]]) {
      const found = there.find((one) => one.toLowerCase() === name?.toLowerCase());
      if (found) return found;
    }
  }
}
