/**
 * What HTTP headers mean here: for the page (ResponseHead) and for the core
 * (which version it is, whether it may be shared).
 *
 * @module
 */

/** @typedef {import('./types.js').ResponseHead} ResponseHead */

/** @param {string | null} text @returns {number} -1 if it is no length */
function lengthOf(text) {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

/** The body is longer or shorter than Content-Length says. @param {Headers} headers */
function isEncoded(headers) {
  const encoding = headers.get('content-encoding');
  return encoding !== null && encoding !== 'identity';
}

/** @param {Response} response @returns {ResponseHead} */
export function headOf(response) {
  const {headers} = response;
  return {
    status: response.status,
    statusText: response.statusText,
    url: response.url,
    headers: [...headers],
    total: isEncoded(headers) ? -1 : lengthOf(headers.get('content-length')),
    fromInfo: false,
  };
}

/** @param {import('./types.js').FileInfo} info @returns {ResponseHead} */
export function headFromInfo(info) {
  /** @type {[string, string][]} */
  const headers = [['content-length', String(info.size)]];
  if (info.type) headers.push(['content-type', info.type]);
  if (info.etag) headers.push(['etag', info.etag]);
  if (info.lastModified) headers.push(['last-modified', info.lastModified]);
  return {status: 200, statusText: 'OK', url: info.origin, headers,
    total: info.size, fromInfo: true};
}

/** @param {string | null} list @returns {string[]} its directives or names, in lower case */
function listOf(list) {
  return (list ?? '').split(',').map(item => item.trim().toLowerCase().split('=')[0]);
}

/**
 * Whether others may have this response too: a shared cache's rules (RFC 9111,
 * section 3), told by those headers that the page may see.
 *
 * @param {Headers} headers
 */
function isShareable(headers) {
  const forbidding = ['no-store', 'private'];
  if (listOf(headers.get('cache-control')).some(d => forbidding.includes(d))) return false;
  const personal = ['*', 'cookie', 'authorization'];
  return !listOf(headers.get('vary')).some(name => personal.includes(name));
}

/**
 * What the core wants to know of a response.
 *
 * @param {Response} response
 * @param {number} asked the first byte that was asked for. Across origins a
 *   page does not see Content-Range, and believes a 206; hashes will tell
 */
export function versionOf(response, asked) {
  const {headers, status} = response;
  const range = status === 206 &&
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '');
  return {
    status,
    first: range ? Number(range[1]) : status === 206 ? asked : 0,
    total: range ? lengthOf(range[2]) : status === 206 ? -1 : headOf(response).total,
    shareable: isShareable(headers),
    etag: headers.get('etag') ?? '',
    lastModified: headers.get('last-modified') ?? '',
  };
}

/**
 * Whether a response goes on with the resource of an earlier one.
 *
 * @param {ReturnType<typeof versionOf>} earlier
 * @param {ReturnType<typeof versionOf>} later
 * @param {number} at the byte it has to begin with
 */
export function isPieceOf(earlier, later, at) {
  return later.status === 206 && later.first === at && later.etag === earlier.etag &&
    later.lastModified === earlier.lastModified &&
    (later.total === earlier.total || later.total < 0 || earlier.total < 0);
}
