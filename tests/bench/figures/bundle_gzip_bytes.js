/** What a visitor downloads: script and wasm of the external build. */
import {GOAL_GZIP_BYTES, shippedGzip, sizes} from '../../../js/build/sizes.js';

export async function measure() {
  const all = await sizes();
  const of = file => `${file}: ${all[file].raw} raw, ${all[file].gzip} gzip, ${all[file].brotli} brotli`;
  return {value: shippedGzip(all), unit: 'bytes', goal: `≤ ${GOAL_GZIP_BYTES}`,
    notes: [of('peer5.external.js'), of('peer5.wasm')]};
}
