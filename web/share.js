/** The sharing page: who opens it plain shares, who opens it with a link receives. */
import {parseFragment} from './lib/sharing/link.js';
import {showReceiver} from './lib/sharing/receive_view.js';
import {showSender} from './lib/sharing/send_view.js';
import {TRACKER} from './lib/tracker.js';

/** @type {any} */ (globalThis).peer5.setGlobalOptions({tracker: TRACKER});

const shared = parseFragment(location.hash);
const view = location.hash.length <= 1 ? 'send' : shared ? 'receive' : 'broken';
/** @type {HTMLElement} */ (document.getElementById(view)).hidden = false;
if (view === 'send') showSender();
if (shared) showReceiver(shared);

// Another link, typed or pasted into the address bar.
addEventListener('hashchange', () => location.reload());
