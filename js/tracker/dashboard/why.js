/**
 * Why little of a swarm's bytes comes from peers, as far as the tracker can
 * tell, in words for its operator.
 *
 * @module
 */

/** At this part of the bytes from peers and above, there is nothing to explain. */
export const LOW_SHARE = 0.5;
/** Fewer at the same time seldom have what one of them lacks. */
const FEW_PEERS = 4;
/** Failures among the attempts that are worth a word, and how many it takes to say so. */
const MANY_FAILED = 0.25;
const ENOUGH_FAILED = 2;
/** Of the resource: whoever can get less from any other is at the same place as all. */
const LITTLE_TO_GIVE = 0.03;
/** What has to come by HTTP in any case, in copies, and some more for what is under way. */
const FIRST_COPY = 1.25;

/**
 * @typedef {object} Facts of a swarm, or of a resource without one
 * @property {number} peers
 * @property {number} seeders
 * @property {number} bytesHTTP
 * @property {number} bytesP2P
 * @property {boolean} known its FileInfo is
 * @property {number} [size] bytes
 * @property {{reason: string, message: string} | null} [refused] the tracker's last answer to who asked for it
 * @property {boolean} [ranges] false: its origin does not offer byte ranges
 * @property {boolean} [turn] clients are told of a TURN server
 * @property {boolean} [stun] or of a STUN server
 * @property {import('../core_figures.js').MemberView[]} [members] absent: nobody has looked closer
 * @property {import('../core_figures.js').EdgeView[]} [edges]
 */

/**
 * @typedef {object} Finding
 * @property {string} code stable, for programs
 * @property {string} text a sentence or two
 */

/** What an operator can do about each reason of the hashing service. */
const REMEDIES = /** @type {Record<string, string>} */ ({
  'not-configured': 'Add its origin with --origin.',
  'not-found': 'The page names an address that its origin does not serve.',
  'not-shareable': 'Only what everybody gets may be shared: see its Cache-Control, Set-Cookie and Vary.',
  'too-large': 'Raise hashing.maxSize, or use larger blocks.',
  'unreachable': 'The tracker must be able to reach the origin.',
  'timeout': 'The origin is too slow for the tracker, or hashing.timeout too short.',
  'changed': 'It changed while it was hashed; this passes.',
  'busy': 'Raise hashing.parallel or hashing.maxQueue.',
});

/** @param {Facts} facts @returns {number | null} 0 to 1, null before there are bytes */
export function shareOf({bytesHTTP, bytesP2P}) {
  const all = bytesHTTP + bytesP2P;
  return all > 0 ? bytesP2P / all : null;
}

/**
 * @param {Facts} facts
 * @returns {Finding[]} the most important first; none where it goes well, or it is too early to say
 */
export function whyLow(facts) {
  const share = shareOf(facts);
  const found = RULES_ALWAYS.flatMap((rule) => rule(facts));
  if (facts.peers < 2 || (share !== null && share >= LOW_SHARE)) return found;
  found.push(...RULES_OF_CONNECTIONS.flatMap((rule) => rule(facts)));
  if (share === null) return found;
  const ofBytes = RULES_OF_BYTES.flatMap((rule) => rule(facts));
  return [...found, ...ofBytes, ...found.length + ofBytes.length === 0 ? [slow(facts)] : []];
}

/** @typedef {(facts: Facts) => Finding[]} Rule */

/** @param {boolean} applies @param {string} code @param {() => string} text @returns {Finding[]} */
const finding = (applies, code, text) => applies ? [{code, text: text()}] : [];

/** @type {Rule} */
function noFileInfo({refused, known}) {
  if (refused) {
    const remedy = REMEDIES[refused.reason] ?? '';
    return finding(true, 'no-file-info', () => known ?
      `Newcomers are no longer told of it (${refused.reason}): ${refused.message}. ${remedy}`.trim() :
      `The tracker has no FileInfo of it (${refused.reason}): ${refused.message}. ${remedy}`.trim());
  }
  return finding(!known, 'file-info-from-pages',
      () => 'The tracker has no FileInfo of it: only pages that bring it themselves, as a manifest, join.');
}

/** @type {Rule} */
const alone = ({peers}) => finding(peers < 2, 'alone', () => peers === 0 ? 'Nobody is here.' :
  'Only one visitor is here: nobody else is here at the same time.');

/** @type {Rule} */
function connectionsFail({members = [], edges = [], turn}) {
  const failed = edges.filter((edge) => edge.state === 'failed');
  const tried = failed.length + edges.filter((edge) => edge.state === 'open').length;
  const many = failed.length / Math.max(1, tried) >= MANY_FAILED &&
    (failed.length >= ENOUGH_FAILED || failed.length === tried);
  return finding(failed.length > 0 && many, 'connections-fail', () => {
    /** @type {Map<string, number>} */
    const pairs = new Map();
    for (const {a, b} of failed) {
      const pair = [vendorOf(members[a]), vendorOf(members[b])].sort().join(' and ');
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    const [worst] = [...pairs].sort((a, b) => b[1] - a[1]);
    return `${failed.length} of ${tried} connections failed, ${pairs.size > 1 ? 'most' : 'all'} between ${worst[0]}. ` +
      (turn ? 'A TURN server is configured: see whether visitors reach it.' :
        'No TURN server is configured, and visitors behind strict NATs or firewalls need one.');
  });
}

/** @param {{browser: string} | undefined} member */
const vendorOf = (member) => member?.browser.split(' ')[0] ?? 'unknown';

/** @type {Rule} */
function notConnected({members = [], edges, stun}) {
  const reported = members.filter((member) => member.reported).length;
  const none = edges !== undefined && reported >= 2 && !edges.some(({state}) => state === 'open' || state === 'failed');
  return finding(none, 'not-connected', () => 'Nobody is connected to anybody yet, though they have met.' +
    (stun ? '' : ' No STUN server is configured: visitors behind different NATs do not find each other without one.'));
}

/** @type {Rule} */
function uploadsOff({members = []}) {
  const off = members.filter((member) => !member.uploads).length;
  const metered = members.filter((member) => member.uploads && member.metered).length;
  return finding(members.length > 1 && (off + metered) * 2 > members.length, 'uploads-off', () => {
    const parts = [off > 0 ? `${off} have uploads off` : '', metered > 0 ? `${metered} are on a metered network` : ''];
    return `Most do not give: of ${members.length}, ${parts.filter(Boolean).join(' and ')}.`;
  });
}

/** @type {Rule} */
const noRanges = ({ranges = true}) => finding(!ranges, 'no-ranges', () => 'Its origin does not say that it offers byte ' +
  'ranges (Accept-Ranges: bytes): without them visitors cannot leave out what peers have.');

/** @type {Rule} */
const fewPeers = ({peers}) => finding(peers < FEW_PEERS, 'few-peers',
    () => `Only ${peers} visitors are here at the same time.`);

/** @type {Rule} */
function samePlace({members = []}) {
  const taking = members.filter((member) => !member.seeder && member.reported);
  const same = taking.length > 1 && taking.every((member) => member.obtainable <= LITTLE_TO_GIVE);
  return finding(same, 'same-place',
      () => 'All are at about the same place: nobody has blocks that another one lacks.');
}

/** @type {Rule} */
const firstCopy = ({size = 0, bytesHTTP}) => finding(size > 0 && bytesHTTP <= size * FIRST_COPY, 'first-copy',
    () => 'What came by HTTP so far is about one copy, which somebody has to fetch; later visitors get it from peers.');

/** @type {Rule} */
const nobodyHasAll = ({seeders}) => finding(seeders === 0, 'nobody-has-all', () => 'Nobody who is here has all of it.');

/** @param {Facts} facts @returns {Finding} */
function slow({members = []}) {
  const rates = members.filter((member) => member.reported);
  const up = rates.reduce((sum, {upRate}) => sum + upRate, 0);
  const measured = rates.length > 0 ? `: ${Math.round(up / 1000)} kB/s from ${rates.length} of them together` : '';
  return {code: 'slow', text: `Peers give slowly compared with the origin, or visitors are done before they meet${measured}.`};
}

const RULES_ALWAYS = [noFileInfo, alone];
const RULES_OF_CONNECTIONS = [connectionsFail, notConnected, uploadsOff, noRanges];
/** Those that need some bytes to go by. */
const RULES_OF_BYTES = [fewPeers, samePlace, firstCopy, nobodyHasAll];
