// Hands this browser's records to a collector (docs/collector.md): each decision at once, and what did not arrive on
// later pages. The ledger is the queue, so nothing is kept twice; what is kept besides is how far delivery has come.
//
// It is code of the page like any other: its requests and its key are judged by the gate, so the policy declares both in a
// necessary category, and a visitor is told of them there.
//
// Left out: what a record says (src/record.rs), and whether one is sound, which the collector judges.

const { parse, stringify } = JSON;
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** How old a record may be that is still sent. */
const LONGEST_MS = 30 * DAY_MS;
/** How often a record is sent whose notice is missing. */
const PATIENCE = 8;

/**
 * Delivers the records of `consent` to the collector at `endpoint`; `key` is the key of local storage that says how far that
 * has come. Returns what stops it. Where there is no page, nothing happens. Types: delivery.d.ts.
 */
export function deliver(consent, { endpoint, key = "consent-delivery" }) {
  if (!globalThis.document?.defaultView) return () => {};
  const base = `${new URL(endpoint, document.baseURI)}`.replace(/\/$/, "");
  // The notices of this page's decisions by their hash, for a collector that does not know one.
  const notices = new Map();
  const told = new Set();
  let memory;
  let timer;
  let isStopped = false;

  const tell = (code, help) => {
    if (!told.has(code)) console.warn(`consentinel: ${code}; ${help}`);
    told.add(code);
  };

  // `last` is the id of the last record that was taken or given up; `fails` how often in a row the one behind it did not
  // arrive, and `untilMs` when that is sent again; `dropped` how many were given up; `heads` of what all was done.
  const recall = () => {
    let kept;
    try {
      kept = parse(memory ?? localStorage.getItem(key) ?? "{}");
    } catch {}
    // Any script of the page can write there.
    const number = (name) => (Number.isSafeInteger(kept?.[name]) && kept[name] > 0 ? kept[name] : 0);
    const untilMs = number("untilMs");
    return {
      last: `${kept?.last ?? ""}`,
      fails: number("fails"),
      // Never this far ahead, but where the clock was set back since.
      untilMs: untilMs > Date.now() + 2 * DAY_MS ? 0 : untilMs,
      dropped: number("dropped"),
      heads: `${kept?.heads ?? ""}`,
    };
  };
  const note = (mark) => {
    memory = stringify(mark);
    try {
      localStorage.setItem(key, memory);
      if (localStorage.getItem(key) === memory) return void (memory = undefined);
    } catch {}
    tell("delivery-forgets", `declare the item ${key} (local-storage) in a necessary category of the policy`);
  };
  // The first lines of the ledgers of this origin, which change with every record: asking for the ledger itself calls for
  // the second part of the tag.
  const heads = () => {
    let found = "";
    try {
      for (const name of Object.keys(localStorage).sort())
        if (name.startsWith("consentinel-ledger.")) found += localStorage.getItem(name).split("\n", 1)[0];
    } catch {}
    return found;
  };

  async function post(path, body, keepalive) {
    try {
      return await fetch(`${base}/v1/${path}`, {
        method: "POST",
        body,
        keepalive,
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "strict-origin",
        headers: { "Content-Type": "text/plain" },
      });
    } catch {
      return undefined;
    }
  }
  // A page in another language may have the notice that is missing; one that no page has is not waited for.
  const isLater = (answer, fails) =>
    !answer ||
    [408, 429].includes(answer.status) ||
    answer.status >= 500 ||
    (answer.status === 409 && fails < PATIENCE);

  /** The notice of this hash, where this page has it. */
  async function noticeOf(hash) {
    if (notices.has(hash) || !globalThis.crypto?.subtle) return notices.get(hash);
    const text = stringify(await consent.notice());
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    notices.set(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""), text);
    return notices.get(hash);
  }

  /** Sends one record: what the collector answered to it in the end. */
  async function send(line) {
    const answer = await post("records", line, true);
    const notice = answer?.status === 409 && (await noticeOf(parse(line).notice.hash));
    if (!notice) return answer;
    const kept = await post("notices", notice, false);
    return kept?.ok ? await post("records", line, true) : kept;
  }

  async function pump() {
    for (;;) {
      const mark = recall();
      // A collector that is away is asked by later pages too, and not by each of them at once.
      const wait = mark.untilMs - Date.now();
      if (isStopped || wait > 0) return void (isStopped || later(wait));
      const before = heads();
      const records = consent.ledger();
      // In a new ledger that one is not, and all of it is sent.
      const at = records.findIndex(({ id }) => id === mark.last) + 1;
      const record = records.find(({ atMs }, place) => place >= at && Date.now() - atMs < LONGEST_MS);
      if (!record) return void (records.length && note({ ...mark, fails: 0, untilMs: 0, heads: before }));
      const answer = await send(stringify(record));
      const now = recall();
      const isOver = { ...now, last: record.id, fails: 0, untilMs: 0 };
      if (answer?.ok) note(isOver);
      else if (isLater(answer, now.fails)) {
        const asked = 1000 * Number(answer?.headers.get("Retry-After"));
        const usual = Math.min(MINUTE_MS * 2 ** now.fails, DAY_MS) * (0.5 + Math.random());
        const wait = Math.round(asked > 0 ? Math.min(asked, DAY_MS) : usual);
        note({ ...now, fails: now.fails + 1, untilMs: Date.now() + wait });
      } else {
        note({ ...isOver, dropped: now.dropped + 1 });
        tell("record-refused", `the collector answered ${answer.status}; see docs/collector.md`);
      }
    }
  }

  // One page at a time: several at once would send the same records.
  const begin = () => {
    const run = () => pump().catch((error) => tell("delivery-failed", `${error}`));
    // Where a browser keeps nothing it has no locks, or refuses them.
    return navigator.locks ? navigator.locks.request(key, run).catch(run) : run();
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(begin, Math.min(wait, DAY_MS));
  };

  const stop = consent.on("record", ({ line, notice }) => {
    try {
      notices.set(parse(line).notice.hash, notice);
    } catch {
      // Any script can send an event of this name; what is sent stands in the ledger.
    }
    begin();
  });
  // A decision may have been made where nobody heard it.
  if (consent.state.decided && recall().heads !== heads()) later(0);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stop();
  };
}
