// What `consentinel export` writes, as the programs read it that it is written for: DuckDB the Parquet file, a
// processor of JSON-LD the linked data, a spreadsheet library the table and the workbook. What is in each form
// for a record is tested in cli/.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
// SheetJS, as its makers build it: they left npm, and this package follows them there.
import * as sheets from "@e965/xlsx";
import jsonld from "jsonld";
import { consentinel } from "../browser/program.mjs";

const vector = (name) => fileURLToPath(new URL(`../vectors/${name}`, import.meta.url));
const KEPT = vector("export/0.1.0.ndjson");
const folder = mkdtempSync(join(tmpdir(), "consentinel-forms-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The records of an export or a ledger, each with its hash. */
const recordsOf = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"action":'))
    .map((line) => ({ ...JSON.parse(line), hash: sha256(line) }));

let files = 0;
/** Writes the records of a file in a form; answers the name of what was written. */
function written(file, format, ...words) {
  files += 1;
  const output = join(folder, `${files}.${format}`);
  const { status, err } = consentinel("export", file, "--format", format, "--output", output, ...words);
  assert.equal(status, 0, err);
  return output;
}

/** JSON with its keys in order, which for texts and small integers is the canonical form. */
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );

/** A ledger whose records name these languages and revisions, which anybody can write into a ledger of theirs. */
function ledgerOf(texts) {
  const [kept] = recordsOf(KEPT);
  let previous = "";
  const lines = texts.map((text, sequence) => {
    const { hash: _, ...record } = structuredClone(kept);
    Object.assign(record, { id: `${String(sequence).padStart(21, "a")}A`, previous, sequence, left: [text] });
    Object.assign(record, { action: "save", granted: ["a"], denied: ["b"] });
    record.policy = { ...record.policy, revision: text, hash: sha256(text) };
    record.notice = { ...record.notice, language: text, hash: sha256(text) };
    const line = canonical(record);
    previous = sha256(line);
    return line;
  });
  const header = { count: lines.length, format: "consentinel-ledger", head: previous, summarised: 0, summary: "" };
  const file = join(folder, "hostile.ndjson");
  writeFileSync(file, `${[canonical({ ...header, version: 1 }), ...lines].join("\n")}\n`);
  return file;
}

test("DuckDB reads every field of every record from the Parquet file", async () => {
  const file = written(KEPT, "parquet");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = async (query) => (await connection.runAndReadAll(query, { file })).getRowObjectsJson();
  const kinds = Object.fromEntries(
    (await rows("DESCRIBE SELECT * FROM read_parquet($file)")).map((row) => [row.column_name, row.column_type]),
  );
  for (const [column, kind] of [
    ["at", "TIMESTAMP WITH TIME ZONE"],
    ["sequence", "BIGINT"],
    ["action", "VARCHAR"],
    ["granted", "VARCHAR[]"],
  ]) {
    assert.equal(kinds[column], kind, column);
  }
  const found = await rows('SELECT *, epoch_ms("at") AS ms, epoch_ms(expires_at) AS ends FROM read_parquet($file)');
  const wanted = recordsOf(KEPT);
  assert.equal(found.length, wanted.length);
  for (const [at, record] of wanted.entries()) {
    const row = found[at];
    for (const key of ["action", "via", "build", "id", "subject", "previous", "hash"]) {
      assert.equal(row[key], record[key], key);
    }
    for (const key of ["granted", "denied", "left", "signals"]) {
      assert.deepEqual(row[key], record[key], key);
    }
    assert.deepEqual(
      [row.policy_id, row.policy_revision, row.policy_hash, row.notice_hash, row.language, Number(row.layout)],
      [
        ...["id", "revision", "hash"].map((key) => record.policy[key]),
        record.notice.hash,
        record.notice.language,
        record.notice.layout,
      ],
    );
    assert.deepEqual(
      [Number(row.ms), Number(row.ends), Number(row.sequence)],
      [record.atMs, record.expiresAtMs, record.sequence],
    );
  }
  // What an officer asks of such a file.
  const days = await rows(
    "SELECT count(*) AS count FROM read_parquet($file) WHERE list_contains(granted, 'analytics') AND action <> 'once'",
  );
  const granted = wanted.filter(({ action, granted }) => action !== "once" && granted.includes("analytics"));
  assert.equal(Number(days[0].count), granted.length);
  assert.ok(granted.length > 0);
  connection.closeSync();
  instance.closeSync();
});

const DPV = "https://w3id.org/dpv#";
const DCT = "http://purl.org/dc/terms/";
/** What is used of the terms of DCMI (its specification, "Properties in the /terms/ namespace"). */
const DCT_TERMS = ["conformsTo", "hasVersion", "identifier", "language", "references", "title"];

test("a processor of JSON-LD reads the linked data without a network, and every term is one of DPV 2.3", async () => {
  const document = JSON.parse(readFileSync(written(KEPT, "json-ld"), "utf8"));
  const documentLoader = (url) => assert.fail(`${url} was asked for`);
  // In the safe mode it is an error when anything would be dropped: a term that the context does not have.
  const quads = await jsonld.toRDF(document, { documentLoader, safe: true });
  const terms = new Set(readFileSync(vector("dpv/terms.txt"), "utf8").split("\n"));
  const names = new Set();
  for (const { subject, predicate, object } of quads) {
    for (const { termType, value } of [subject, predicate, object]) {
      if (termType === "NamedNode") names.add(value);
    }
  }
  const used = (prefix) =>
    [...names].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  assert.ok(used(DPV).length > 15, used(DPV).join());
  for (const term of used(DPV)) assert.ok(terms.has(term), `${term} is no term of DPV 2.3`);
  for (const term of used(DCT)) assert.ok(DCT_TERMS.includes(term), `${term} is no term of DCMI`);

  const of = (subject, property) =>
    quads
      .filter((quad) => quad.subject.value === subject && quad.predicate.value === DPV + property)
      .map((quad) => quad.object);
  const nodes = quads.filter((quad) => quad.object.value === `${DPV}ConsentRecord`).map((quad) => quad.subject.value);
  const wanted = recordsOf(KEPT);
  assert.equal(nodes.length, wanted.length);
  for (const record of wanted) {
    const node = `ni:///sha-256;${Buffer.from(record.hash, "hex").toString("base64url")}`;
    const [at] = of(node, "isIndicatedAtTime");
    assert.equal(at.value, new Date(record.atMs).toISOString());
    assert.equal(at.datatype.value, "http://www.w3.org/2001/XMLSchema#dateTime");
    const states = of(node, "hasProcess").flatMap((process) => of(process.value, "hasConsentStatus"));
    const refused = record.action === "withdraw" ? "ConsentWithdrawn" : "ConsentRefused";
    assert.deepEqual(
      states.map(({ value }) => value.slice(DPV.length)).sort(),
      [...record.granted.map(() => "ConsentGiven"), ...record.denied.map(() => refused)].sort(),
    );
  }
});

test("a processor of JSON-LD refuses a term that the context does not have", async () => {
  const document = { "@context": { dpv: DPV }, "@graph": [{ "@id": "urn:a", unknown: "x" }] };
  await assert.rejects(jsonld.toRDF(document, { safe: true }));
});

/** What may stand before the sign of a formula without being seen, and be dropped by a spreadsheet. */
const UNSEEN = [
  "",
  " ",
  "\t",
  "\u00a0",
  "\u00ad",
  "\u200b",
  "\u200e",
  "\u202e",
  "\u2060",
  "\u2066\u200f",
  "\u3164",
  "\ufe0f",
  "\ufeff",
];
const FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("http://a.example","b")', "=cmd|' /C calc'!A0", "\uff1d1"];
const HOSTILE = UNSEEN.flatMap((unseen) => FORMULAS.map((formula) => unseen + formula));

const cellsOf = (sheet) =>
  Object.entries(sheet)
    .filter(([place]) => !place.startsWith("!"))
    .map(([, cell]) => cell);
const rowsOf = (sheet) => sheets.utils.sheet_to_json(sheet, { raw: true, defval: "" });

test("a spreadsheet library takes an unguarded cell for a formula", () => {
  const book = sheets.read('"a"\r\n"=1+1"\r\n', { type: "string" });
  assert.ok(cellsOf(book.Sheets[book.SheetNames[0]]).some((cell) => cell.f));
});

for (const delimiter of [",", ";"]) {
  test(`the table opens in a spreadsheet library, without a formula, with ${delimiter} between its cells`, () => {
    const file = ledgerOf(HOSTILE);
    const text = readFileSync(written(file, "csv", "--delimiter", delimiter), "utf8");
    const opened = sheets.read(text, { type: "string", FS: delimiter });
    const cells = cellsOf(opened.Sheets[opened.SheetNames[0]]);
    assert.ok(cells.length > HOSTILE.length * 20);
    for (const cell of cells) assert.equal(cell.f, undefined, JSON.stringify(cell));
    // As it stands there, each cell gives its text back.
    const plain = sheets.read(text, { type: "string", FS: delimiter, raw: true });
    const rows = rowsOf(plain.Sheets[plain.SheetNames[0]]);
    assert.equal(rows.length, HOSTILE.length);
    for (const [at, row] of rows.entries()) {
      for (const column of ["policy_revision", "language"]) assert.equal(row[column], `'${HOSTILE[at]}`);
      assert.equal(row.choice_a, "granted");
    }
  });
}

test("the table's times are times to a spreadsheet library", () => {
  const text = readFileSync(written(KEPT, "csv"), "utf8");
  const book = sheets.read(text, { type: "string", cellDates: true, UTC: true });
  const rows = sheets.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { raw: true, UTC: true });
  for (const [at, record] of recordsOf(KEPT).entries()) {
    const seconds = Math.floor(record.atMs / 1000) * 1000;
    assert.equal(rows[at].at_utc.getTime(), seconds);
  }
});

test("the workbook opens in a spreadsheet library, with every text as it was and no formula", () => {
  const file = ledgerOf(HOSTILE);
  const book = sheets.read(readFileSync(written(file, "xlsx")), { cellDates: true, UTC: true });
  const sheet = book.Sheets[book.SheetNames[0]];
  for (const cell of cellsOf(sheet)) assert.equal(cell.f, undefined, JSON.stringify(cell));
  const rows = sheets.utils.sheet_to_json(sheet, { raw: true, defval: "", UTC: true });
  assert.equal(rows.length, HOSTILE.length);
  for (const [at, row] of rows.entries()) {
    for (const column of ["policy_revision", "language"]) assert.equal(row[column], HOSTILE[at]);
    assert.equal(Math.abs(row.at_utc.getTime() - recordsOf(file)[at].atMs) < 1000, true);
  }
});
