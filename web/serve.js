/**
 * `npm start`: the demo site, sample files and a tracker, on one port.
 *
 *   node web/serve.js [--port 8000] [--host 127.0.0.1] [--origin-mbps 100]
 */
import {fileURLToPath} from 'node:url';
import {Command} from 'commander';
import {number} from '../js/cli/arguments.js';
import {makePictures} from './server/pictures.js';
import {makeSamples} from './server/samples.js';
import {startSite} from './server/site.js';

const SAMPLES = fileURLToPath(new URL('../.build/samples', import.meta.url));
const SAMPLE_MIB = [8, 64, 256];
const PICTURES = 24;
const BYTES_PER_MBIT = 125_000;

const {host, port, originMbps} = new Command('serve')
  .description('Serves the demo pages, sample files and a tracker.')
  .option('--host <address>', 'where to listen; 0.0.0.0: reachable from other machines', '127.0.0.1')
  .option('--port <n>', 'the next free one is taken if it is in use; 0: any', number(0), 8000)
  .option('--origin-mbps <Mbit/s>', 'limit of all sample downloads together', number(0.1))
  .parse()
  .opts();

/** @param {string} text */
const print = text => void process.stdout.write(`${text}\n`);

async function start() {
  const samples = await makeSamples(SAMPLES, SAMPLE_MIB);
  const pictures = await makePictures(SAMPLES, PICTURES);
  return startSite({
    host, port, samples, pictures, samplesDir: SAMPLES,
    bytesPerSecond: originMbps && originMbps * BYTES_PER_MBIT,
    portTaken: taken => print(`Port ${taken} is in use; trying ${taken + 1}.`),
  });
}

const site = await start().catch(error => {
  process.stderr.write(`The site can't be served at ${host}, port ${port}: ${error.message}\n`);
  process.exit(1);
});

print(`
peer5 is at ${site.url}/

  Open ${site.url}/download.html in two windows and start the same
  file in both: the second window gets it from the first.
${site.elsewhere.map(url => `  From other machines: ${url}/\n`).join('')}
  Tracker: ${site.tracker}
  Samples: ${originMbps ? `${originMbps} Mbit/s in all` : 'as fast as they go (--origin-mbps 20 makes a slow server)'}
  Stop with Ctrl+C.
`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void site.close());
