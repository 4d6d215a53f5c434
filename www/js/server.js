// The entry `consentinel/server` of the npm package: the headers of an answer, from a policy and the
// cookies of a request. Everything is decided in the module (src/server.rs); here bytes are carried
// across, and the clock is read. The build puts the module in place of its name.

const compiled = new WebAssembly.Module(Uint8Array.from(atob("consentinel:module"), (character) => character.charCodeAt(0)));

/** Answers a function from the `Cookie` header of a request to headers. Types: server.d.ts. */
export function consentHeaders(policy) {
  const { put, at, learn, answer } = new WebAssembly.Instance(compiled).exports;
  const tell = (text) => new TextEncoder().encode(text).forEach((byte) => put(byte));
  const hear = (length) => JSON.parse(new TextDecoder().decode(Uint8Array.from({ length }, (_, place) => at(place))));
  tell(JSON.stringify(policy));
  for (const message of hear(learn())) console.error(`consentinel: ${message}`);
  return (cookies) => {
    tell(cookies ?? "");
    return hear(answer(Date.now()));
  };
}
