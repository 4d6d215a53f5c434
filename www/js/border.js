// The border between JavaScript and a module: starts it, and carries texts across. The other half is
// src/web/host.rs, which says how a function is added; what each module may call stands in first.js and second.js.
//
// Every function used here is taken when this file runs, so that no script of the page can change what
// Rust hears. Left out: what is said (the numbers are in www/js/told.js), and what the functions do.

import { getter, method } from "./pristine.js";

// Some browsers can be told to do without.
const { Instance, Memory, Module } = globalThis.WebAssembly ?? {};
const { crypto, TextDecoder, TextEncoder } = globalThis;
export const { Uint8Array } = globalThis;
const encode = method("TextEncoder", "encodeInto");
const decode = method("TextDecoder", "decode");
const codeAt = method("String", "charCodeAt");
const getRandomValues = method("Crypto", "getRandomValues");
const buffer = getter(Memory?.prototype, "buffer");

/**
 * The bytes of a module. It travels as text: one character for each byte, moved up by a fixed number and awkward ones
 * by 256 more, which an array of bytes takes off again (xtask/src/encode.rs writes it).
 */
export function unpacked(text, shift) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = codeAt(text, at) - shift;
  return bytes;
}

/**
 * Starts the module in `code` with the functions that it may call, by their letters, and returns what hears: a number
 * of told.js and a text, answered by a number.
 */
export function load(code, functions) {
  const encoder = new TextEncoder();
  // A mark at the beginning belongs to the text.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // Ours alone. It is no export, since a script of the page may come by the instance, and so by all of these: while
  // the module waits for a function that runs code of the page, Chromium's call sites hand it over (`getThis`).
  // As xtask/src/page.rs has it.
  const memory = new Memory({ initial: 2, maximum: 2048 });
  // Whether it is us who call. Asked once for each call: what runs while that lasts may be the page's, which is
  // not heard.
  let isSpeaking;
  // A view is made when it is needed: the memory may have grown since the last.
  const bytes = (at, length) => new Uint8Array(buffer(memory), at, length);
  // What Rust hands over: a text by its place and its length; a number, which has none, as it is.
  const taken = (at, length) => (length === undefined ? at : decode(decoder, bytes(at, length)));
  // Writes a text where Rust takes it from next, and returns its length in bytes. One UTF-16 unit is
  // three bytes at most.
  const put = (text) => {
    const most = text.length * 3;
    return encode(encoder, text, bytes(module.m(most), most)).written;
  };
  // Makes a function callable for Rust: with texts, then at most one number. A function that throws has
  // answered nothing (false, zero, an empty text): what Rust does next must not depend on the page.
  const open = (run) => (a, b, c, d, e, f, g) => {
    try {
      const answer = run(taken(a, b), taken(c, d), taken(e, f), g);
      return typeof answer === "string" ? put(answer) : answer;
    } catch {
      return 0;
    }
  };
  functions.z = () => isSpeaking && !(isSpeaking = false);
  for (const letter in functions) functions[letter] = open(functions[letter]);
  // Fills a part of the memory.
  functions.c = (at, length) => void getRandomValues(crypto, bytes(at, length));
  // The exports: `m` allocates, `h` hears.
  const module = new Instance(new Module(code), { env: { memory }, h: functions }).exports;
  return (kind, text) => {
    const length = put(text);
    isSpeaking = true;
    try {
      return module.h(kind, length);
    } finally {
      // Where the stack ended before anybody asked.
      isSpeaking = false;
    }
  };
}
