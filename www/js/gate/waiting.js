// Frames that wait for a grant: under which name each one does, and which address a visitor lets one load though
// nothing is granted.
//
// Left out: why a frame waits (elements.js, markup.js), and what a visitor sees in its place (../places.js).
// @ts-check

import { WeakMap, localName, lookUp, note } from "../pristine.js";
import { resolved } from "./address.js";

// The category or service whose frames may load this time: the visitor had the page loaded anew for that.
let once = "";

/**
 * Names what may load this time.
 *
 * @param {string} name
 */
export function setOnce(name) {
  once = name;
}

const names = new WeakMap();

/**
 * The category or service that a frame waits for.
 *
 * @param {Element} frame
 * @returns {string}
 */
export const nameOf = (frame) => lookUp(names, frame);

/** Tells of frames that come into view. */
let /** @type {IntersectionObserver | undefined} */ observer;

/**
 * Names what looks for frames that wait. Without it, nobody asks about them.
 *
 * @param {IntersectionObserver} given
 */
export function setObserver(given) {
  observer = given;
}

/**
 * A frame waits for the grant of this category or service. Answers whether it may load this time; then it may ask
 * for this address.
 *
 * @param {any} frame
 * @param {string | undefined} name
 * @param {string} address
 */
export function wait(frame, name, address) {
  if (!observer || !name || localName(frame) !== "iframe") return false;
  note(names, frame, name);
  if (name === once) {
    letPass(frame, address);
    return true;
  }
  // So that it tells anew about one that it knows.
  observer.unobserve(frame);
  observer.observe(frame);
  return false;
}

let /** @type {WeakMap<Element, string>} */ passes;

/**
 * The address that this element may ask for though nothing is granted.
 *
 * @param {Element} element
 */
export const passOf = (element) => lookUp(passes, element);

/**
 * Lets an element ask for this address.
 *
 * @param {Element} element
 * @param {string} address
 */
export const letPass = (element, address) => note(passes, element, resolved(address, element));

/** A refusal ends what was let through. */
export function endPasses() {
  once = "";
  passes = new WeakMap();
}
endPasses();
