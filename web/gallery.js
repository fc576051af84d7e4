/** Pictures: above the fold by HTTP and at once, below it from peers and in time. */
import {watch} from './lib/figures.js';
import {TRACKER} from './lib/tracker.js';
import {megabytes} from './lib/words.js';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;

/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

/** Pictures begin to load this far below the window: at reading speed, in time. */
const AHEAD = '800px';
/** Fewer at once come sooner one by one. */
const AT_ONCE = 4;

const totals = {shown: 0, http: 0, peers: 0};

/**
 * @param {string} url
 * @param {object} options of peer5.Request
 * @returns {Promise<{src: string, loadedHTTP: number, loadedP2P: number}>}
 */
function load(url, options) {
  return new Promise((resolve, reject) => {
    const request = watch(new peer5.Request(options));
    request.open('GET', url);
    request.responseType = 'blobUrl';
    request.onload = (/** @type {any} */ {loadedHTTP, loadedP2P}) => request.status === 200 ?
      resolve({src: request.response, loadedHTTP, loadedP2P}) :
      reject(new Error(`The server answered ${request.status}.`));
    request.onerror = (/** @type {any} */ {error}) => reject(error);
    request.send();
  });
}

/** @param {{loadedHTTP: number, loadedP2P: number}} loaded */
function origin({loadedHTTP, loadedP2P}) {
  if (loadedP2P === 0) return 'from the server';
  return `${Math.round(100 * loadedP2P / (loadedHTTP + loadedP2P))}% from peers`;
}

/** @param {{loadedHTTP: number, loadedP2P: number}} loaded */
function count({loadedHTTP, loadedP2P}) {
  totals.shown++;
  totals.http += loadedHTTP;
  totals.peers += loadedP2P;
  $('shown').textContent = String(totals.shown);
  $('from-server').textContent = megabytes(totals.http);
  $('from-peers').textContent = megabytes(totals.peers);
  $('saved').textContent = `${Math.round(100 * totals.peers / (totals.http + totals.peers))}%`;
}

/**
 * Where the visitor can't see it yet there is time to ask peers first. Who
 * finds none in that time gets it as anybody would.
 */
class Below {
  /** @type {(() => Promise<void>)[]} */
  #waiting = [];
  #running = 0;

  /** @param {() => Promise<void>} job */
  add(job) {
    this.#waiting.push(job);
    this.#next();
  }

  #next() {
    if (this.#running >= AT_ONCE) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#running++;
    void job().finally(() => {
      this.#running--;
      this.#next();
    });
  }
}

const below = new Below();

/** @param {string} name @param {number} number */
function tile(name, number) {
  const item = document.createElement('li');
  const figure = document.createElement('figure');
  figure.className = 'picture';
  const image = document.createElement('img');
  image.width = 480;
  image.height = 320;
  image.alt = '';  // a picture that is to come would be shown as a broken one
  const caption = document.createElement('figcaption');
  caption.textContent = '…';
  figure.append(image, caption);
  item.append(figure);
  item.dataset.url = `samples/${name}`;
  item.dataset.name = `Landscape ${number}`;
  return item;
}

/** @param {HTMLElement} item @param {object} options of peer5.Request */
async function fill(item, options) {
  const caption = /** @type {HTMLElement} */ (item.querySelector('figcaption'));
  try {
    const loaded = await load(/** @type {string} */ (item.dataset.url), options);
    const image = /** @type {HTMLImageElement} */ (item.querySelector('img'));
    image.alt = /** @type {string} */ (item.dataset.name);
    image.src = loaded.src;
    caption.textContent = origin(loaded);
    count(loaded);
  } catch (error) {
    caption.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {{name: string}[]} pictures */
function showGallery(pictures) {
  const items = pictures.map(({name}, i) => tile(name, i + 1));
  $('gallery').append(...items);
  const observer = new IntersectionObserver(entries => {
    for (const {isIntersecting, target} of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      const item = /** @type {HTMLElement} */ (target);
      const isSeen = item.getBoundingClientRect().top < innerHeight;
      // What was seen at once is offered to peers as well, so both join the swarm.
      if (isSeen) void fill(item, {strategy: 'p2p-friendly'});
      else below.add(() => fill(item, {strategy: 'server-friendly'}));
    }
  }, {rootMargin: `0px 0px ${AHEAD} 0px`});
  for (const item of items) observer.observe(item);
}

/** @param {string} url */
async function showOne(url) {
  try {
    const loaded = await load(url, {});
    $('cat').src = loaded.src;
    $('cat-from').textContent = `Here, ${origin(loaded)}`;
  } catch (error) {
    $('cat-from').textContent = /** @type {Error} */ (error).message;
  }
}

peer5.setGlobalOptions({tracker: TRACKER});

/** @type {{name: string}[]} */
const pictures = await fetch('pictures.json').then(response => response.json()).catch(() => []);
if (pictures.length > 0) {
  showGallery(pictures.slice(1));
  await showOne(`samples/${pictures[0].name}`);
}
