// Blocks of composed attempts (../compose.mjs): how a function of the browser is got and called, and how a property is set.
//
// Left out: which ones.

import { quoted } from "./text.mjs";

/** Calls a method of a class of the realm `W`. */
export function call(chooser, object, owner, name, ...given) {
  const args = given.join(", ");
  const taken = `W.${owner}.prototype.${name}`;
  return chooser.pick([
    `${object}.${name}(${args})`,
    `${object}[${quoted(name.slice(0, 2))} + ${quoted(name.slice(2))}](${args})`,
    `${taken}.call(${object}, ${args})`,
    `Reflect.apply(${taken}, ${object}, [${args}])`,
    `Function.prototype.call.call(${taken}, ${object}, ${args})`,
    `${taken}.bind(${object})(${args})`,
    `${taken}.bind(${object}, ${args})()`,
    `Object.getOwnPropertyDescriptor(W.${owner}.prototype, "${name}").value.apply(${object}, [${args}])`,
    `Reflect.get(${object}, "${name}").apply(${object}, [${args}])`,
    `W.Function.prototype.apply.call(${taken}, ${object}, [${args}])`,
    `new Proxy(${taken}, {}).call(${object}, ${args})`,
  ]);
}

/** Sets a property whose accessor a class of the realm `W` has. */
export function set(chooser, object, owner, name, value) {
  return chooser.pick([
    `${object}.${name} = ${value}`,
    `${object}[${quoted(name.slice(0, 2))} + ${quoted(name.slice(2))}] = ${value}`,
    `Object.assign(${object}, { ${name}: ${value} })`,
    `Reflect.set(${object}, "${name}", ${value})`,
    `Reflect.set(Object.create(${object}), "${name}", ${value}, ${object})`,
    `Object.getOwnPropertyDescriptor(W.${owner}.prototype, "${name}").set.call(${object}, ${value})`,
    `W.${owner}.prototype.__lookupSetter__("${name}").apply(${object}, [${value}])`,
    `Reflect.apply(Object.getOwnPropertyDescriptors(W.${owner}.prototype)["${name}"].set, ${object}, [${value}])`,
    `[${object}.${name}] = [${value}]`,
    `({ x: ${object}.${name} } = { x: ${value} })`,
  ]);
}
