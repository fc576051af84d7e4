/**
 * The page around a snippet of the slides: what they take to be there. A
 * classic script, as theirs, so that its names are the snippets' globals.
 */
'use strict';

const FILE_SIZE = 2 ** 20;

const url = '/samples/picture-01.bmp';

/** What the slides call files of which they say no more. */
const STAND_INS = {
  '/path/to/image.png': url,
  'http://path/to/a/big/file.json': '/samples/sample-8MiB.bin',
};

/** The request class of the talk's time: it answered with an object URL unless told otherwise. */
peer5.Request = class extends peer5.Request {
  constructor(options) {
    super(options);
    this.responseType = 'blobUrl';
    // The slides read it in a click, long after the event is over.
    this.addEventListener('load', event => Object.defineProperty(event, 'currentTarget', {value: this}));
  }

  open(method, ...rest) {
    super.open(method, ...rest.map((value, i) => i === 0 ? STAND_INS[value] ?? value : value));
  }
};

globalThis.XMLHttpRequest = class extends XMLHttpRequest {
  open(method, address, ...rest) {
    super.open(method, STAND_INS[address] ?? address, ...rest);
    this.addEventListener('load', () => log(`onload: status ${this.status}, ${this.response.size} bytes`));
  }
};

/** @param {string} text */
function log(text) {
  document.getElementById('log').append(`${text}\n`);
}

for (const name of ['log', 'warn', 'error']) {
  const native = console[name];
  console[name] = (...values) => {
    native.apply(console, values);
    log(values.map(String).join(' '));
  };
}
addEventListener('error', ({message}) => log(message));
addEventListener('unhandledrejection', ({reason}) => log(String(reason)));

/** @param {string} text */
function say(text) {
  document.getElementById('box-text').textContent = text;
}

/** @param {number} loaded @param {number} total */
function showProgress(loaded, total) {
  document.getElementById('progress').value = total > 0 ? loaded / total * 100 : 0;
}

/** What the slides use without saying what it is, by their names. */
Object.assign(globalThis, {
  url,
  servers: {iceServers: []},
  userState: null,
  files: [new File([new Uint8Array(FILE_SIZE)], 'from the slides.bin', {type: 'application/octet-stream'})],

  save(objectUrl) {
    const link = document.createElement('a');
    link.href = objectUrl;
    link.download = 'download';
    link.click();
  },
  showLink() {
    const link = document.getElementById('link');
    link.href = `/playground.html#room=${location.pathname.substring(1)}`;
    link.target = '_blank';
    link.hidden = false;
  },
  initiateProgressUI: () => showProgress(0, 1),
  updateProgressUI: showProgress,
  updateShareProgressUI: showProgress,
  finishProgressUI(loaded, total) {
    showProgress(loaded, total);
    say(`Finished: ${loaded} of ${total} bytes`);
  },
  updateList: say,
  updateShareButtons() {},
  ga: (...what) => log(`ga: ${what.join(', ')} (nothing is sent)`),
  roomNotFoundUI: () => say('Room not found: nobody shares it any more.'),
  chromeOnlyRoomUI: () => say('This room is for Chrome only.'),
  firefoxOnlyRoomUI: () => say('This room is for Firefox only.'),
  fileSizeTooBigUI: () => say('The file is too large.'),
});

new MutationObserver(() => { document.getElementById('cat').hidden = false; })
  .observe(document.getElementById('cat'), {attributeFilter: ['src']});
