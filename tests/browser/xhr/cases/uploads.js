/** `upload` and its events, which are native's: a request with a body is none of P2P's business. */

import {other} from './urls.js';

const UPLOAD = '#the-upload-attribute';

const large = () => new Blob([new Uint8Array(3 << 20)]);

/** How far an upload has got when something happens, the clock says. */
const vague = (log) => log.map((note) => `${note}`.replace(/^(upload\.progress).*/, '$1'))
  .filter((note, i, all) => note !== 'upload.progress' || all[i - 1] !== note);

function ended(name, query, {set = () => {}, hook, body = large} = {}) {
  return {
    name, clause: UPLOAD,
    async run(t) {
      const xhr = t.upload();
      hook?.(xhr);
      xhr.open('POST', t.r(query));
      set(xhr);
      xhr.send(body());
      await t.ended(xhr);
      const seen = vague(t.log);
      t.log.length = 0;
      return [seen, xhr.readyState, xhr.status];
    },
  };
}

export const uploads = [
  ended('a small upload', 'body=taken', {body: () => 'text'}),
  ended('abort() in the loadstart of an upload', 'wait=300&body=x', {
    hook: (xhr) => { xhr.upload.onloadstart = () => xhr.abort(); },
  }),
  ended('abort() when an upload is done', 'wait=600&body=x', {
    hook: (xhr) => { xhr.upload.onload = () => xhr.abort(); }, body: () => 'text',
  }),
  ended('timeout after an upload', 'wait=900&body=x', {set: (xhr) => { xhr.timeout = 250; }, body: () => 'text'}),
  ended('open() in the loadstart of an upload', 'body=x', {
    hook: (xhr) => {
      xhr.upload.onloadstart = () => {
        xhr.upload.onloadstart = null;
        xhr.open('POST', '/r?body=again');
        xhr.send('b');
      };
    },
  }),
  {
    name: 'an upload that is refused', clause: UPLOAD,
    async run(t) {
      const xhr = t.upload();
      xhr.open('POST', 'http://127.0.0.1:1/');
      xhr.send('text');
      await t.ended(xhr);
      return [xhr.readyState, xhr.status];
    },
  },
  {
    name: 'a listener on upload asks another origin first', clause: '#the-send()-method',
    async run(t) {
      const seen = [];
      for (const listens of [false, true]) {
        const xhr = new t.XHR();
        if (listens) xhr.upload.onprogress = () => {};
        xhr.open('POST', t.r('echo', other()));
        xhr.send('text');
        await t.ended(xhr);
        seen.push(xhr.status);
      }
      return seen;
    },
  },
  {
    name: 'upload is one object, and an event target of its own', clause: UPLOAD,
    run(t) {
      const xhr = new t.XHR();
      const {upload} = xhr;
      upload.onload = function(event) { t.note(this === upload, event.type); };
      upload.dispatchEvent(new ProgressEvent('load'));
      return [xhr.upload === upload, String(upload), upload instanceof XMLHttpRequestUpload, upload instanceof XMLHttpRequestEventTarget,
        upload === new t.XHR().upload, t.thrown(() => new XMLHttpRequestUpload()), Object.keys(upload)];
    },
  },
];
