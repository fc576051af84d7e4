/**
 * Makes a subclass of a platform class look like one.
 * https://webidl.spec.whatwg.org/#javascript-binding
 *
 * @module
 */

/** Members that the language gives each function of its own. */
const OF_FUNCTIONS = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/** @param {object} to @param {object} from */
function copyMissing(to, from) {
  for (const key of Reflect.ownKeys(from)) {
    if (Object.hasOwn(to, key) || OF_FUNCTIONS.has(String(key))) continue;
    Object.defineProperty(to, key, /** @type {PropertyDescriptor} */ (
      Object.getOwnPropertyDescriptor(from, key)));
  }
}

/**
 * Members are enumerable and the class's own, constants are on constructor and
 * prototype, and the class has the native one's name.
 *
 * @param {Function} subclass
 * @param {Function} native
 * @param {Record<string, number>} constants
 */
export function giveNativeShape(subclass, native, constants) {
  const {prototype} = subclass;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (key !== 'constructor') Object.defineProperty(prototype, key, {enumerable: true});
  }
  copyMissing(subclass, native);
  copyMissing(prototype, native.prototype);
  for (const [name, value] of Object.entries(constants)) {
    for (const holder of [subclass, prototype]) {
      Object.defineProperty(holder, name, {value, enumerable: true, writable: false, configurable: false});
    }
  }
  if (native.name) Object.defineProperty(subclass, 'name', {value: native.name, configurable: true});
}
