import base64 from '#core-base64';

/**
 * The core's bytes, carried in the script itself, deflated. Decoded by hand: a
 * page's policy may forbid fetching data: URLs.
 *
 * @returns {Promise<Uint8Array>}
 */
export async function coreBytes() {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  const inflated = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}
