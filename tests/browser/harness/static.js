/** What test pages are made of: the built scripts, and the page itself. */
import {fileURLToPath} from 'node:url';
import send from 'send';

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));
const PAGES = fileURLToPath(new URL('pages', import.meta.url));

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 */
export function serveStatic(request, response, path) {
  const fromDist = path.startsWith('/dist/');
  send(request, fromDist ? path.slice('/dist'.length) : path,
    {root: fromDist ? DIST : PAGES})
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}
