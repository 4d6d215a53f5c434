// Stands in for every other host of the world: a server on loopback that speaks TLS, since browsers ask many a
// known host by https only, whatever a page says. It notes for whom each request was, and answers anything.
//
// The certificate is made anew each time and is worth nothing: the browser of these tests looks at none.

import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:https";

/** One value in the Distinguished Encoding Rules of ASN.1. */
function der(tag, ...contents) {
  const body = Buffer.concat(contents);
  const size =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
const sequence = (...contents) => der(0x30, ...contents);
const integer = (...bytes) => der(0x02, Buffer.from(bytes));
const ECDSA_WITH_SHA256 = der(0x06, Buffer.from("2a8648ce3d040302", "hex"));
const COMMON_NAME = der(0x06, Buffer.from("550403", "hex"));

/** A key, and a certificate that it signed for itself (RFC 5280). */
export function credentials() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from("stand-in")))));
  const validity = sequence(...["200101000000Z", "491231235959Z"].map((time) => der(0x17, Buffer.from(time))));
  const version3 = der(0xa0, integer(2));
  const told = sequence(
    version3,
    integer(1),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", told, privateKey));
  const certificate = sequence(told, algorithm, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}

const ANSWERS = {
  script: ["text/javascript", ""],
  image: ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'],
  frame: [
    "text/html; charset=utf-8",
    '<!doctype html><html lang="en"><title>Embedded</title><p id="embedded">Embedded</p></html>',
  ],
};

/** Starts it; `requests` grows by address and the word its asker marked it with. */
export async function standIns() {
  const requests = [];
  const server = createServer(credentials(), (request, response) => {
    const { host, pathname, searchParams } = new URL(request.url, `https://${request.headers.host}`);
    requests.push({ address: `https://${host}${pathname}`, step: searchParams.get("step") ?? "" });
    const [type, text] = ANSWERS[searchParams.get("as")] ?? ["text/plain", ""];
    const { origin = "*", "access-control-request-headers": asked = "" } = request.headers;
    response
      .writeHead(200, {
        "Content-Type": type,
        // To whoever asks with cookies, and with fields of their own.
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Headers": asked,
      })
      .end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    // What Chromium is started with to come here.
    args: [
      `--host-resolver-rules=MAP * 127.0.0.1:${server.address().port}, EXCLUDE localhost`,
      "--ignore-certificate-errors",
    ],
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
