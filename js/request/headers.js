/**
 * A response's header list as XMLHttpRequest shows it.
 *
 * @module
 */

/** @typedef {[string, string][]} HeaderList names in lower case */

/**
 * The values of one header, combined; null if there is none.
 * https://fetch.spec.whatwg.org/#concept-header-list-get
 *
 * @param {HeaderList} list
 * @param {string} name any case
 */
export function headerValue(list, name) {
  const wanted = name.toLowerCase();
  const values = list.filter(([key]) => key === wanted).map(([, value]) => value);
  return values.length ? values.join(', ') : null;
}

/**
 * https://xhr.spec.whatwg.org/#the-getallresponseheaders()-method: sorted by
 * name in upper case, which puts `x-a_b` elsewhere than lower case would.
 *
 * @param {HeaderList} list
 */
export function allHeaders(list) {
  /** @type {Map<string, string>} */
  const combined = new Map();
  for (const [name, value] of list) {
    const before = combined.get(name);
    combined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return [...combined]
    .map(([name, value]) => ({key: name.toUpperCase(), line: `${name}: ${value}\r\n`}))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({line}) => line).join('');
}

/**
 * Body length as the header list tells it, -1 if it does not: with a content
 * coding Content-Length counts other bytes than those that arrive here.
 *
 * @param {HeaderList} list
 * @param {number} total what the transfer says
 */
export function bodyLength(list, total) {
  const coding = headerValue(list, 'content-encoding');
  return coding && coding.toLowerCase() !== 'identity' ? -1 : total;
}
