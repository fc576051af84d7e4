/**
 * The reference for peers: bare RTCDataChannels between pages, which do
 * nothing but send and count.
 */

/** Runs in each page: ends of connections, by number. */
function prepare() {
  class End {
    constructor(offer) {
      const pc = this.pc = new RTCPeerConnection();
      this.channel = new Promise(resolve => {
        const adopt = channel => {
          channel.binaryType = 'arraybuffer';
          if (channel.readyState === 'open') resolve(channel);
          else channel.onopen = () => resolve(channel);
        };
        if (offer) adopt(pc.createDataChannel('raw', {ordered: false}));
        else pc.ondatachannel = ({channel}) => adopt(channel);
      });
    }

    /** The whole description, its candidates included. */
    async describe(type) {
      const gathered = new Promise(resolve => {
        this.pc.onicegatheringstatechange = () => {
          if (this.pc.iceGatheringState === 'complete') resolve(undefined);
        };
      });
      await this.pc.setLocalDescription(
        type === 'offer' ? await this.pc.createOffer() : await this.pc.createAnswer());
      await gathered;
      return this.pc.localDescription.toJSON();
    }

    async send(bytes, size) {
      const channel = await this.channel;
      const message = new Uint8Array(size);
      let left = bytes;
      channel.bufferedAmountLowThreshold = 512 * 1024;
      const fill = () => {
        while (left > 0 && channel.bufferedAmount < 1024 * 1024) {
          const part = Math.min(left, size);
          channel.send(part === size ? message : message.subarray(0, part));
          left -= part;
        }
      };
      channel.onbufferedamountlow = fill;
      fill();
    }
  }

  /** @type {Map<number, End>} */
  const ends = new Map();
  globalThis.raw = {
    begin: (id, offer) => { ends.set(id, new End(offer)); },
    describe: (id, type) => ends.get(id).describe(type),
    accept: (id, description) => ends.get(id).pc.setRemoteDescription(description),
    opened: async id => { await ends.get(id).channel; },
    send: (id, bytes, size) => ends.get(id).send(bytes, size),
    /** Resolves with the seconds until so much has come by all of them. */
    async receive(bytes) {
      const channels = await Promise.all([...ends.values()].map(({channel}) => channel));
      return new Promise(resolve => {
        let left = bytes;
        const start = performance.now();
        for (const channel of channels) {
          channel.onmessage = ({data}) => {
            left -= data.byteLength;
            if (left <= 0) resolve((performance.now() - start) / 1000);
          };
        }
      });
    },
    close() {
      for (const {pc} of ends.values()) pc.close();
    },
  };
}

/**
 * From several pages to one, each an equal part.
 *
 * @param {import('puppeteer-core').Page[]} from @param {import('puppeteer-core').Page} to
 * @param {number} bytes in all @param {number} messageSize
 * @returns {Promise<number>} seconds
 */
export async function rawFanIn(from, to, bytes, messageSize) {
  const part = Math.ceil(bytes / from.length);
  await Promise.all([...from, to].map(page => page.evaluate(prepare)));
  for (const [id, page] of from.entries()) {
    await page.evaluate(i => raw.begin(i, true), id);
    await to.evaluate(i => raw.begin(i, false), id);
    await to.evaluate((i, d) => raw.accept(i, d), id, await page.evaluate(i => raw.describe(i, 'offer'), id));
    await page.evaluate((i, d) => raw.accept(i, d), id, await to.evaluate(i => raw.describe(i, 'answer'), id));
    await page.evaluate(i => raw.opened(i), id);
  }
  const received = to.evaluate(n => raw.receive(n), part * from.length);
  await Promise.all(from.map((page, id) =>
    page.evaluate((i, n, size) => raw.send(i, n, size), id, part, messageSize)));
  const seconds = await received;
  await Promise.all([...from, to].map(page => page.evaluate(() => raw.close())));
  return seconds;
}

/**
 * @param {import('puppeteer-core').Page} from @param {import('puppeteer-core').Page} to
 * @param {number} bytes @param {number} messageSize
 * @returns {Promise<number>} seconds
 */
export const rawTransfer = (from, to, bytes, messageSize) => rawFanIn([from], to, bytes, messageSize);
