// The types of the package as somebody else's compiler finds them: through `exports` of the installed package, strict,
// as a bundler resolves and as Node does. What is compiled are the examples of the documentation and the files of
// tests/types, in which each wrong name must fail.
//
// Left out: what the types say, which tests/types tells line by line (`node_modules/.bin/tsc -p tests/types`).

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repositoryFile } from "../browser/site.mjs";
import { projectOf } from "./project.mjs";

const { project, installed } = projectOf();
const pathOf = (path) => fileURLToPath(repositoryFile(path));

/** Documents of the package with examples, by their place in it. */
const DOCUMENTS = ["README.md", "docs/api.md", "docs/catalogue.md", "docs/frameworks.md"];

/** What examples speak of and do not define: a name, and its type. */
const NAMES = `
import type { ComponentType } from "react";
import type { Component } from "vue";
import type { ConsentHandle, Policy, SharedConsent } from "consentinel";
declare global {
  const policy: Policy;
  const consent: SharedConsent;
  const request: { url: string; headers: Record<string, string | undefined> };
  const serverState: import("consentinel").State;
  const markup: string;
  const nonce: string;
  function startCounting(): void;
  function connect(): void;
  const createApp: typeof import("vue").createApp;
  const createConsent: typeof import("consentinel").createConsent;
  const App: Component;
  const StoreMap: ComponentType;
  const MapPicture: ComponentType;
  const useEffect: typeof import("react").useEffect;
  function setConsent(consent: ConsentHandle): void;
}
`;

/** What they import of Next. */
const NEXT = 'declare module "next/headers" { export function headers(): Promise<Headers>; }\n';

/** The examples in JavaScript and TypeScript of a document that call us (none that only reads our cookie), each as a module of its own. */
function examples(document) {
  const text = readFileSync(join(installed, document), "utf8");
  return [...text.matchAll(/^ *```(?:js|jsx|tsx)\n([\s\S]*?)^ *```/gm)]
    .map(([, code], at) => [`${document.replace(/\W/g, "-")}-${at}.tsx`, `${code}\nexport {};\n`])
    .filter(([, code]) => /consentinel(?!-)|createConsent/.test(code));
}

/** Lays all that is compiled into the project, and says how many examples there are. */
function lay() {
  // What an application has installed beside the package.
  mkdirSync(join(project, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/react", "vue"])
    symlinkSync(pathOf(`node_modules/${name}`), join(project, "node_modules", name));
  const found = DOCUMENTS.flatMap(examples);
  const tests = ["types.test.ts", "adapters.test.ts"].map((name) => [
    name,
    readFileSync(pathOf(`tests/types/${name}`), "utf8").replace("../../www/policies/", "./"),
  ]);
  const files = {
    ...Object.fromEntries([...found, ...tests]),
    "names.d.ts": NAMES,
    "jimo.json": readFileSync(pathOf("www/policies/jimo.json")),
    "policy.ts": 'import policy from "./jimo.json";\nexport default policy;\n',
    "next.d.ts": NEXT,
    "consent.ts":
      'import { createConsent } from "consentinel";\nimport policy from "./policy.js";\nexport const consent = createConsent(policy).shared;\n',
    "analytics.ts": "export {};\n",
    "app.ts": "export {};\n",
  };
  mkdirSync(join(project, "types"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, "types", name), text);
  return found.length;
}

const RESOLUTIONS = [
  { module: "preserve", moduleResolution: "bundler" },
  { module: "node16", moduleResolution: "node16" },
];

/** Compiles a folder of the project, and answers what the compiler says. */
async function compiled(folder, options) {
  const file = `tsconfig.${folder}.${options.moduleResolution}.json`;
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    jsx: "react-jsx",
    resolveJsonModule: true,
    skipLibCheck: false,
    types: [],
    ...options,
  };
  writeFileSync(join(project, file), JSON.stringify({ compilerOptions, include: [folder] }));
  const told = await promisify(execFile)(pathOf("node_modules/.bin/tsc"), ["-p", file, "--pretty", "false"], {
    cwd: project,
  }).catch(({ stdout }) => ({ stdout }));
  return told.stdout;
}

let count;
for (const { module, moduleResolution } of RESOLUTIONS) {
  test(`examples and adapters compile strictly as ${moduleResolution} resolves, and wrong names fail`, async () => {
    count ??= lay();
    assert.ok(count > 10, `${count} examples`);
    assert.equal(await compiled("types", { module, moduleResolution }), "");
  });
}

test("two entries in a project of CommonJS declare what is global once", async () => {
  mkdirSync(join(project, "common"));
  const both = ["consentinel", "consentinel/server"].map((name, at) => `import from${at} = require("${name}");`);
  const use = "export const all = [from0.createConsent, from1.readConsent];";
  writeFileSync(join(project, "common/both.cts"), [...both, use].join("\n"));
  assert.equal(await compiled("common", RESOLUTIONS[1]), "");
});
