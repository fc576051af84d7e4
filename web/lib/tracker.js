/** The tracker of this site: on the same server. */
export const TRACKER = new URL('/tracker', location.href).href.replace(/^http/, 'ws');
