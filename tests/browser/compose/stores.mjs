// Blocks of composed attempts (../compose.mjs): cookies, storages and databases.
//
// Left out: where the names come from (the target of `compose`).

import { call, set } from "./calls.mjs";
import { quoted, text } from "./text.mjs";

export function cookie(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const pair = `${chooser.pick(["", " ", "\t"])}${name}${chooser.pick(["", " "])}=1${chooser.pick(["; Path=/", ";path=/;max-age=9999", "; SameSite=Lax; Path=/", "; Path=/; Expires=Fri, 31 Dec 2038 23:59:59 GMT"])}`;
  const document = chooser.pick(["document", "W.document", "W.document.documentElement.ownerDocument"]);
  const value = text(chooser, pair);
  return {
    sink: "cookie",
    name,
    code: chooser.pick([
      `${set(chooser, document, "Document", "cookie", value)};`,
      `${set(chooser, document, "Document", "cookie", value)};`,
      `with_ = new Function("d", "v", "with (d) cookie = v"); with_(${document}, ${value});`.replaceAll(
        "with_ =",
        "const with_ =",
      ),
      `new W.Function("v", "document.cookie = v")(${value});`,
      `W.eval(${quoted(`document.cookie = ${quoted(pair)}`)});`,
      `cookieStore.set(${quoted(name)}, "1");`,
      `cookieStore.set({ name: ${quoted(name)}, value: "1", path: "/" });`,
      `CookieStore.prototype.set.call(cookieStore, { get name() { return ${quoted(name)}; }, get value() { return "1"; } });`,
    ]),
  };
}

export function storage(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const [sink, area] = chooser.pick([
    ["local-storage", "localStorage"],
    ["session-storage", "sessionStorage"],
  ]);
  const from = chooser.pick([
    `window.${area}`,
    `W.${area}`,
    `Reflect.get(window, "${area}")`,
    `W["${area.slice(0, 3)}" + "${area.slice(3)}"]`,
    `(Object.getOwnPropertyDescriptor(W, "${area}") ?? Object.getOwnPropertyDescriptor(W.Window.prototype, "${area}")).get.call(W)`,
    `new StorageEvent("storage", { storageArea: window.${area} }).storageArea`,
  ]);
  const key = text(chooser, name);
  const literal = quoted(name);
  return {
    sink,
    name,
    code:
      `const s = ${from}; ` +
      chooser.pick([
        call(chooser, "s", "Storage", "setItem", key, '"1"'),
        call(chooser, "s", "Storage", "setItem", key, '"1"'),
        `s[${key}] = "1"`,
        `Object.assign(s, { [${literal}]: "1" })`,
        `Reflect.set(s, ${literal}, "1")`,
        `Object.defineProperty(s, ${literal}, { value: "1", configurable: true, enumerable: true, writable: true })`,
        `Reflect.defineProperty(s, ${literal}, { value: "1", configurable: true, enumerable: true, writable: true })`,
        `Object.defineProperties(s, { [${literal}]: { value: "1", configurable: true, enumerable: true, writable: true } })`,
        `s[${literal}] ??= "1"`,
        `s[${literal}] = 1; s[${literal}] += "x"`,
        `Reflect.set(Object.create(s), ${literal}, "1", s)`,
        `[s[${literal}]] = ["1"]`,
      ]) +
      ";",
  };
}

export function database(chooser) {
  const name = chooser.target.prefix + chooser.target.id;
  const key = text(chooser, name);
  return chooser.pick([
    {
      sink: "storage-bucket",
      name,
      takesTime: true,
      code: `${call(chooser, "W.navigator.storageBuckets", "StorageBucketManager", "open", key)};`,
    },
    { sink: "indexed-db", name, takesTime: true, code: `${call(chooser, "W.indexedDB", "IDBFactory", "open", key)};` },
    {
      sink: "cache-storage",
      name,
      takesTime: true,
      code: `${call(chooser, "W.caches", "CacheStorage", "open", key)};`,
    },
  ]);
}
