/** The server's addresses, as cases use and compare them. */

/** The same server under another name is another origin. */
export const other = () => location.origin.replace('127.0.0.1', 'localhost');

/** Without the origin, whose port is another in each run. */
export const path = (url) => url.replace(/^https?:\/\/[^/]*/, '');
