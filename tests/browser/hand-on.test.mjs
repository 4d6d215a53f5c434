// From a page into an export: the lines of script that docs/export.md shows, the server of ten lines that it shows, and
// the native program on what that server kept.
//
// Left out: what a record says (record.test.mjs), and what the program finds in a file (cli/tests/program).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { consentinel } from "./program.mjs";
import { JIMO, repositoryFile, site } from "./site.mjs";

const visitTest = site();
const [PAGE, SERVER] = readFileSync(repositoryFile("docs/export.md"), "utf8")
  .split("\n## ")
  .find((part) => part.startsWith("From a page into an export"))
  .split("```")
  .filter((part) => part.startsWith("js\n"))
  .map((part) => part.slice("js\n".length));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const folder = mkdtempSync(join(tmpdir(), "consentinel-hand-on-"));
let server;
let port;
before(async () => {
  // A port that is free now.
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  port = probe.address().port;
  await new Promise((resolve) => probe.close(resolve));
  writeFileSync(join(folder, "server.mjs"), SERVER);
  server = spawn(process.execPath, ["server.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: port },
    stdio: "inherit",
  });
});
after(() => {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Hands a request on to the server of the document, which may still be starting. */
function pass(text, isDone) {
  const handed = ask({ port, host: "127.0.0.1", method: "POST" }, (answer) => answer.resume().once("end", isDone));
  handed.once("error", (error) => {
    assert.equal(error.code, "ECONNREFUSED");
    setImmediate(pass, text, isDone);
  });
  handed.end(text);
}

visitTest(
  "what a page hands on line by line becomes an export, with the notice and the policy it names",
  async (visit) => {
    let arrived = 0;
    let tell;
    const both = new Promise((resolve) => (tell = resolve));
    visit.serve("/consent", (request, response) =>
      pass(request.body, () => {
        response.writeHead(204).end();
        if ((arrived += 1) === 2) tell();
      }),
    );
    await visit.open({
      head: `<script>${PAGE}
    window.handed = [];
    consentinel.on("record", (record) => handed.push(record));
  </script>`,
    });
    await visit.decide("acceptAll");
    await visit.decide("withdraw");
    await both;

    const handed = await visit.page.evaluate(() => window.handed);
    const records = await visit.ledger();
    assert.deepEqual(
      handed.map(({ line }) => JSON.parse(line)),
      records,
    );
    for (const { line, notice, policy } of handed) {
      const record = JSON.parse(line);
      assert.equal(sha256(notice), record.notice.hash);
      assert.equal(sha256(policy), record.policy.hash);
    }

    const [month] = readdirSync(join(folder, "received"));
    assert.equal(readFileSync(join(folder, "received", month), "utf8"), handed.map(({ line }) => `${line}\n`).join(""));
    writeFileSync(join(folder, "policy.json"), JSON.stringify(JIMO));
    const [into, received] = [join(folder, "shop.export"), join(folder, "received")];
    const words = ["gather", received, "--into", into, "--origin", "shop.example/consent"];
    const gathered = consentinel(...words, "--policy", join(folder, "policy.json"));
    assert.equal(gathered.status, 0, gathered.err);
    const { status, out } = consentinel("verify", "--json", into);
    assert.equal(status, 0, out);
    const [found] = [JSON.parse(out)].flat();
    assert.equal(found.holds, true);
    assert.equal(found.records, 2);

    // And from the documents that the page handed on, where nobody kept the policy.
    const { notice, policy } = handed[0];
    writeFileSync(join(folder, "shown.json"), notice);
    writeFileSync(join(folder, "kept.json"), policy);
    const other = join(folder, "other.export");
    const again = consentinel(
      ...["gather", received, "--into", other, "--origin", "shop.example/consent"],
      ...["--policy", join(folder, "kept.json"), "--notice", join(folder, "shown.json")],
    );
    assert.equal(again.status, 0, again.err);
    const lines = (file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /^{"(policy|notice)":/.test(line));
    assert.deepEqual(lines(other), lines(into));
  },
);
