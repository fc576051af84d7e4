/**
 * MIME types: parsing, and what a request makes of them.
 * https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
 *
 * @module
 */

/** @typedef {{essence: string, params: Map<string, string>}} MimeType */

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
const QUOTED_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @param {string} text */
const trim = (text) => text.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');

/**
 * Splits at `separator` outside double quotes.
 *
 * @param {string} text
 * @param {string} separator
 */
function splitOutsideQuotes(text, separator) {
  const parts = [''];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === separator && !quoted) {
      parts.push('');
      continue;
    }
    if (c === '"') quoted = !quoted;
    parts[parts.length - 1] += c;
    if (c === '\\' && quoted && i + 1 < text.length) parts[parts.length - 1] += text[++i];
  }
  return parts;
}

/** @param {string} text starts with a double quote; what follows its closing one is ignored */
function unquote(text) {
  let value = '';
  for (let i = 1; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === '\\' && i + 1 < text.length) i++;
    value += text[i];
  }
  return value;
}

/**
 * @param {string} text
 * @returns {MimeType | null}
 */
export function parseMimeType(text) {
  const [start, ...rest] = splitOutsideQuotes(trim(text), ';');
  const essence = trim(start).toLowerCase();
  const [type, subtype, more] = essence.split('/');
  if (more !== undefined || !TOKEN.test(type) || !TOKEN.test(subtype ?? '')) return null;
  /** @type {Map<string, string>} */
  const params = new Map();
  for (const param of rest) {
    const equals = param.indexOf('=');
    if (equals < 0) continue;
    const name = param.slice(0, equals).replace(/^[\t\n\r ]+/, '').toLowerCase();
    const raw = param.slice(equals + 1);
    const value = raw.startsWith('"') ? unquote(raw) : trim(raw);
    if (!raw.startsWith('"') && !value) continue;
    if (TOKEN.test(name) && QUOTED_VALUE.test(value) && !params.has(name)) params.set(name, value);
  }
  return {essence, params};
}

/**
 * https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 *
 * @param {string | null} contentType all Content-Type values, combined
 * @returns {MimeType | null}
 */
export function extractMimeType(contentType) {
  /** @type {MimeType | null} */
  let mime = null;
  /** @type {string | undefined} */
  let charset;
  for (const value of splitOutsideQuotes(contentType ?? '', ',')) {
    const next = parseMimeType(value);
    if (!next || next.essence === '*/*') continue;
    if (next.essence !== mime?.essence) charset = undefined;
    charset = next.params.get('charset') ?? charset;
    if (charset !== undefined) next.params.set('charset', charset);
    mime = next;
  }
  return mime;
}

/**
 * https://xhr.spec.whatwg.org/#response-body: what the response is read as.
 * The standard gives a Blob the whole type; browsers leave the parameters out.
 *
 * @param {string | null} contentType
 * @param {MimeType | null} override of overrideMimeType()
 */
export function finalType(contentType, override) {
  const own = extractMimeType(contentType) ?? parseMimeType('text/xml');
  const mime = /** @type {MimeType} */ (override ?? own);
  const charset = override?.params.get('charset') ?? own?.params.get('charset') ?? null;
  return {
    essence: mime.essence,
    charset,
    isXML: /^(text|application)\/xml$|\+xml$/.test(mime.essence),
    isHTML: mime.essence === 'text/html',
  };
}
/** @typedef {ReturnType<typeof finalType>} FinalType */
