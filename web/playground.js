/** The playground: a snippet on the left, on the right the page that runs it. */

/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

const SNIPPETS = {
  image: 'An image',
  file: 'A file, with progress',
  request: 'peer5.Request instead of XMLHttpRequest',
  xhr: 'XMLHttpRequest, for comparison',
  uploader: 'Sharefest: share a file',
  downloader: 'Sharefest: download it',
  channel: 'A bare data channel',
};

const SWARM_ID = /^[0-9a-f]{64}$/;

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  $('message').textContent = text;
  $('message').classList.toggle('bad', bad);
}

async function showSnippet() {
  const name = $('snippet').value;
  const code = await fetch(`snippets/${name}.txt`).then(response => response.text(), error => `// ${error.message}`);
  if ($('snippet').value === name) $('code').value = code;
}

/** The address of the page that the snippet runs in. @returns {string} '' if it lacks the swarm id */
function roomUrl() {
  if ($('snippet').value !== 'downloader') return '/room.html';
  const id = $('room').value.trim();
  return SWARM_ID.test(id) ? `/${id}` : '';
}

/** Each run has a page of its own: what ran before is over. */
async function run() {
  const url = roomUrl();
  $('room').setAttribute('aria-invalid', String(!url));
  if (!url) {
    say('Share a file first, then enter the swarm id here: 64 hex digits.', true);
    return $('room').focus();
  }
  const fresh = document.createElement('iframe');
  fresh.id = 'result';
  fresh.title = 'Result';
  fresh.src = url;
  const loaded = new Promise(resolve => fresh.addEventListener('load', resolve, {once: true}));
  $('result').replaceWith(fresh);
  await loaded;
  const room = /** @type {Document} */ (fresh.contentDocument);
  const script = room.createElement('script');
  script.src = URL.createObjectURL(new Blob([$('code').value], {type: 'text/javascript'}));
  script.onload = script.onerror = () => URL.revokeObjectURL(script.src);
  room.body.append(script);
  say('Running.');
}

for (const [name, title] of Object.entries(SNIPPETS)) $('snippet').append(new Option(title, name));
$('snippet').addEventListener('change', showSnippet);
$('reset').addEventListener('click', showSnippet);
$('run').addEventListener('click', run);
$('code').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
  if (event.key === 'Enter' && event.ctrlKey) void run();
});

const room = new URLSearchParams(location.hash.slice(1)).get('room');
if (room) {
  $('room').value = room;
  $('snippet').value = 'downloader';
}
await showSnippet();
