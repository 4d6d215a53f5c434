// The types of the npm package and of `window.consentinel`. docs/api.md tells what each call does.

/** A text in one or more languages: language tag → text. */
export type Texts = { readonly [language: string]: string };

/** What data is for, in words of the law (docs/policy.md, "`for`"). */
export type Use = "sale" | "sharing" | "statistics" | "appearance";

/** What a visitor answers for as a whole. */
export interface Category {
  readonly id: string;
  readonly necessary?: boolean;
  /** What its data is for: what is for `sale` or `sharing` is refused to whoever's browser sends Global Privacy Control. */
  readonly for?: readonly Use[];
  readonly revision?: string;
  readonly title: Texts;
  readonly description: Texts;
  /** The same in one line, at most 90 characters. */
  readonly summary?: Texts;
}

/** A vendor inside a category. */
export interface Service {
  readonly id: string;
  readonly category: string;
  readonly name: string;
  readonly provider: string;
  /** What it is for in one line, at most 90 characters. */
  readonly summary?: Texts;
  /** Two capital letters, ISO 3166-1. */
  readonly country?: string;
  readonly policyUrl?: string;
  /** What its data is for; without it what its category says counts. */
  readonly for?: readonly Use[];
  /** `host` or `*.host`, with a port and the beginning of a path if need be, `blob:` or `data:`: whom a page may ask. */
  readonly hosts?: readonly string[];
}

/** One cookie, storage key, database, cache or service worker, or a family of them (`*` globs). */
export interface Item {
  readonly name: string;
  readonly kind:
    | "cookie"
    | "local-storage"
    | "session-storage"
    | "indexed-db"
    | "cache-storage"
    | "service-worker";
  readonly category: string;
  readonly service?: string;
  readonly purpose: Texts;
  /** `session`, `persistent`, or a count and a unit (`13 months`). */
  readonly duration: string;
  readonly party: "first" | "third";
}

/** The site owner's document, version 1 (docs/policy.md). */
export interface Policy {
  readonly version: 1;
  readonly id: string;
  readonly revision: string;
  readonly controller: {
    readonly name: string;
    readonly address?: string;
    readonly contact?: string;
    readonly privacyPolicy?: string;
    readonly cookiePolicy?: string;
  };
  readonly categories: readonly Category[];
  readonly services?: readonly Service[];
  readonly items?: readonly Item[];
  readonly undeclared?: "refuse" | "allow";
  /** `report`: the gate stops nothing and only reports what it would stop. */
  readonly mode?: "enforce" | "report";
  /** `browser`: the browser alone holds requests, also while nothing is decided, and a grant loads the page anew. */
  readonly gate?: "page" | "browser";
  readonly share?: string;
  /** Whether Do Not Track counts as Global Privacy Control does. */
  readonly dnt?: boolean;
  /** Days, 1 to 395. */
  readonly lifetimeDays?: number;
  /** Days, 182 to 395. */
  readonly refusalLifetimeDays?: number;
  /** Where the first layer stands; without it at the bottom. */
  readonly placement?: "bottom" | "corner" | "center";
  /** The side of the small button, by which lines start unless told; `none` where every page has a control of its own. */
  readonly reopen?: "start" | "end" | "none";
  /** `full`: the first layer shows every description at once; without it one line of each category. */
  readonly layout?: "compact" | "full";
  /** Links of the owner's own beside the policies, at most 6. */
  readonly links?: readonly { readonly title: Texts; readonly url: string }[];
  /** Other words for the product's own texts: language → key → text. */
  readonly texts?: { readonly [language: string]: { readonly [key: string]: string } };
}

/** The ids of the categories of a policy, as its type knows them. */
export type CategoryOf<P extends PolicyFile> = P["categories"][number]["id"];
/** The ids of its services. */
export type ServiceOf<P extends PolicyFile> = P["services"] extends readonly { readonly id: infer Id extends string }[]
  ? Id
  : never;
/** Both. */
export type NameOf<P extends PolicyFile> = CategoryOf<P> | ServiceOf<P>;

/** A type with its words and numbers as TypeScript reads them from a JSON file: `"cookie"` is any text there. */
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : { readonly [Key in keyof T]: Widened<T[Key]> };
/** A policy out of a JSON file. */
export type PolicyFile = Widened<Policy>;

/** A policy whose fields are all known, and whose services and items name categories and services that it has. */
type Checked<P extends Policy> = Exact<P, Policy> & {
  readonly services?: readonly { readonly category: CategoryOf<P> }[];
  readonly items?: readonly { readonly category: CategoryOf<P>; readonly service?: ServiceOf<P> }[];
};
/** No field but those of the shape. */
type Exact<Given, Shape> = Given extends readonly unknown[]
  ? Shape extends readonly (infer Member)[]
    ? { readonly [At in keyof Given]: Exact<Given[At], Member> }
    : never
  : Given extends object
    ? { readonly [Key in keyof Given]: Key extends keyof Shape ? Exact<Given[Key], NonNullable<Shape[Key]>> : never }
    : Given;

/** What holds for one category or service. */
export type Standing = "granted" | "denied" | "undecided" | "necessary";

/** What holds now. */
export interface State<Category extends string = string, Service extends string = string> {
  /** Whether there is something to ask. */
  readonly asks: boolean;
  /** Whether any choice counts. */
  readonly decided: boolean;
  /** The language of the banner. */
  readonly language: string;
  readonly categories: { readonly [id in Category]?: Standing };
  /** Of each service: its own choice, else that of its category. */
  readonly services: { readonly [id in Service]?: Standing };
  /** Whether every grant in this page counts only once it is loaded anew, frames included. */
  readonly reloads: boolean;
  /** What is granted and stored, and counts only once the page is loaded anew: until then `has()` denies it. */
  readonly waits: readonly string[];
  /** The categories and services that a signal of the browser keeps denied (docs/signals.md). */
  readonly optedOut: readonly string[];
  /** When the visitor last decided, in milliseconds since 1970 UTC. */
  readonly decidedAtMs?: number;
  /** When the first choice stops counting. */
  readonly expiresAtMs?: number;
}

/** The lasting entry of one decision (docs/record.md): of what a visitor does here, or of what another tool had stored. */
export type ConsentRecord = FirstRecord | LaterRecord;

/** A record of version 1. */
export interface FirstRecord extends RecordCore {
  readonly version: 1;
  readonly action: "accept-all" | "reject-all" | "save" | "withdraw" | "once";
  readonly via: "banner" | "settings" | "api" | "placeholder";
  readonly notice: { readonly hash: string; readonly language: string; readonly layout: number };
  readonly signals: readonly string[];
}

/**
 * A record of version 2, whose words are open lists: `opt-out` via `signal`, an `accept-all` of which a signal kept something
 * out, `import` via `tool`, and whatever a newer Consentinel writes.
 */
export interface LaterRecord extends RecordCore {
  readonly version: 2;
  readonly action: string;
  readonly via: string;
  readonly notice:
    | { readonly hash: string; readonly language: string; readonly layout: number }
    | { readonly hash: string; readonly language: string; readonly by: string };
  readonly signals: {
    readonly heard: readonly string[];
    readonly sent: readonly { readonly service: string; readonly mechanism: string; readonly value: string }[];
  };
  /** What another tool had stored, where the record tells that. */
  readonly tool?: {
    readonly name: string;
    readonly atMs?: number;
    readonly kind: string;
    readonly key: string;
    readonly said: string;
    readonly mapping: string;
  };
}

/** What records of all versions have. */
export interface RecordCore {
  readonly id: string;
  readonly subject: string;
  readonly atMs: number;
  readonly expiresAtMs: number;
  readonly granted: readonly string[];
  readonly denied: readonly string[];
  readonly left: readonly string[];
  readonly policy: { readonly id: string; readonly revision: string; readonly hash: string };
  readonly build: string;
  readonly sequence: number;
  readonly previous: string;
}

/** The product's own texts in one language: each a text, or texts by plural category. */
export type InterfaceTexts = { readonly [key: string]: string | { readonly [plural: string]: string } };

/** Imports the texts of one language: `() => import("consentinel/texts/de")`. */
export type TextsImport = () => Promise<{ readonly default: InterfaceTexts }>;

/** An item as it is told: one text in the place of several languages. What Consentinel keeps has no category. */
export type ToldItem = Omit<Item, "purpose" | "category"> & { readonly category?: string; readonly purpose: string };

/** A category as it is told, with its services and items. */
export interface ToldCategory {
  readonly id: string;
  readonly necessary?: boolean;
  readonly title: string;
  readonly description: string;
  /** One line: the policy's, or the first sentence of the description. */
  readonly summary: string;
  readonly services: readonly Service[];
  readonly items: readonly ToldItem[];
}

/** Exactly what a visitor is told (docs/record.md, "The notice"). */
export interface Notice {
  readonly layout: number;
  readonly language: string;
  readonly texts: InterfaceTexts;
  /** Without fields where there is no policy that can be read. */
  readonly controller: Partial<Policy["controller"]>;
  readonly categories: readonly ToldCategory[];
  /** The owner's own links; there where the policy has any. */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** There where the first layer shows every description at once. */
  readonly full?: true;
  /** There where every grant loads the page anew: the policy says `"gate": "browser"`. */
  readonly reloads?: true;
}

/** A state change: categories, and services that differ from theirs. */
export interface Change {
  readonly cause: "accept-all" | "reject-all" | "save" | "withdraw" | "opt-out" | "restore" | "expire";
  readonly granted: readonly string[];
  readonly denied: readonly string[];
  /** What is granted and stored, and counts only once the page is loaded anew (docs/csp.md). */
  readonly waits: readonly string[];
}

/** One thing that is wrong, and what to do (docs/errors.md). */
export interface Problem {
  readonly code: string;
  readonly path: string;
  readonly found: string;
  readonly message: string;
}

/** One attempt that was held or refused (docs/api.md, "`consent:attempt`"). */
export interface Attempt {
  readonly kind:
    | Item["kind"]
    | "script"
    | "frame"
    | "image"
    | "media"
    | "object"
    | "style"
    | "link"
    | "css"
    | "fetch"
    | "xhr"
    | "beacon"
    | "websocket"
    | "event-source"
    | "worker"
    | "form"
    | "ping"
    | "font"
    | "redirect"
    | "markup";
  /** The name of the item, the address without query and fragment, or the value of `data-consent`. */
  readonly name: string;
  /** The id of the service that claims it; empty when none does. */
  readonly service: string;
  /** The address of the first script on the stack that is not Consentinel; empty when none is known. */
  readonly script: string;
  /** In milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly verdict: "hold" | "refuse";
}

/** The layer that opened or closed. */
export interface Layer {
  readonly layer: "banner" | "settings";
}

/** What a site keeps elsewhere of one decision (docs/export.md, "From a page into an export"). */
export interface RecordHandedOn {
  /** The finished record: the line of the ledger, byte for byte, without a line feed. */
  readonly line: string;
  /** The canonical text of the notice whose hash is `notice.hash` of the record; empty where it was another tool's. */
  readonly notice: string;
  /** The canonical text of the policy whose hash is `policy.hash` of the record. */
  readonly policy: string;
}

/** The detail of each event. */
export interface EventMap {
  ready: State;
  change: Change;
  open: Layer;
  close: Layer;
  error: { readonly problems: readonly Problem[] };
  attempt: Attempt;
  record: RecordHandedOn;
  /** Right before what waited is let go, whatever changed; what others must be told first is told here. */
  release: null;
}

/** The API of one page: `window.consentinel`, which every script has. */
export interface Consent<Category extends string = string, Service extends string = string> {
  /** Whether this category or service is granted now. */
  has(name: Category | Service): boolean;
  /** What holds now, frozen; a new object each time, but for a handle. */
  readonly state: State<Category, Service>;
  /** Grants everything optional; refused (`grant-untrusted`) on `window.consentinel`, which any script can reach. */
  acceptAll(): void;
  rejectAll(): void;
  /**
   * Grants what is true, denies every other category; a service that is not named follows its category.
   * On `window.consentinel` refused where anything is true.
   */
  save(selection: { readonly [name in Category | Service]?: boolean }): void;
  /** Grants one category or service, and leaves all others as they are; refused on `window.consentinel`. */
  grant(name: Category | Service): void;
  /** Takes consent back, for some categories or services or for all. */
  withdraw(names?: Category | Service | readonly (Category | Service)[]): void;
  /** Opens the settings. */
  open(): void;
  /** Closes the settings without a decision. */
  close(): void;
  /** Listens to an event; returns what stops it. A late listener to `ready` is called too. */
  on<Event extends keyof EventMap>(event: Event, listener: (detail: EventMap[Event]) => void): () => void;
  /**
   * What the visitor is told, for a view of your own. At once where the second part of the tag is there, and else by a
   * promise, which is rejected where that part cannot be had: write `await`.
   */
  notice(): Notice | Promise<Notice>;
  /** This browser's records, oldest first. Until the second part of the tag is there: as they are stored. */
  ledger(): readonly ConsentRecord[];
  /** What was held or refused on this page: the last 200 reports, the newest last. */
  attempts(): readonly Attempt[];
  /** Closes the gate in another window of the same origin; does nothing for any other. */
  guard(window: Window): void;
  /** Hands the ledger to the visitor as a file, and returns its text. */
  export(): string;
  /** The hash of this build: 64 hexadecimal digits. */
  readonly build: string;
  /** The version of Consentinel, such as `0.1.0`. */
  readonly version: string;
}

/** The API with what frameworks subscribe to. */
interface ConsentStore<Category extends string = string, Service extends string = string>
  extends Consent<Category, Service> {
  /** What holds now, frozen: the same object until something changes. */
  readonly state: State<Category, Service>;
  /** Calls the listener after each change of the state; returns what stops it. Needs no `this`. */
  subscribe(listener: () => void): () => void;
  /** The state, as `state` has it. Needs no `this`. */
  getSnapshot(): State<Category, Service>;
  /**
   * Resolves once this category or service is granted, at once where it is; never rejected, and pending as long as it is
   * not: write `whenGranted("chat").then(() => import("./chat.js"))`.
   */
  whenGranted(name: Category | Service): Promise<void>;
}

/**
 * What may be handed to components, to contexts and to code of others: the API that every script has, which grants
 * nothing, with what frameworks subscribe to.
 */
export interface SharedConsent<Category extends string = string, Service extends string = string>
  extends ConsentStore<Category, Service> {
  /** Only the owner's handle has it. */
  readonly shared?: never;
}

/** What `createConsent` returns: the API, which may grant here, with what frameworks subscribe to. */
export interface ConsentHandle<Category extends string = string, Service extends string = string>
  extends ConsentStore<Category, Service> {
  /**
   * The same without the right to grant, to be handed on: `export const consent = createConsent(policy).shared`.
   * Frameworks keep what they are handed where any script of the page finds it.
   */
  readonly shared: SharedConsent<Category, Service>;
  /**
   * Takes Consentinel out of the page: every function of the browser is the browser's own again, the banner and all
   * listeners are gone, what waits is never made, and `has()` is false for everything. What is stored stays, so does
   * `window.consentinel`, and the Content-Security-Policy of the page, which the browser keeps until it is loaded anew and
   * which the console then names. From then on nothing else holds anybody back. `createConsent` starts again, with the
   * same policy too. Only on the handle that started it; on a server there is nothing to take back.
   */
  destroy(): void;
}

/**
 * Starts Consentinel for this page. What it returns may grant, so keep it to yourself; a call with the very same object
 * gets it again, any other one `window.consentinel`, which may not. Without a page (on a server, or where a unit test
 * imitates one) everything optional stays denied. A policy out of a JSON file has names that are any text.
 */
export function createConsent<const P extends Policy>(
  policy: P & Checked<P>,
  options?: Options,
): ConsentHandle<CategoryOf<P>, ServiceOf<P>>;
export function createConsent<const P extends PolicyFile>(
  // Only such a file has an id of which nothing is known.
  policy: P & (string extends P["id"] ? unknown : never),
  options?: Options,
): ConsentHandle;

declare global {
  interface Window {
    /** There once Consentinel has started. */
    readonly consentinel?: Consent;
  }
  /** The same, as scripts behind the tag name it; before it has started there is no such name. */
  const consentinel: Consent;
  /** Of the browser; said here too, so that these types can be read where its library is not. */
  interface CustomEvent<T = any> {
    readonly detail: T;
  }
  interface DocumentEventMap {
    "consent:ready": CustomEvent<EventMap["ready"]>;
    "consent:change": CustomEvent<EventMap["change"]>;
    "consent:open": CustomEvent<EventMap["open"]>;
    "consent:close": CustomEvent<EventMap["close"]>;
    "consent:error": CustomEvent<EventMap["error"]>;
    "consent:attempt": CustomEvent<EventMap["attempt"]>;
    "consent:record": CustomEvent<EventMap["record"]>;
    "consent:release": CustomEvent<EventMap["release"]>;
  }
}

/** How Consentinel starts. */
export interface Options {
  /** `none`: nothing of ours is shown; `consent:open` and `consent:close` tell what your own view should show. */
  readonly ui?: "none";
  /** The page is for a child: nothing is asked, and nothing optional is granted. */
  readonly child?: boolean;
  /** The folder or the origin from which your bundle is loaded, where that is not the page's own. */
  readonly files?: string;
  /**
   * Texts besides the English ones, by language: `{ de }`, with `de` from `consentinel/texts/de`, or what imports them once
   * a visitor wants them: `{ de: () => import("consentinel/texts/de") }`. `consentinel/languages` has all of them so.
   */
  readonly texts?: { readonly [language: string]: InterfaceTexts | TextsImport };
}
