/**
 * The reference for peers: a bare RTCDataChannel between two pages, which does
 * nothing but send and count.
 */

/** Runs in each page: one end of a connection. */
function prepare() {
  globalThis.raw = {
    begin(offer) {
      const pc = this.pc = new RTCPeerConnection();
      const adopt = channel => {
        this.channel = channel;
        channel.binaryType = 'arraybuffer';
        this.opened = new Promise(resolve => { channel.onopen = resolve; });
      };
      if (offer) adopt(pc.createDataChannel('raw', {ordered: false}));
      else pc.ondatachannel = ({channel}) => adopt(channel);
    },
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
    },
    accept(description) {
      return this.pc.setRemoteDescription(description);
    },
    async waitOpen() {
      while (!this.channel) await new Promise(resolve => setTimeout(resolve, 5));
      if (this.channel.readyState !== 'open') await this.opened;
    },
    /** Resolves with the seconds until all has come. */
    receive(bytes) {
      return new Promise(resolve => {
        let left = bytes;
        const start = performance.now();
        this.channel.onmessage = ({data}) => {
          left -= data.byteLength;
          if (left <= 0) resolve((performance.now() - start) / 1000);
        };
      });
    },
    send(bytes, size) {
      const message = new Uint8Array(size);
      let left = bytes;
      const {channel} = this;
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
    },
  };
}

/**
 * @param {import('puppeteer-core').Page} from @param {import('puppeteer-core').Page} to
 * @param {number} bytes @param {number} messageSize
 * @returns {Promise<number>} seconds
 */
export async function rawTransfer(from, to, bytes, messageSize) {
  await from.evaluate(prepare);
  await to.evaluate(prepare);
  await from.evaluate(() => raw.begin(true));
  await to.evaluate(() => raw.begin(false));
  await to.evaluate(d => raw.accept(d), await from.evaluate(() => raw.describe('offer')));
  await from.evaluate(d => raw.accept(d), await to.evaluate(() => raw.describe('answer')));
  await from.evaluate(() => raw.waitOpen());
  await to.evaluate(() => raw.waitOpen());
  const received = to.evaluate(n => raw.receive(n), bytes);
  await from.evaluate((n, size) => raw.send(n, size), bytes, messageSize);
  const seconds = await received;
  await Promise.all([from, to].map(page => page.evaluate(() => raw.pc.close())));
  return seconds;
}
