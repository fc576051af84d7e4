/** Real clients from npm, put into a page. */

const SCRIPTS = ['axios/dist/axios.js', 'jquery/dist/jquery.js', 'superagent/dist/superagent.js', 'hls.js/dist/hls.js'];

/**
 * Loads the clients. They choose their transport when they load: the global
 * XMLHttpRequest has to be what it will be.
 *
 * @param {import('puppeteer-core').Page} page
 */
export async function withClients(page) {
  await page.evaluate(async (scripts) => {
    for (const path of scripts) {
      await new Promise((resolve, reject) => {
        document.head.append(Object.assign(document.createElement('script'),
          {src: `/node_modules/${path}`, onload: resolve, onerror: reject}));
      });
    }
  }, SCRIPTS);
}

/** hls.js plays the stream to its end of buffer; runs in the page. */
export async function playStream() {
  const {Hls} = globalThis;
  const video = Object.assign(document.createElement('video'), {muted: true});
  document.body.append(video);
  const hls = new Hls({maxBufferLength: 60});
  const errors = [];
  const sizes = [];
  hls.on(Hls.Events.ERROR, (event, {details, fatal}) => { if (fatal) errors.push(details); });
  hls.on(Hls.Events.FRAG_LOADED, (event, {frag}) => sizes.push([frag.sn, frag.stats.loaded, frag.stats.total]));
  hls.loadSource('/vod.m3u8');
  hls.attachMedia(video);
  const deadline = performance.now() + 15_000;
  const until = async (done) => {
    while (!done() && performance.now() < deadline && !errors.length) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const bufferedTo = () => (video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0);
  await until(() => video.duration > 0 && bufferedTo() > video.duration - 0.2);
  video.play().catch((error) => errors.push(error.name));
  await until(() => video.currentTime > 0.5);
  const out = {errors, sizes, whole: bufferedTo() > video.duration - 0.2, plays: video.currentTime > 0.5, duration: Math.round(video.duration)};
  hls.destroy();
  video.remove();
  return out;
}
