// The numbers that cross between JavaScript and Rust (src/web/host.rs has the same; tests/tidy.rs compares them): what can
// be told and asked, which wrappers stand, and verdicts.

// What the first module hears.
export const ATTEMPT = 0, MARKUP = 1, MARKED_FRAME = 2, HAS = 3, ERASABLE = 4, STATE = 5, RULES = 6;
export const LOOK = 7, SWEEP = 8, START = 9, HANDOVER = 10, CLOSE = 11, BUTTON = 12;
// What waits for the second one.
export const FAILED = 13, ACTION = 14, CLOSED = 15, CALL = 16, SAVE = 17, LEDGER = 18, EXPORT = 19, WITHDRAW = 20;
export const OWNER_CALL = 21, OWNER_SAVE = 22, NOTICE = 23, ONCE = 24, ALWAYS = 25, TEXTS = 26, GRANT = 27, OWNER_GRANT = 28;

/** Which wrappers have to stand, each with all after it (src/web/host.rs): those that judge requests too, those that find new realms, those of stores. */
export const WRAP_REQUESTS = 0, WRAP_REALMS = 1, WRAP_STORES = 2;

/** The verdicts Rust gives. */
export const ALLOW = 0, HOLD = 1, REFUSE = 2, REMOVE = 3;

/** Added by the first module where nobody has the name that was asked for. */
export const MISTAKE = 4;
