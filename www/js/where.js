// Where pages and the tag's own files are, from what somebody gives: addresses as the runtime prints them. For servers and
// for `npx consentinel`; the native program has the same from a crate.

const PLACES = {
  origin: "the origin of the pages, such as `https://www.example.com`",
  url: "the whole address of the page that is asked for, such as `https://www.example.com/shop`",
  files: "the folder of the tag's files, such as `https://cdn.example.com/consentinel/`, without `;`, `,`, `'` and `@`",
};

/** An address that was given under a name, as the browser prints it; nothing where none was. */
export function addressOf(name, value, isRight = true) {
  if (value === undefined) return undefined;
  try {
    const address = new URL(value);
    if (isRight && /^https?:$/.test(address.protocol)) return address;
  } catch {
    // Told like the others.
  }
  throw new TypeError(`consentinel: ${name}: found \`${value}\`; give ${PLACES[name]}`);
}

/** The origin of pages, and the folder of files, if they are given; `isSource` says whether a header can name a folder. */
export function whereOf({ origin, files } = {}, isSource) {
  const from = addressOf("files", files) && new URL(".", files);
  const folder = from && from.origin + from.pathname;
  addressOf("files", files, folder === undefined || isSource(folder));
  return { origin: addressOf("origin", origin)?.origin, files: folder };
}
