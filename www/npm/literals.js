// Reads the objects that stand in a file of JavaScript or TypeScript, as far as they are data: nothing of the file is run.
// For `npx consentinel convert` alone, whose module says which of them is a configuration.
//
// What is data: objects, lists, texts, numbers, `true` and `false`, `null`, regular expressions (as the text that
// JavaScript prints of them), templates and sums of such texts, and names that the file declares once, as one of these,
// and never assigns. Left out: everything else, such as calls, conditions and imports, which is told in a line each, but for
// functions, which no configuration has data in; and what code adds to an object later.

/*! Contains @babel/parser, copyright 2014-present Sebastian McKenzie and other contributors, under the MIT License (LICENSE-MIT). */
import { parse } from "@babel/parser";

/** More values than any configuration has: names that stand for each other could make endlessly many. */
const MOST_VALUES = 100_000;
/** More than any file has, in all of its objects: each is read with what is in it. */
const MOST_VALUES_OF_FILE = 1_000_000;
/** More characters than the texts of all objects of a file have: sums of names that stand for sums double with each. */
const MOST_LETTERS = 16_000_000;

const TOO_DEEP = "this is nested too deeply";

/** What cannot be read, with the reason. */
export class Unreadable extends Error {}

/** Marks what is no data. */
const CODE = Symbol("code");

const isFunction = ({ type }) => /Function|ObjectMethod|ClassExpression/.test(type);
const WRAPPINGS = new Set([
  "ParenthesizedExpression",
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
]);

/** What an expression is without what TypeScript and brackets put around it. */
const bare = (node) => (WRAPPINGS.has(node?.type) ? bare(node.expression) : node);

function tree(text, name) {
  const hasTypes = /\.[cm]?tsx?$/.test(name);
  const plugins = ["decorators-legacy"];
  if (!/\.[cm]?ts$/.test(name)) plugins.push("jsx");
  if (hasTypes) plugins.push("typescript");
  try {
    return parse(text, { sourceType: "unambiguous", plugins }).program;
  } catch (error) {
    if (error instanceof RangeError) throw new Unreadable(TOO_DEEP);
    const what = error.message.replace(/ \(\d+:\d+\)$/, "").split("\n")[0];
    throw new Unreadable(`line ${error.loc?.line ?? 1}: this is neither JSON nor JavaScript (${what})`);
  }
}

/** Each node of a tree, parents before what is in them; no recursion, so that no depth is too much. */
function* nodes(program) {
  const waiting = [program];
  while (waiting.length) {
    const node = waiting.pop();
    yield node;
    const inner = Object.values(node).flat();
    waiting.push(...inner.filter((one) => typeof one?.type === "string" && one !== node.loc).reverse());
  }
}

/** The names that a pattern gives values to: those of a list of variables, of parameters, of an assignment. */
function* bound(pattern) {
  if (!pattern) return;
  if (pattern.type === "Identifier") yield pattern.name;
  else if (pattern.type === "ObjectPattern")
    for (const property of pattern.properties) yield* bound(property.value ?? property.argument);
  else if (pattern.type === "ArrayPattern") for (const element of pattern.elements) yield* bound(element);
  else yield* bound(pattern.left ?? pattern.argument ?? pattern.parameter);
}

/** The values of names that a file declares once, as one, and never gives another. */
function constants(all) {
  const declared = new Map();
  const declare = (name, value) => declared.set(name, declared.has(name) ? undefined : value);
  for (const node of all) {
    const { type } = node;
    if (type === "VariableDeclarator") {
      if (node.id.type === "Identifier") declare(node.id.name, node.init);
      else for (const name of bound(node.id)) declare(name);
    } else if (type === "AssignmentExpression") for (const name of bound(node.left)) declare(name);
    else if (type === "UpdateExpression") for (const name of bound(node.argument)) declare(name);
    else if (/^For(In|Of)Statement$/.test(type)) for (const name of bound(node.left)) declare(name);
    else if (type === "CatchClause") for (const name of bound(node.param)) declare(name);
    else if (/^Import\w*Specifier$/.test(type)) declare(node.local.name);
    if (isFunction(node) || type === "ClassDeclaration") {
      if (node.id) declare(node.id.name);
      for (const param of node.params ?? []) for (const name of bound(param)) declare(name);
    }
  }
  return new Map([...declared].filter(([, value]) => value));
}

/** Reads one expression; what of it is code goes into `left`, and what was read counts into `all` of the file. */
function reader(known, text, all, left) {
  const active = new Set();
  let count = 0;

  /** A text, which counts each time that it is read: what is made of it has it as often. */
  function counted(said) {
    all.letters += said.length;
    if (all.letters > MOST_LETTERS) throw new Unreadable(`this has texts of more than ${MOST_LETTERS} characters`);
    return said;
  }

  function code(node) {
    if (!isFunction(node)) {
      const shown = text.slice(node.start, node.end).split("\n")[0].slice(0, 60);
      left.push(`line ${node.loc.start.line}: \`${shown}\` is code, and was left out`);
    }
    return CODE;
  }

  const joined = (parts) =>
    parts.every((part) => ["string", "number"].includes(typeof part)) && parts.some((part) => typeof part === "string")
      ? counted(parts.join(""))
      : undefined;

  function keyOf({ key, computed }) {
    if (!computed && key.type === "Identifier") return counted(key.name);
    const value = read(key);
    return ["string", "number"].includes(typeof value) ? `${value}` : undefined;
  }

  function object(node) {
    const fields = [];
    for (const property of node.properties) {
      if (property.type === "SpreadElement") {
        const value = read(property.argument);
        if (value && typeof value === "object" && !Array.isArray(value)) fields.push(...Object.entries(value));
        continue;
      }
      if (property.type !== "ObjectProperty") continue;
      const key = keyOf(property);
      const value = key === undefined ? CODE : read(property.value);
      if (value !== CODE && value !== undefined) fields.push([key, value]);
    }
    return Object.fromEntries(fields);
  }

  function array(node) {
    const values = [];
    for (const element of node.elements) {
      if (!element) continue;
      const isSpread = element.type === "SpreadElement";
      const value = read(isSpread ? element.argument : element);
      if (isSpread && Array.isArray(value)) values.push(...value);
      else if (!isSpread && value !== CODE && value !== undefined) values.push(value);
    }
    return values;
  }

  function named(node) {
    if (node.name === "undefined") return undefined;
    const value = known.get(node.name);
    if (!value || active.has(node.name)) return code(node);
    active.add(node.name);
    const said = read(value);
    active.delete(node.name);
    return said;
  }

  function read(wrapped) {
    if (++count > MOST_VALUES) throw new Unreadable(`this has more than ${MOST_VALUES} values`);
    if (++all.values > MOST_VALUES_OF_FILE)
      throw new Unreadable(`this has more than ${MOST_VALUES_OF_FILE} values in all of its objects`);
    const node = bare(wrapped);
    switch (node.type) {
      case "ObjectExpression":
        return object(node);
      case "ArrayExpression":
        return array(node);
      case "StringLiteral":
        return counted(node.value);
      case "NumericLiteral":
      case "BooleanLiteral":
        return node.value;
      case "NullLiteral":
        return null;
      case "RegExpLiteral":
        return counted(`/${node.pattern}/${node.flags}`);
      case "TemplateLiteral": {
        const values = node.expressions.map(read);
        const texts = node.quasis.flatMap(({ value }, at) => (at ? [values[at - 1], value.cooked] : [value.cooked]));
        return joined(texts) ?? code(node);
      }
      case "BinaryExpression":
        return (node.operator === "+" ? joined([read(node.left), read(node.right)]) : undefined) ?? code(node);
      case "UnaryExpression": {
        const value = read(node.argument);
        if (node.operator === "!" && value !== CODE) return !value;
        if (node.operator === "-" && typeof value === "number") return -value;
        return node.operator === "void" ? undefined : code(node);
      }
      case "Identifier":
        return named(node);
      default:
        return code(node);
    }
  }
  return read;
}

/** The part of a page that tarteaucitron is told by: its options, and the services that are pushed, one call each. */
function pushed(all, readOf) {
  const isCalled = ({ callee }, name) => callee?.type === "MemberExpression" && callee.property.name === name;
  const calls = all.filter(({ type }) => type === "CallExpression");
  const init = calls.find((call) => isCalled(call, "init") && call.callee.object.name === "tarteaucitron");
  // `tarteaucitron.job.push("x")`, or `(tarteaucitron.job = tarteaucitron.job || []).push("x")`.
  const isJob = (node) => {
    const object = bare(node);
    const member = object.type === "AssignmentExpression" ? object.left : object;
    return (
      member.type === "MemberExpression" && member.property.name === "job" && member.object.name === "tarteaucitron"
    );
  };
  const jobs = calls.filter((call) => isCalled(call, "push") && isJob(call.callee.object));
  if (!init && !jobs.length) return [];
  const left = [];
  const read = readOf(left);
  const job = jobs.flatMap((call) => call.arguments.map(read)).filter((name) => typeof name === "string");
  const options = init?.arguments[0];
  const parameters = options ? read(options) : {};
  const { start, loc } = init ?? jobs[0];
  // The span of nothing: it stands inside of no object, and none in it.
  return [{ line: loc.start.line, place: [start, start], config: { parameters, job }, left }];
}

/**
 * The objects in the text of a file that is called `name`, each with the line and the place where it stands and, in lines,
 * what of it is code; of tarteaucitron the one that a page makes of several calls.
 */
export function objectsIn(text, name, tool) {
  try {
    return objectsOf(text, name, tool);
  } catch (error) {
    // The parser reads a long sum in a loop, and makes one tree as deep as that is long.
    throw error instanceof RangeError ? new Unreadable(TOO_DEEP) : error;
  }
}

function objectsOf(text, name, tool) {
  const all = [...nodes(tree(text, name))];
  const known = constants(all);
  const counts = { values: 0, letters: 0 };
  const readOf = (left) => reader(known, text, counts, left);
  if (tool === "tarteaucitron") {
    const made = pushed(all, readOf);
    if (made.length) return made;
  }
  return all
    .filter(({ type }) => type === "ObjectExpression")
    .map((node) => {
      const left = [];
      const config = readOf(left)(node);
      return { line: node.loc.start.line, place: [node.start, node.end], config, left };
    });
}
