// The numbers that cross between JavaScript and Rust (src/web/host.rs has the same; tests/tidy.rs compares them): what can
// be told and asked, which wrappers stand, and verdicts.

// What the first module hears.
export const ATTEMPT = 0;
export const MARKUP = 1;
export const MARKED_FRAME = 2;
export const HAS = 3;
export const ERASABLE = 4;
export const STATE = 5;
export const RULES = 6;
export const LOOK = 7;
export const SWEEP = 8;
export const START = 9;
export const HANDOVER = 10;
export const CLOSE = 11;
export const BUTTON = 12;
// What waits for the second one: what asks for nothing, controls (up to OWNER_CALL), and at the end what may grant (from
// ALWAYS on).
export const FAILED = 13;
export const ACTION = 14;
export const CLOSED = 15;
export const CALL = 16;
export const OWNER_CALL = 17;
export const LEDGER = 18;
export const EXPORT = 19;
export const WITHDRAW = 20;
export const NOTICE = 21;
export const ONCE = 22;
export const TEXTS = 23;
export const ALWAYS = 24;
export const SAVE = 25;
export const OWNER_SAVE = 26;
export const GRANT = 27;
export const OWNER_GRANT = 28;

/** Which wrappers have to stand, each with all after it (src/web/host.rs): those that judge requests too, those that find new realms, those of stores. */
export const WRAP_REQUESTS = 0;
export const WRAP_REALMS = 1;
export const WRAP_STORES = 2;

/** The verdicts Rust gives. */
export const ALLOW = 0;
export const HOLD = 1;
export const REFUSE = 2;
export const REMOVE = 3;

/** Added by the first module where nobody has the name that was asked for. */
export const MISTAKE = 8;
/** Added to HOLD for a cookie that the browser would hardly take: it is not read while it waits. */
export const UNREAD = 4;
