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

  // `next` is the sequence of the first record that has not arrived; `fails` how often in a row it did not, and `untilMs`
  // when it is sent again; `dropped` how many were given up.
  const recall = () => {
    let kept;
    try {
      kept = parse(localStorage.getItem(key) ?? memory ?? "{}");
    } catch {}
    // Any script of the page can write there.
    const number = (name) => (Number.isSafeInteger(kept?.[name]) && kept[name] > 0 ? kept[name] : 0);
    const untilMs = number("untilMs");
    return {
      next: number("next"),
      fails: number("fails"),
      // Never this far ahead, but where the clock was set back since.
      untilMs: untilMs > Date.now() + 2 * DAY_MS ? 0 : untilMs,
      dropped: number("dropped"),
      isDone: kept?.isDone === true,
    };
  };
  const note = (mark) => {
    memory = stringify(mark);
    try {
      localStorage.setItem(key, memory);
      if (localStorage.getItem(key) === memory) return;
    } catch {}
    tell("delivery-forgets", `declare the item ${key} (local-storage) in a necessary category of the policy`);
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
  const isLater = (answer) => !answer || answer.status === 408 || answer.status === 429 || answer.status >= 500;

  /** Sends one record: what the collector answered to it in the end. */
  async function send(line) {
    const answer = await post("records", line, true);
    if (answer?.status !== 409) return answer;
    const notice = notices.get(parse(line).notice.hash) ?? stringify(await consent.notice());
    const kept = await post("notices", notice, false);
    return kept?.ok ? await post("records", line, true) : kept;
  }

  async function pump() {
    for (;;) {
      const mark = recall();
      // A collector that is away is asked by later pages too, and not by each of them at once.
      const wait = mark.untilMs - Date.now();
      if (isStopped || wait > 0) return void (isStopped || later(wait));
      const records = consent.ledger();
      const record = records.find(({ sequence }) => sequence >= mark.next);
      if (!record) return note({ ...mark, fails: 0, untilMs: 0, isDone: true });
      const next = record.sequence + 1;
      if (Date.now() - record.atMs > LONGEST_MS) {
        note({ ...mark, next, dropped: mark.dropped + 1 });
        continue;
      }
      const answer = await send(stringify(record));
      // Another tab may have gone on, and a new ledger may have begun, while this was on its way.
      const now = { ...recall(), isDone: false };
      if (answer?.ok) note({ ...now, next, fails: 0, untilMs: 0 });
      else if (isLater(answer)) {
        const asked = 1000 * Number(answer?.headers.get("Retry-After"));
        const usual = Math.min(MINUTE_MS * 2 ** now.fails, DAY_MS) * (0.5 + Math.random());
        const wait = Math.round(asked > 0 ? Math.min(asked, DAY_MS) : usual);
        note({ ...now, fails: now.fails + 1, untilMs: Date.now() + wait });
      } else {
        note({ ...now, next, fails: 0, untilMs: 0, dropped: now.dropped + 1 });
        tell("record-refused", `the collector answered ${answer.status}; see docs/collector.md`);
      }
    }
  }

  // One page at a time: several at once would send the same records.
  const begin = () => {
    const run = () => pump().catch((error) => tell("delivery-failed", `${error}`));
    return navigator.locks ? navigator.locks.request(key, run) : run();
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(begin, Math.min(wait, DAY_MS));
  };

  const stop = consent.on("record", ({ line, notice }) => {
    const { sequence, notice: shown } = parse(line);
    notices.set(shown.hash, notice);
    const mark = recall();
    // A ledger that was cleared begins anew.
    note({ ...mark, next: Math.min(mark.next, sequence), isDone: false });
    begin();
  });
  // Reading the ledger calls for the second part, so nobody does it for visitors whose records have all arrived.
  if (consent.state.decided && !recall().isDone) later(0);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stop();
  };
}
