// The page of the looks: controls, the banner of this page as a live example, contrasts, and the CSS to copy.
// It uses what every site has, the custom properties of `consent-banner` and the field `placement` of the
// policy; only to show another place at once it sets the attribute, which a site leaves to its policy.
// Hooks for tests: #light-background and so on for each colour, #accent, #density, #verdict, #css-text, #policy-text.

const COLOURS = {
  background: "Background",
  text: "Text",
  soft: "Quiet text",
  line: "Lines",
  button: "Buttons",
  "button-text": "Text of buttons",
};
// What is read on what, and the least contrast: 4.5 for text, 3 for the edge of a control (WCAG 2.2, 1.4.3 and 1.4.11).
const CONTRASTS = { text: ["background", 4.5], soft: ["background", 4.5], button: ["background", 3], "button-text": ["button", 4.5] };
const FONTS = {
  "The system's": "",
  "The page's serif": "Georgia, Cambria, serif",
  Rounded: 'ui-rounded, "Nunito", "Quicksand", system-ui, sans-serif',
  Humanist: 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, sans-serif',
  Monospace: 'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace',
};

const byId = (id) => document.getElementById(id);

/** Six colours from six values, in the order of `COLOURS`. */
const palette = (...values) => Object.fromEntries(Object.keys(COLOURS).map((name, place) => [name, values[place]]));

/** The colours as they come, read from the style in the tag's own files, so that they are never out of date. */
async function defaults() {
  const tag = document.querySelector('script[src$="/consentinel.js"]').src;
  const files = [tag, tag.replace(".js", ".part.js")].map((file) => fetch(file).then((answer) => answer.text()));
  const style = (await Promise.all(files)).join("");
  const pairs = ["back", "text", "soft", "line"].map((name) =>
    new RegExp(`--${name}: *light-dark\\((#\\w+), *(#\\w+)\\)`).exec(style).slice(1).map(long),
  );
  return Object.fromEntries(["light", "dark"].map((scheme, at) => {
    const [back, text, soft, line] = pairs.map((pair) => pair[at]);
    return [scheme, palette(back, text, soft, line, text, back)];
  }));
}

// The control for colours takes six digits only.
const long = (colour) => (colour.length === 4 ? `#${[...colour.slice(1)].map((digit) => digit + digit).join("")}` : colour);

const DEFAULT = { ...(await defaults()), radius: 12, density: 1, accent: "", font: "", placement: "bottom" };
const PRESETS = {
  Ink: DEFAULT,
  Paper: {
    light: palette("#fffaf1", "#33281b", "#6a5a45", "#e5d8c1", "#7a3b16", "#fffaf1"),
    dark: palette("#241d15", "#f5ecdd", "#c9b89f", "#4a3d2d", "#f0bf8e", "#2b1908"),
    radius: 6, font: FONTS["The page's serif"], placement: "center",
  },
  Sea: {
    light: palette("#f6fbfb", "#0f2e33", "#47646a", "#cfe1e2", "#0a6167", "#ffffff"),
    dark: palette("#0e2226", "#e3f3f3", "#a1bdc0", "#2c474c", "#71d6d0", "#06282a"),
    radius: 16, font: "", placement: "corner",
  },
  Plum: {
    light: palette("#fefaff", "#2d1736", "#665070", "#e6d8eb", "#6b2480", "#ffffff"),
    dark: palette("#21152a", "#f5ebfa", "#c3aecf", "#46345a", "#dfb2f2", "#2c0f38"),
    radius: 22, font: FONTS.Rounded, placement: "corner",
  },
  Press: {
    light: palette("#ffffff", "#000000", "#4a4a4a", "#000000", "#000000", "#ffffff"),
    dark: palette("#000000", "#ffffff", "#bdbdbd", "#8a8a8a", "#ffffff", "#000000"),
    radius: 0, font: FONTS.Monospace, placement: "bottom",
  },
  Sky: {
    light: palette("#ffffff", "#14203a", "#51607c", "#d8e0ee", "#1d4fd7", "#ffffff"),
    dark: palette("#121a2e", "#edf2ff", "#a9b7d3", "#33415f", "#9dbcff", "#0d1836"),
    radius: 24, font: "", placement: "bottom",
  },
};

let chosen = structuredClone(DEFAULT);
let scheme = "system";

// -- Contrast (WCAG 2.2, "relative luminance") ---------------------------------------------------

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// -- What is printed -----------------------------------------------------------------------------

/** What a colour is where nothing sets it: buttons take the colours of the text and of what is behind it. */
function fallback(which, name) {
  if (name === "button") return chosen[which].text;
  if (name === "button-text") return chosen[which].background;
  return DEFAULT[which][name];
}

const block = (lines, indent) =>
  [`${indent}consent-banner {`, ...lines.map(([name, value]) => `${indent}  --consent-${name}: ${value};`), `${indent}}`].join("\n");

function css() {
  // An accent is what the answers take where their own colours are not set.
  const names = Object.keys(COLOURS).filter((name) => !chosen.accent || !name.startsWith("button"));
  const light = names.filter((name) => chosen.light[name] !== fallback("light", name));
  // What is set for light holds in the dark too, unless it is set anew.
  const dark = names.filter((name) => light.includes(name) || chosen.dark[name] !== fallback("dark", name));
  const lines = light.map((name) => [name, chosen.light[name]]);
  if (chosen.accent) lines.push(["accent", chosen.accent]);
  if (chosen.radius !== DEFAULT.radius) lines.push(["radius", `${chosen.radius}px`]);
  if (chosen.density !== DEFAULT.density) lines.push(["density", `${chosen.density}`]);
  if (chosen.font) lines.push(["font", chosen.font]);
  const parts = [];
  if (lines.length) parts.push(block(lines, ""));
  if (dark.length) parts.push(`@media (prefers-color-scheme: dark) {\n${block(dark.map((name) => [name, chosen.dark[name]]), "  ")}\n}`);
  return parts.join("\n") || "/* Nothing: these are the looks as they come. */";
}

/** The same for one scheme, whatever the system says. */
function preview() {
  if (scheme === "system") return css();
  const lines = Object.keys(COLOURS)
    .filter((name) => !chosen.accent || !name.startsWith("button"))
    .map((name) => [name, chosen[scheme][name]]);
  if (chosen.accent) lines.push(["accent", chosen.accent]);
  if (chosen.font) lines.push(["font", chosen.font]);
  return block([...lines, ["radius", `${chosen.radius}px`], ["density", `${chosen.density}`]], "");
}

// -- The page ------------------------------------------------------------------------------------

const live = document.head.appendChild(document.createElement("style"));

function element(name, properties, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

/** Puts the banner in its place; each layer that is shown puts it back where the policy wants it. */
function place() {
  const host = document.querySelector("consent-banner");
  if (host && host.getAttribute("placement") !== chosen.placement) host.setAttribute("placement", chosen.placement);
}

function refresh() {
  live.textContent = preview();
  place();
  byId("css-text").textContent = css();
  byId("policy-text").textContent = `"placement": "${chosen.placement}"`;
  byId("radius").value = chosen.radius;
  byId("radius-shown").textContent = `${chosen.radius} px`;
  byId("density").value = chosen.density;
  byId("density-shown").textContent = `× ${chosen.density}`;
  byId("has-accent").checked = chosen.accent !== "";
  byId("accent").disabled = !chosen.accent;
  if (chosen.accent) byId("accent").value = chosen.accent;
  byId("font").value = chosen.font;
  for (const [name, value] of [["placement", chosen.placement], ["scheme", scheme]]) {
    document.querySelector(`[name=${name}][value=${value}]`).checked = true;
  }
  let low = 0;
  for (const which of ["light", "dark"]) {
    for (const name in COLOURS) {
      byId(`${which}-${name}`).value = chosen[which][name];
      if (!CONTRASTS[name]) continue;
      const [under, least] = CONTRASTS[name];
      const isChosenByUs = chosen.accent && name === "button-text";
      const given = chosen.accent && name === "button" ? chosen.accent : chosen[which][name];
      // Black or white, whichever can be read on an accent (docs/looks.md).
      const ratio = isChosenByUs
        ? Math.max(...["#000000", "#ffffff"].map((text) => contrast(text, chosen.accent)))
        : contrast(given, chosen[which][under]);
      // Rounded down, since 4.49 is not enough.
      const shown = (Math.floor(ratio * 10) / 10).toFixed(1);
      const output = byId(`${which}-${name}-contrast`);
      output.classList.toggle("low", ratio < least);
      output.textContent = ratio < least ? `⚠ ${shown} : 1, at least ${least}` : `${shown} : 1`;
      low += ratio < least;
    }
  }
  const verdict = byId("verdict");
  const text = low === 0 ? "Every contrast is high enough, in light and in dark."
    : `${low === 1 ? "One contrast is" : `${low} contrasts are`} too low: not everybody could read what is asked.`;
  verdict.classList.toggle("low", low > 0);
  // A line that stays the same is not to be read out again.
  if (verdict.textContent !== text) verdict.textContent = text;
}

for (const [name, preset] of Object.entries(PRESETS)) {
  const dot = element("i");
  dot.style.background = `linear-gradient(90deg, ${preset.light.background} 50%, ${preset.light.button} 50%)`;
  const button = element("button", { type: "button" }, dot, name);
  button.addEventListener("click", () => {
    chosen = { ...structuredClone(DEFAULT), ...structuredClone(preset) };
    refresh();
  });
  byId("presets").append(button);
}

for (const which of ["light", "dark"]) {
  for (const [name, title] of Object.entries(COLOURS)) {
    const id = `${which}-${name}`;
    const control = element("input", { type: "color", id });
    control.addEventListener("input", () => {
      chosen[which][name] = control.value;
      refresh();
    });
    const output = CONTRASTS[name] ? [element("output", { id: `${id}-contrast`, htmlFor: id })] : [];
    if (output.length) control.setAttribute("aria-describedby", `${id}-contrast`);
    byId(which).append(element("p", { className: "control" }, element("label", { htmlFor: id }, title), control, ...output));
  }
}

byId("font").append(...Object.entries(FONTS).map(([name, value]) => element("option", { value }, name)));
byId("radius").addEventListener("input", ({ target }) => {
  chosen.radius = Number(target.value);
  refresh();
});
byId("density").addEventListener("input", ({ target }) => {
  chosen.density = Number(target.value);
  refresh();
});
byId("has-accent").addEventListener("input", ({ target }) => {
  chosen.accent = target.checked ? byId("accent").value : "";
  refresh();
});
byId("accent").addEventListener("input", ({ target }) => {
  chosen.accent = target.value;
  refresh();
});
byId("font").addEventListener("input", ({ target }) => {
  chosen.font = target.value;
  refresh();
});
byId("controls").addEventListener("change", ({ target }) => {
  if (target.name === "placement") chosen.placement = target.value;
  else if (target.name === "scheme") scheme = target.value;
  else return;
  refresh();
});
byId("controls").addEventListener("submit", (event) => event.preventDefault());

byId("settings").addEventListener("click", () => window.consentinel.open());
// Taking the answer of this browser back to "not asked" is for this page only; visitors withdraw.
byId("again").addEventListener("click", () => {
  const { id } = JSON.parse(byId("consentinel-policy").textContent);
  // What is kept beside the cookie would stand in for it.
  document.cookie = `consentinel-${id}=; Path=/; Max-Age=0`;
  localStorage.removeItem(`consentinel-state.${id}`);
  localStorage.removeItem(`consentinel-ledger.${id}`);
  sessionStorage.setItem("looks", JSON.stringify({ chosen, scheme }));
  location.reload();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      byId("copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      byId("copied").textContent = "Selected: copy it with your keyboard.";
    }
  });
}

new MutationObserver(place).observe(document.body, { childList: true, subtree: true, attributeFilter: ["placement"] });
const kept = sessionStorage.getItem("looks");
if (kept) ({ chosen, scheme } = JSON.parse(kept));
sessionStorage.removeItem("looks");
refresh();
