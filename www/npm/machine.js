// Stands in the place of the browser's `WebAssembly` where that is refused, for the one use that www/js/border.js makes of it:
// the modules are there as JavaScript already (xtask/src/scripted.rs), and what would be the bytes of one is its number.

const { ArrayBuffer } = globalThis;
const modules = consentinelScripted;

// Fields are defined and not set, so no setter of the page is asked for them.
class Memory {
  // 2 pages at the start, as xtask/src/page.rs has it; the module makes it larger.
  bytes = new ArrayBuffer(131_072);
  get buffer() {
    return this.bytes;
  }
  set buffer(bytes) {
    this.bytes = bytes;
  }
}

class Module {
  run;
  constructor(bytes) {
    this.run = modules[bytes[0]];
  }
}

class Instance {
  exports;
  constructor({ run }, imports) {
    this.exports = run(imports);
  }
}

export const consentinelWebAssembly = { __proto__: null, Instance, Memory, Module };
