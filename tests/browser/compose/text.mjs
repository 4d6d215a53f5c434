// Texts of composed attempts (../compose.mjs): an address written so that a browser understands the same one,
// and a text as source in one of many forms.
//
// Left out: what is done with them.

export const quoted = JSON.stringify;

/** The namespace of SVG, as source. */
export const SVG = '"http://www.w3.org/2000/svg"';

/** An element of the page that is there already, as statements that define `p`. */
export const PARENT = 'const p = document.createElement("div"); document.body.append(p);';

const KINDS_OF_FILE = { js: "script.js", css: "style.css", svg: "picture.svg", html: "frame.html", txt: "text.txt" };

/** Ways to write an address so that a browser understands the same one. */
const DISGUISES = [
  (url) => url,
  (url) => url,
  (url) => url.replace("http:", ""),
  (url) => url.replace("http", "HtTP"),
  (url) => url.replace("http:", "h\tt\ntp\r:"),
  (url) => url.replace("://", ":\\\\"),
  (url) => url.replace("://", ":/\\/"),
  (url) => ` \n\u0001${url} \t`,
  (url) => url.replace(/\/([^/]*)$/, "/x/y/../.././$1"),
  (url) => url.replace(/\/([^/]*)$/, "/%2e%2e/%2E/x/..$&").replace("/%2e%2e/%2E", "/x/%2e%2E"),
  (url, host) => url.replace(host, host.toUpperCase()),
  (url, host) => url.replace(host, `%${host.charCodeAt(0).toString(16)}${host.slice(1)}`),
  (url, host) =>
    url.replace(
      host,
      host.replace(/[a-z0-9]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    ),
  (url, host) => url.replace(host, host.slice(0, 2) + "\u00ad" + host.slice(2)),
  (url, host) => url.replace(host, host.replace(".", "\u3002")),
  (url, host) => url.replace(host, host === "127.0.0.1" ? "2130706433" : host),
  (url, host) => url.replace(host, host === "127.0.0.1" ? "0x7f.1" : host),
  (url, host) => url.replace(host, host === "127.0.0.1" ? "0177.0.0.01" : host),
  (url, host) => url.replace(host, `${host}.`),
  (url) => url.replace(/:(\d+)\//, ":0000$1/"),
  (url) => `${url}#fragment`,
  (url) => `${url}&x=/../..//necessary`,
];

export function address(chooser, file, { isPlain, allows } = {}) {
  const { host, port, path, id } = chooser.target;
  const url = `http://${host}:${port}${path}/${KINDS_OF_FILE[file]}?${id}`;
  const disguise = chooser.pick(DISGUISES);
  if (isPlain) return url;
  const text = disguise(url, host);
  if (allows && !allows(text)) return url;
  chooser.isDotted ||= text.includes(`${host}.:`);
  return text;
}

/** A text as source: plain, in pieces, escaped, or an object that becomes it. */
export function text(chooser, value, isOnlyText) {
  const literal = quoted(value);
  const escaped = [...value].map((letter) => `\\u{${letter.codePointAt(0).toString(16)}}`).join("");
  const middle = Math.floor(value.length / 2);
  return chooser.pick([
    literal,
    literal,
    `"${escaped}"`,
    `(${quoted(value.slice(0, middle))} + ${quoted(value.slice(middle))})`,
    `decodeURIComponent(escape(atob("${btoa(unescape(encodeURIComponent(value)))}")))`,
    ...(isOnlyText
      ? [literal]
      : [
          `{ toString: () => ${literal} }`,
          `{ [Symbol.toPrimitive]: () => ${literal} }`,
          `new String(${literal})`,
          `[${literal}]`,
          `new Proxy({ toString: () => ${literal} }, {})`,
        ]),
  ]);
}
