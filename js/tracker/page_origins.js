/**
 * Which pages may use the tracker.
 *
 * @module
 */

/**
 * @param {string[] | undefined} allowed `https://site.example`, `https://*.site.example`,
 *   `*.site.example`; undefined: any
 * @returns {(origin: string | undefined) => boolean} of the Origin header
 */
export function pageOriginFilter(allowed) {
  if (!allowed) return () => true;
  const patterns = allowed.map((pattern) => {
    const parts = pattern.replace(/\/$/, '').split('*').map(escape);
    const scheme = pattern.includes('://') ? '' : 'https?://';
    // A star stands for one or more labels of a host name, never for a port
    // or a scheme.
    return new RegExp(`^${scheme}${parts.join('[a-z0-9.-]+')}$`, 'i');
  });
  return (origin) => origin !== undefined && patterns.some((pattern) => pattern.test(origin));
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
