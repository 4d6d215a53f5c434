// Blocks of composed attempts (../compose.mjs): requests, sockets, streams and forms.
//
// Left out: what elements ask for (elements.mjs).

import { call, set } from "./calls.mjs";
import { PARENT, address, text } from "./text.mjs";

// An address with a name in it is none for these.
const isFetchable = (url) => !/@/.test(url);

export function request(chooser) {
  const url = address(chooser, "txt", { allows: isFetchable });
  const value = text(chooser, url);
  const plain = text(chooser, address(chooser, "txt", { isPlain: true, allows: isFetchable }), true);
  const options = chooser.pick([
    "",
    ', { mode: "no-cors" }',
    ', { method: "POST", body: "x", mode: "no-cors" }',
    ', { keepalive: true, mode: "no-cors" }',
    ', { get mode() { return "no-cors"; } }',
  ]);
  const fetches = chooser.pick([
    `W.fetch(${value}${options})`,
    `fetch(${value}${options})`,
    `W.fetch.call(window, ${value}${options})`,
    `Reflect.apply(W.fetch, window, [${value}${options}])`,
    `W.fetch.bind(W)(${value}${options})`,
    `fetch(new Request(${value}${options}))`,
    `fetch(new W.Request(${value}${options}).clone())`,
    `fetch(new Request(new Request(${value}${options})))`,
    `W.window.fetch(${value}${options})`,
    `fetch(Object.defineProperty(new Request(${value}${options}), "url", { value: location.href }))`,
    `Object.getOwnPropertyDescriptor(W, "fetch").value.call(W, ${value}${options})`,
    `new W.Function("u", "return fetch(u)")(${plain})`,
    `fetch(new (class extends Request { get url() { return location.href; } })(${value}${options}))`,
    `W.eval("fetch")(${value}${options})`,
  ]);
  const x = chooser.pick([
    "new XMLHttpRequest()",
    "new W.XMLHttpRequest()",
    "Reflect.construct(W.XMLHttpRequest, [])",
    "new (class extends XMLHttpRequest {})()",
    "new XMLHttpRequest.prototype.constructor()",
  ]);
  const xhr = `const x = ${x}; ${chooser.pick(["", 'x.open("GET", location.href);'])} ${call(chooser, "x", "XMLHttpRequest", "open", '"POST"', value)}; ${call(chooser, "x", "XMLHttpRequest", "send", '"x"')}`;
  const beacon = call(chooser, "W.navigator", "Navigator", "sendBeacon", value);
  return {
    sink: "request",
    code: chooser.pick([`${fetches}.catch(() => {});`, `${fetches}.catch(() => {});`, `${xhr};`, `${beacon};`]),
  };
}

export function socket(chooser) {
  const { host, socketPort, path, id } = chooser.target;
  const url = `ws://${host}:${socketPort}${path}/socket?${id}`;
  const value = text(
    chooser,
    chooser.pick([url, url.replace("ws", "WS"), url.replace("ws:", "http:"), url.replace("://", ":\\\\")]),
  );
  return {
    sink: "request",
    code: chooser.pick([
      `new WebSocket(${value});`,
      `new W.WebSocket(${value});`,
      `Reflect.construct(W.WebSocket, [${value}]);`,
      `new (class extends W.WebSocket {})(${value});`,
      `new W.WebSocket.prototype.constructor(${value});`,
      `Reflect.construct(Object, [], W.WebSocket), new WebSocket(${value});`,
    ]),
  };
}

export function stream(chooser) {
  const value = text(chooser, address(chooser, "txt"));
  return {
    sink: "request",
    code: chooser
      .pick([
        `new EventSource(${value});`,
        `new W.EventSource(${value});`,
        `Reflect.construct(W.EventSource, [${value}]);`,
        `new (class extends EventSource {})(${value});`,
      ])
      .replace(/^(.*);$/, "const x = $1; x.onerror = () => x.close();"),
  };
}

export function form(chooser) {
  const url = address(chooser, "html");
  const value = text(chooser, url);
  const name = `t${chooser.target.id}`;
  const start = `${PARENT} const t = document.createElement("iframe"); t.name = "${name}"; document.body.append(t); const f = document.createElement("form"); f.target = "${name}"; f.method = "${chooser.pick(["get", "post"])}"; f.innerHTML = "<input name=\\"${chooser.target.id}\\"><button></button>";`;
  const action = chooser.pick([
    set(chooser, "f", "HTMLFormElement", "action", value),
    call(chooser, "f", "Element", "setAttribute", '"action"', value),
  ]);
  const put = chooser.pick(["p.append(f);", "p.append(f);", 'p.attachShadow({ mode: "open" }).append(f);']);
  const send = chooser
    .pick([
      call(chooser, "f", "HTMLFormElement", "submit"),
      "f.requestSubmit()",
      'f.querySelector("button").click()',
      'f.querySelector("button").dispatchEvent(new MouseEvent("click"))',
      'f.addEventListener("submit", (event) => event.stopImmediatePropagation(), true); f.requestSubmit()',
    ])
    .replace(", )", ")");
  return { sink: "request", code: `${start} ${action}; ${put} ${send};` };
}
