/** What test pages are made of: the built scripts, libraries, and the pages themselves. */
import {fileURLToPath} from 'node:url';
import send from 'send';

const here = path => fileURLToPath(new URL(path, import.meta.url));

/** The first prefix that fits says where the file is. */
const ROOTS = [
  {prefix: '/dist', root: here('../../../dist')},
  {prefix: '/node_modules', root: here('../../../node_modules')},
  {prefix: '/xhr', root: here('../xhr')},
  {prefix: '', root: here('pages')},
];

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 */
export function serveStatic(request, response, path) {
  const {prefix, root} = /** @type {typeof ROOTS[0]} */ (
    ROOTS.find(one => path.startsWith(`${one.prefix}/`)));
  send(request, path.slice(prefix.length), {root})
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}
