// The third parties of the demo, on this machine: every service of an example policy gets an origin of
// its own, `SERVICE.SITE.vendors.localhost` with the port of the demo, under which its stand-in answers.
// Browsers take every name below `localhost` for this machine (RFC 6761, section 6.3), so the pages
// really talk to other origins and nothing leaves the machine.
//
// This is the one place where the vendors' hosts are exchanged for stand-ins; the policy files keep the
// true ones. Stand-ins do what the policy says of their service, and nothing that only the real vendor
// does: no fingerprints, no network, and nothing is kept here beyond the list of what arrived.

const HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)\.vendors\.localhost(?::\d+)?$/;
const MOST_ARRIVALS = 500;

/** Where the services of one vendor send the browser on: their pixels answer with an address elsewhere. */
const REDIRECTS = { "google-ads": "adform" };

/** The host of the stand-in, with its port. */
export function hostOf(site, service, port) {
  return `${service}.${site}.vendors.localhost:${port}`;
}

/** Where a site of the demo stands: on a host of its own too, so that each has its own jar and answers. */
export function addressOf(site, port) {
  return `http://${site}.localhost:${port}/${site}/`;
}

/** The policy as the demo serves it: whoever has hosts is reached at the stand-in instead. */
export function withStandIns(policy, site, port) {
  const services = (policy.services ?? []).map((service) =>
    service.hosts ? { ...service, hosts: [hostOf(site, service.id, port)] } : service,
  );
  return { ...policy, services };
}

/**
 * The stand-ins of a server. `readPolicy` gets the name of a site and returns its policy, or throws.
 * `isFor` says whether a request is theirs, `arrivals` lists what those of a site got.
 */
export function standIns(readPolicy) {
  const arrived = [];

  const isFor = (request) => HOST.test(request.headers.host ?? "");

  async function answer(request, response) {
    const [, service, site] = HOST.exec(request.headers.host);
    const [path] = request.url.split("?", 1);
    // What browsers ask for by themselves says nothing about the page.
    if (path !== "/favicon.ico") {
      arrived.push({
        site,
        service,
        method: request.method,
        path,
        body: request.body.slice(0, 200),
        cookie: request.headers.cookie ?? "",
        atMs: Date.now(),
      });
      if (arrived.length > MOST_ARRIVALS) arrived.shift();
    }
    // Pages read what they fetch, and send any kind of content.
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*");
    const policy = await readPolicy(site);
    const make = policy.services?.some(({ id }) => id === service) ? ANSWERS[path] : undefined;
    if (make) make({ policy, site, service, port: request.socket.localPort, response });
    else send(response, 404, "text/plain; charset=utf-8", "not found\n");
  }

  const arrivals = (site) => arrived.filter((one) => one.site === site);
  return { isFor, answer, arrivals };
}

const ANSWERS = {
  // The script of a service: keeps what the policy declares for it, and tells its own host of the visit.
  "/tag.js": ({ policy, site, service, port, response }) => {
    const items = itemsOf(policy, service).filter(({ party, kind }) => party === "third" && kind !== "service-worker");
    const told = {
      service,
      origin: `http://${hostOf(site, service, port)}`,
      items: items.map(({ name, kind }) => [kind, example(name)]),
    };
    send(response, 200, "text/javascript", `(${runTag})(${JSON.stringify(told)});\n`);
  },
  "/pixel.svg": ({ service, site, port, response }) => {
    const next = REDIRECTS[service];
    if (next === undefined) send(response, 200, "image/svg+xml", PIXEL);
    else response.writeHead(302, { Location: `http://${hostOf(site, next, port)}/synced.svg` }).end();
  },
  // Where a redirecting pixel ends.
  "/synced.svg": ({ response }) => send(response, 200, "image/svg+xml", PIXEL),
  "/collect": ({ response }) => response.writeHead(204).end(),
  // A page of the service in a frame, which keeps cookies of its own host, one jar for each site around
  // it, as far as browsers let it.
  "/frame": ({ policy, service, response }) => {
    const cookies = itemsOf(policy, service).filter(({ kind }) => kind === "cookie");
    response.setHeader(
      "Set-Cookie",
      cookies.map(({ name }) => `${example(name)}=1; Path=/; Secure; SameSite=None; Partitioned`),
    );
    const { name, provider } = policy.services.find(({ id }) => id === service);
    send(response, 200, "text/html; charset=utf-8", frame(name, provider));
  },
};

const PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n';

function itemsOf(policy, service) {
  return (policy.items ?? []).filter((item) => item.service === service);
}

/** A name that the declared one matches. */
function example(name) {
  return name.replaceAll("*", "demo");
}

// Runs in the page, printed by its own text.
function runTag({ service, origin, items }) {
  for (const [kind, name] of items) {
    if (kind === "cookie") document.cookie = `${name}=1; Path=/; SameSite=Lax; Max-Age=86400`;
    if (kind === "local-storage") localStorage.setItem(name, "1");
    if (kind === "session-storage") sessionStorage.setItem(name, "1");
  }
  navigator.sendBeacon(`${origin}/collect`, `${service} saw ${location.pathname}`);
  for (const slot of document.querySelectorAll(`[data-vendor="${service}"]`)) slot.dataset.state = "running";
}

function frame(name, provider) {
  const text = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${text(name)}</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: .25rem; padding: 1rem; text-align: center; box-sizing: border-box;
    font: 15px/1.5 system-ui, sans-serif; background: light-dark(#e6f2ef, #16302f); color: light-dark(#12292f, #e6f0ee); }
  h1 { font-size: 1.1rem; margin: 0; } p { margin: 0; }
</style></head>
<body><main><h1>${text(name)}</h1><p>Stands for a page of ${text(provider)} and came from another origin</p></main></body></html>
`;
}

function send(response, status, type, body) {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
}
