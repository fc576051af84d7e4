/** What the response is read as. */

const RESPONSE = '#the-response-attribute';
const TYPE = '#the-responsetype-attribute';
const TEXT = '#text-response';
const XML = '#document-response';

const TYPES = ['', 'text', 'arraybuffer', 'blob', 'json', 'document'];

async function shown(value) {
  if (value instanceof ArrayBuffer) return ['ArrayBuffer', ...new Uint8Array(value)];
  if (value instanceof Blob) return ['Blob', value.type, await value.text()];
  if (value?.nodeType === 9) return ['Document', value.contentType, value.documentElement.outerHTML];
  return value;
}

/** A case that reads one body in one type. */
function read(name, query, responseType, {clause = RESPONSE, p2p = true, set = null, differs = null, expectedResult = undefined} = {}) {
  return {
    name, clause, p2p, differs, expectedResult,
    async run(t) {
      const xhr = await t.get(query, {set(it) { it.responseType = responseType; set?.(it); }});
      t.log.length = 0;
      return [await shown(xhr.response), xhr.response === xhr.response];
    },
  };
}

/** UTF-8, UTF-16, Latin and Japanese bytes; broken ones; with and without marks. */
const TEXTS = [
  ['UTF-8 by default', 'hex=e282ac20c3a9'],
  ['UTF-8 with a byte order mark', 'hex=efbbbfe282ac'],
  ['UTF-16LE by its byte order mark', 'hex=fffe6100ac20'],
  ['UTF-16BE by its byte order mark, against the charset', 'hex=feff006120ac&type=text/plain;charset=utf-8'],
  ['windows-1252 by charset', 'hex=80e9&type=text/plain;charset=windows-1252'],
  ['charset in capitals and quotes', 'hex=80e9&type=TEXT/PLAIN;CHARSET="Windows-1252"'],
  ['shift_jis', 'hex=93fa967b&type=text/html;charset=shift_jis'],
  ['an unknown charset', 'hex=c3a9&type=text/plain;charset=nonsense'],
  ['bytes that are no UTF-8', 'hex=ff41c328'],
  ['one byte', 'hex=41'],
  ['half a byte order mark', 'hex=efbb'],
  ['NUL', 'hex=410042'],
  ['XML with a declared encoding', `hex=${hexOf('<?xml version="1.0" encoding="windows-1252"?><a>')}e9${hexOf('</a>')}&type=text/xml`],
  ['a declared encoding in what is not XML', `hex=${hexOf('<?xml version="1.0" encoding="windows-1252"?><a>')}e9${hexOf('</a>')}&type=text/plain`],
  ['two Content-Types', 'hex=e9&type=&h=Content-Type:text/plain;charset=windows-1252&h=Content-Type:text/plain'],
];

function hexOf(text) {
  return [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

const JSONS = [
  ['an object', 'body={"a":[1,null]}', {a: [1, null]}], ['broken JSON', 'body={"a":'], ['an empty body', 'body='],
  ['a byte order mark', 'hex=efbbbf7b7d', {}], ['null', 'body=null'], ['a 404', 'body=[1]&status=404', [1]],
  ['latin bytes', 'hex=22e922&type=application/json;charset=windows-1252'],
];

const BLOB_TYPES = ['text/html;charset=UTF-8', 'IMAGE/png', 'bogus', '', 'a/b; x="q\\"r"; y=', 'text/plain;charset=a;charset=b'];

export const responses = [
  ...TEXTS.map(([what, query]) => read(`text: ${what}`, query, '', {clause: TEXT})),
  ...TEXTS.slice(0, 3).map(([what, query]) => read(`responseType text: ${what}`, query, 'text', {clause: TEXT})),
  read('responseType text does not look for an XML declaration', TEXTS[12][1], 'text', {clause: TEXT}),
  ...JSONS.map(([what, query, expected]) => read(`json: ${what}`, query, 'json', {
    clause: '#json-response',
    ...typeof expected === 'object' && expected && {
      differs: {chromium: 'parses again for each reading'}, expectedResult: [expected, true],
    },
  })),
  ...BLOB_TYPES.map((type) => read(`blob with Content-Type ${type || '(none)'}`,
    `hex=41&type=${encodeURIComponent(type)}`, 'blob', {clause: '#blob-response'})),
  read('arraybuffer', 'hex=0001ff', 'arraybuffer', {clause: '#arraybuffer-response'}),
  read('arraybuffer of nothing', 'body=', 'arraybuffer', {clause: '#arraybuffer-response'}),
  read('blob of nothing', 'body=', 'blob', {clause: '#blob-response'}),
  read('document goes to native', 'body=<a>x</a>&type=text/xml', 'document', {clause: XML, p2p: false}),
  read('overrideMimeType sets the charset', 'hex=80e9', '',
    {clause: '#the-overridemimetype()-method', set: (it) => it.overrideMimeType('text/plain;charset=windows-1252')}),
  read('overrideMimeType with a broken type', 'hex=c3a9&type=text/plain;charset=windows-1252', '',
    {clause: '#the-overridemimetype()-method', set: (it) => it.overrideMimeType('bogus')}),
  read('overrideMimeType sets the type of a blob', 'hex=80', 'blob',
    {clause: '#the-overridemimetype()-method', set: (it) => it.overrideMimeType('image/PNG')}),
  {
    name: 'overrideMimeType before open() holds', clause: '#the-overridemimetype()-method', p2p: true,
    async run(t) {
      const xhr = await t.get('hex=80e9', {before: (it) => it.overrideMimeType('text/plain;charset=windows-1252')});
      return xhr.responseText;
    },
  },
  {
    name: 'overrideMimeType in each state', clause: '#the-overridemimetype()-method', p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      const thrown = [t.thrown(() => xhr.overrideMimeType('a/b')), t.thrown(() => xhr.overrideMimeType())];
      for (const type of ['readystatechange', 'progress', 'load']) {
        xhr.addEventListener(type, () => thrown.push(xhr.readyState, t.thrown(() => xhr.overrideMimeType('a/b'))));
      }
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      return thrown;
    },
  },
  {
    name: 'responseXML of XML, of HTML, of broken XML, of text', clause: '#the-responsexml-attribute', p2p: true, times: 5,
    async run(t) {
      const found = [];
      for (const query of ['type=text/xml&body=<a><b/></a>', 'type=image/svg%2Bxml&body=<svg xmlns="http://www.w3.org/2000/svg"/>',
        'type=text/html&body=<p>x', 'type=text/xml&body=<a', 'body=<a/>']) {
        const xhr = await t.get(query);
        const xml = xhr.responseXML;
        found.push(xml && [xml.contentType, xml.documentElement.localName, xml.URL === xhr.responseURL,
          xml.documentURI === xhr.responseURL, xml === xhr.responseXML]);
      }
      t.log.length = 0;
      return found;
    },
  },
  {
    name: 'the date of responseXML', clause: XML, p2p: true,
    async run(t) {
      const {responseXML} = await t.get('type=text/xml&body=<a/>&h=Last-Modified:Mon, 06 Sep 2010 10:11:12 GMT');
      return responseXML.lastModified;
    },
  },
  {
    name: 'XML that says it is UTF-16 in ASCII', clause: TEXT, p2p: true,
    async run(t) {
      const {responseText, responseXML} = await t.get(`type=text/xml&body=${encodeURIComponent('<?xml version="1.0" encoding="utf-16"?><a/>')}`);
      return [responseText, responseXML?.documentElement.localName ?? null];
    },
  },
  {
    name: 'responseXML of a body without a Content-Type', clause: '#response-body', p2p: true,
    async run(t) {
      const xhr = await t.get('type=&body=<a/>');
      return xhr.responseXML?.documentElement.localName ?? null;
    },
  },
  {
    name: 'what responseText and responseXML throw by type', clause: '#the-responsetext-attribute', p2p: true, times: 5,
    async run(t) {
      const seen = [];
      for (const type of TYPES) {
        await t.get('body=xyz', {
          set(it) { it.responseType = type; },
          hook(it, event, what) {
            seen.push(type, what, t.thrown(() => it.responseText), t.thrown(() => it.responseXML), it.response === null, it.response === '');
          },
        });
      }
      t.log.length = 0;
      return seen;
    },
  },
  {
    name: 'text grows while it loads', clause: '#the-responsetext-attribute', p2p: true,
    async run(t) {
      const seen = [];
      const xhr = await t.get('type=text/plain&h=X-Content-Type-Options:nosniff&body=abcdefgh&pieces=4&gap=150', {
        hook(it, event) { if (event.type === 'progress') seen.push(it.responseText); },
      });
      t.log.length = 0;
      const all = xhr.responseText;
      return [all, seen.length > 2, seen[0].length < 8, seen.every((text) => all.startsWith(text))];
    },
  },
  {
    name: 'responseType set in each state', clause: TYPE, p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      const seen = [];
      const attempt = () => seen.push(xhr.readyState, t.thrown(() => { xhr.responseType = 'nonsense'; }),
        t.thrown(() => { xhr.responseType = 'text'; }), xhr.responseType);
      attempt();
      xhr.onreadystatechange = xhr.onprogress = xhr.onload = attempt;
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      return seen;
    },
  },
  {
    name: 'responseType changed at HEADERS_RECEIVED', clause: TYPE, p2p: true, times: 3,
    async run(t) {
      const seen = [];
      for (const [from, to] of [['', 'arraybuffer'], ['arraybuffer', ''], ['text', 'blob']]) {
        const xhr = await t.get('body=hello', {
          set(it) { it.responseType = from; },
          hook(it, event, what) { if (what === 2) it.responseType = to; },
        });
        seen.push(await shown(xhr.response));
      }
      return seen;
    },
  },
  {
    name: 'status and headers in each state', clause: '#the-status-attribute', p2p: true,
    async run(t) {
      const seen = [];
      await t.get('status=201&text=Made%20here&body=x&h=X-A:1', {
        hook: (it, event, what) => seen.push(what, it.status, it.statusText, it.responseURL.replace(/:\d+/, ''),
          it.getResponseHeader('X-a'), it.getAllResponseHeaders().includes('x-a: 1\r\n')),
      });
      return seen;
    },
  },
  {
    name: 'status and reason phrase as they were sent', clause: '#the-statustext-attribute', p2p: true, times: 7,
    async run(t) {
      const seen = [];
      for (const query of ['status=200&text=Fine%20by%20me', 'status=201', 'status=206', 'status=299&text=-', 'status=401', 'status=418', 'status=599&text=%C3%A4']) {
        const xhr = await t.get(`${query}&body=x`);
        seen.push([xhr.status, xhr.statusText, xhr.responseText]);
      }
      t.log.length = 0;
      return seen;
    },
  },
];
