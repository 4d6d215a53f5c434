// Looks whether the colours of a site can be read: what is written on what, measured as it came out (WCAG 2.2,
// 1.4.3). Colours that cannot be read are told to the developer, and ours are taken instead.
//
// Left out: the colours themselves, and what `plain` does to them (www/css/banner.css).

import { warn } from "./speak.js";

const LEAST = 4.5;

// Made when something is measured: a canvas is dear.
let pixel;

// Any colour that CSS can write, as it looks on white; the canvas does the reading.
function luminance(colour) {
  for (const layer of ["#fff", colour]) {
    pixel.fillStyle = layer;
    pixel.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
}

function contrast(element, ground) {
  const values = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(luminance);
  return Math.max(...values) / Math.min(...values);
}

/** Measures the open settings, and takes our own colours where those of the page are too close to each other. */
export function checkContrast(dialog) {
  pixel ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const { host } = dialog.getRootNode();
  const [title, button] = ["h2", '[data-consent-action="accept-all"]'].map((selector) =>
    dialog.querySelector(selector),
  );
  const ratio = Math.min(contrast(title, dialog), contrast(button, button));
  if (ratio >= LEAST || host.hasAttribute("plain")) return;
  host.setAttribute("plain", "");
  warn([
    "contrast-low",
    "consent-banner",
    ratio.toFixed(1),
    "let text and ground differ by 4.5 to 1 at least, ours stand in",
  ]);
}
