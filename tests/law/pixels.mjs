// What a picture of a control shows: the fill, the ink on it, and the contrast between the two, counted on
// the pixels that a visitor sees and not on what a style sheet says. Reads the PNG files that a browser
// makes: eight bits a channel, not interlaced; others are an error.

import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";

const SIGNATURE = 8;
const CHANNELS = { 2: 3, 6: 4 };

/** A PNG file as rows of pixels. */
export function decode(file) {
  const parts = [];
  let width, height, channels;
  for (let at = SIGNATURE; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height, channels] = [data.readUInt32BE(0), data.readUInt32BE(4), CHANNELS[data[9]]];
      assert.ok(data[8] === 8 && channels && data[12] === 0, "a picture of another kind");
    }
    if (type === "IDAT") parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const bytes = Buffer.alloc(height * stride);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)];
    for (let at = 0; at < stride; at++) {
      const to = row * stride + at;
      const left = at < channels ? 0 : bytes[to - channels];
      const up = row ? bytes[to - stride] : 0;
      const corner = row && at >= channels ? bytes[to - stride - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      bytes[to] = raw[row * (stride + 1) + 1 + at] + guess;
    }
  }
  const pixel = (x, y) => [...bytes.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
  return { width, height, pixel };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour) {
  const [red, green, blue] = colour
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * What a picture of a button shows, its border left out: the fill is the colour of most pixels, the ink the one
 * that stands out most from it.
 */
export function look(file, border = 6) {
  const picture = decode(file);
  const counts = new Map();
  for (let y = border; y < picture.height - border; y++) {
    for (let x = border; x < picture.width - border; x++) {
      const key = picture.pixel(x, y).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const colours = [...counts].sort(([, one], [, other]) => other - one).map(([key]) => key.split(",").map(Number));
  const [fill] = colours;
  const ink = colours.reduce((best, colour) => (contrast(fill, colour) > contrast(fill, best) ? colour : best), fill);
  return { width: picture.width, height: picture.height, fill, ink, contrast: contrast(fill, ink) };
}

/**
 * Whether a control's text keeps within it: a line of pixels just inside its border, corners left out, is of one
 * colour all around.
 */
export function isWhole(file, inset = 4, corner = 12) {
  const { width, height, pixel } = decode(file);
  const colours = new Set();
  for (let x = corner; x < width - corner; x++)
    for (const y of [inset, height - 1 - inset]) colours.add(pixel(x, y).join());
  for (let y = corner; y < height - corner; y++)
    for (const x of [inset, width - 1 - inset]) colours.add(pixel(x, y).join());
  return colours.size === 1;
}
