// The types that the scripts of this folder are checked with: of what pristine.js takes from the browser, of what the
// files of gate/ hand to each other, and of what the compiler's own library does not say of browsers. `tsc -p
// tests/types/page.json` reads them; nothing of it ships. The types of the package are in consentinel.d.ts.

// ---- what pristine.js takes ---------------------------------------------------------------------

/** The instances of a class of the browser by its name; what stands on another object may be called on any. */
type InstanceOf<Of> = Of extends keyof typeof globalThis
  ? (typeof globalThis)[Of] extends { prototype: infer Instance }
    ? Instance
    : any
  : any;

/** What is known better here than in the library. */
interface Known {
  /** Of what can be called in more than one way the library tells the last one. */
  split: (separator: string | RegExp) => string[];
  /** Events are looked at while they are dispatched, so they have one; which kind it is, the listener knows. */
  target: any;
  /** Only a document has none, and none is asked; it may be an element's or a frame's of another realm. */
  ownerDocument: any;
  /** Only documents and doctypes have none. */
  textContent: string;
}
type MemberOf<Of, Name> = Name extends keyof Known
  ? Known[Name]
  : Name extends keyof InstanceOf<Of>
    ? InstanceOf<Of>[Name]
    : any;

/** A method that is given its object as the first argument. */
type TakenMethod<Of, Name> =
  MemberOf<Of, Name> extends (...given: infer Given) => infer Answer
    ? (self: InstanceOf<Of>, ...given: Given) => Answer
    : (self: InstanceOf<Of>, ...given: any[]) => any;

type TakenGetter<Of, Name> = (self: InstanceOf<Of>) => MemberOf<Of, Name>;
type TakenSetter<Of, Name> = (self: InstanceOf<Of>, value: MemberOf<Of, Name>) => void;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? [First, ...Words<Rest>] : [Text];
type Taken<Of, Name> =
  MemberOf<Of, Name> extends (...given: any[]) => any ? TakenMethod<Of, Name> : TakenGetter<Of, Name>;
/** One for each of the names, which stand in a text with spaces between. */
type TakenAll<Of, Names extends string, List extends string[] = Words<Names>> = {
  [At in keyof List]: Taken<Of, List[At]>;
};

// ---- what the files of gate/ hand to each other ------------------------------------------------------

/** A window's functions and classes, by their names; whose they are is not known, so nothing is known of them. */
type Realm = Record<string, any>;

/**
 * A function of ours around one of a realm: the object that it is called on, the arguments, what goes on to the
 * browser's with what these then are, and its name.
 */
type Act = (self: any, args: any[], run: (other?: any) => any, name: string) => any;
/** The same around a constructor. */
type ActNew = (args: any[], make: () => any) => any;
/** The same around a method that answers by a promise; `make` makes an attempt. */
type ActLater = (self: any, args: any[], run: (other?: any) => any, make: Make, name: string) => any;
type Make = (
  word: string,
  name: string,
  failure?: string | (() => Error),
  key?: unknown,
  verdict?: number,
  signal?: AbortSignal,
) => any;

/** What a pattern finds that matches every text. */
type Found = RegExpExecArray;

/** A part of a list that has no array, which a page could reach into. */
type Linked<Part> = Part & { next: Linked<Part> | null };
type List<Part> = Linked<Part> | null;

/** What is told of an attempt that was not simply allowed. */
interface Told {
  kind: string;
  name: string;
  service: string;
  verdict: "hold" | "refuse";
}
/** An attempt that waits: see `hold` in gate/held.js. */
interface Waiting {
  key: unknown;
  size: number;
  again: () => unknown;
  drop?: Drop;
  seen?: (has?: string) => string | null | undefined;
  before?: string | null;
  written?: Written;
  report: Told | null;
}
/** What was written and waits, and is read meanwhile as if it were kept. */
interface Written {
  /** The word for its kind. */
  word: string;
  name: string;
  /** Of a cookie with its name, as a jar shows it. */
  value: string;
  /** Of a cookie: under which path it shows, and until when. */
  path?: any;
  until?: any;
}
/** Told whether something newer has taken the place of what waited. */
type Drop = ((isReplaced?: boolean) => unknown) | null;

/** What is put into a text, by its place. */
type Edits = Record<string | number, any>;
/** See `scan` in gate/html.js. */
interface Scanned {
  edits: Edits | null;
  frames: Record<string | number, any> | null;
  hasRoots: boolean;
  start: number;
  keep: number;
}
/** An attribute in markup as text: where it stands, what is written and, once it is read, what that says. */
interface Attribute {
  name: string;
  at: number;
  value: string;
  /** Where a value in quotes begins. */
  quoted?: number | string;
  text?: string | null;
}
/** Where markup goes in: see gate/tree.js. */
interface Place {
  parent: any;
  before: Node | null;
  after: Node | null;
}

// ---- what the library does not say --------------------------------------------------------------

/** Options without a prototype take nothing from what a page gives to all objects. */
interface WithoutPrototype {
  __proto__?: null;
}
interface PropertyDescriptor extends WithoutPrototype {}
interface EventListenerOptions extends WithoutPrototype {}
interface EventInit extends WithoutPrototype {}
interface MutationObserverInit extends WithoutPrototype {}
interface RequestInit extends WithoutPrototype {}

/** https://www.w3.org/TR/trusted-types/ */
declare var trustedTypes: any;

/** By what kind of navigation a page came, where the entry is one. */
interface PerformanceEntry {
  readonly type?: string;
}

/** What the build puts into a script (xtask/src/bundle.rs). */
declare module "#assets" {
  export const module: string;
  export const texts: Record<string, Record<string, any>>;
  export const languages: string;
  export const build: string;
  export const shift: number;
  export const version: string;
  export const style: string;
}
