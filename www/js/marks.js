// The elements of a page's own markup that ask for an address by themselves, each as it is written and as it waits with a
// mark (docs/api.md, "Markup"). The one place that says how an element is marked: the panel of owners imports it
// (report.js), and `consentinel scan` evaluates it in the pages that it visits (scan/src/scripts.rs), so its only export
// is one function that uses nothing of other files.
//
// Left out: which of these addresses may be asked, which the gate says, and for a scan the browser. And what no mark can
// hold: addresses inside of styles, and elements of SVG.

/**
 * What an element asks for, and how it is marked; nothing where it asks nobody. What the parts of media ask for is theirs.
 *
 * - `urls`: the addresses that it may ask for, of http and https alone.
 * - `written`: its start tag, with what is inside where that waits with it.
 * - `marked`: two texts, between which the id of the service stands; `null` for `noscript`, which no mark holds.
 * - `isUnseen`: whether the browser tells no program of what it does for it, as for a connection made ahead.
 */
export function asking(element) {
  // More than anybody writes.
  const LONGEST = 20_000;
  const CODE = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;
  const FETCHING = /\b(?:stylesheet|icon|manifest|(?:module)?preload|prefetch|prerender|preconnect|dns-prefetch)\b/i;
  const AHEAD = /\b(?:preconnect|dns-prefetch)\b/i;
  const OURS = /\/consentinel[\w.-]*\.js(?:[?#]|$)/;
  const MEDIA = /^(?:video|audio)$/;
  const WAITING = { src: "data-src", srcset: "data-srcset" };
  // What a gate that was closed has taken away, it keeps under these names.
  const TAKEN = /^data-consent-(?=(?:src|srcset|href|imagesrcset|data|poster|type)$)/;
  const name = element.localName;
  const attributesOf = (one) => {
    // The value of a nonce is the server's, new for each answer, and browsers hide it.
    const all = [...one.attributes].map(({ name, value }) => [name, name === "nonce" ? "…" : value]);
    const isTaken = all.some(([key]) => key === "data-consent-type");
    const own = all.filter(([key]) => !(isTaken && key === "type"));
    return own.map(([key, value]) => [key.replace(TAKEN, ""), value]).filter(([key, value]) => key !== "type" || value);
  };

  const resolved = (text) => {
    try {
      const { protocol, href } = new URL(text, element.baseURI);
      return text !== "" && /^https?:$/.test(protocol) ? [href] : [];
    } catch {
      return [];
    }
  };
  // A candidate is an address, which may have commas inside, and what it is for; a comma ends each (HTML, 4.8.4.3.10).
  const candidates = (text) => {
    const urls = [];
    let isAddress = true;
    for (const word of text.split(/\s+/)) {
      const comma = isAddress ? -1 : word.indexOf(",");
      if (!isAddress && comma < 0) continue;
      const rest = word.slice(comma + 1).replace(/^,+/, "");
      const address = rest.replace(/(?<!,),+$/, "");
      urls.push(...resolved(address));
      isAddress = address === "" || address !== rest;
    }
    return urls;
  };
  const urlsOf = (one, ...names) =>
    attributesOf(one)
      .filter(([key]) => names.includes(key))
      .flatMap(([key, value]) => (key.endsWith("srcset") ? candidates(value) : resolved(value.trim())));

  const given = attributesOf(element);
  const read = (name) => (given.find(([key]) => key === name)?.[1] ?? "").trim();
  // A mark that is there already gives way.
  const plain = given.filter(([key]) => key !== "data-consent");
  const waiting = plain.map(([key, value]) => [WAITING[key] ?? key, value]);
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const printed = (attributes) => attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join("");
  const end = /^(?:img|link|embed|source|input)$/.test(name) ? "" : `</${name}>`;
  const told = (urls, inside, marked, isUnseen = false) => {
    const written = `<${name}${printed(given)}>${inside}${end}`;
    return urls.length === 0 || written.length > LONGEST ? null : { urls, written, marked, isUnseen };
  };
  const inTemplate = (urls, isUnseen) => {
    const inside = end && element.innerHTML.replaceAll(/ data-consent-(?=(?:src|srcset|data)=")/g, " ");
    const html = `<${name}${printed(plain)}>${inside}${end}`;
    return told(urls, inside, ['<template data-consent="', `">${html}</template>`], isUnseen);
  };
  // One that has another address waiting already, for a script that shows it later, cannot have two of a name.
  const isTwice = new Set(waiting.map(([key]) => key)).size < waiting.length;
  const alone = (urls) =>
    isTwice ? inTemplate(urls) : told(urls, "", [`<${name} data-consent="`, `"${printed(waiting)}>${end}`]);

  if (name === "script") {
    const type = read("type");
    if (!CODE.test(type)) return null;
    const urls = urlsOf(element, "src");
    // The gate waits for nobody.
    if (urls.some((url) => OURS.test(url))) return null;
    const isModule = /^module$/i.test(type);
    const rest = waiting.filter(([key]) => key !== "type");
    if (isModule) rest.push(["data-type", "module"]);
    return told(urls, "", ['<script type="text/plain" data-consent="', `"${printed(rest)}></script>`]);
  }
  if (name === "link") {
    const relation = read("rel");
    if (!FETCHING.test(relation)) return null;
    return inTemplate(urlsOf(element, "href", "imagesrcset"), AHEAD.test(relation));
  }
  if (MEDIA.test(name)) {
    // A source that gets its address later is not looked at again, so all of it waits.
    const parts = [...element.querySelectorAll("source,track")].flatMap((part) => urlsOf(part, "src"));
    const others = [...urlsOf(element, "poster"), ...parts];
    const urls = [...urlsOf(element, "src"), ...others];
    return others.length > 0 || element.firstElementChild ? inTemplate(urls) : alone(urls);
  }
  if (name === "source") return MEDIA.test(element.parentElement?.localName) ? null : alone(urlsOf(element, "srcset"));
  if (name === "object") return inTemplate(urlsOf(element, "data"));
  if (name === "noscript") {
    // Where scripts run, what is inside is a text.
    const text = element.textContent;
    const values = text.matchAll(/\s(?:src|href|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi);
    const urls = [...values].flatMap(([, ...one]) => resolved(one.join("").replaceAll("&amp;", "&").trim()));
    return told(urls, text, null, true);
  }
  const isPicture = name === "input" && /^image$/i.test(read("type"));
  return isPicture || /^(?:iframe|frame|img|embed)$/.test(name) ? alone(urlsOf(element, "src", "srcset")) : null;
}
