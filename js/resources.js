/**
 * `peer5.getAllLocalResources()` and its kin: what of which resource is here,
 * in this page's memory and in offline storage.
 *
 * @module
 */
import {storage} from './store/storage.js';

/** @typedef {import('./engine/types.js').Download} Download */
/** @typedef {import('./engine/types.js').DownloadSink} DownloadSink */
/** @typedef {import('./engine/types.js').LocalResource} LocalResource */

/**
 * @typedef {object} Held
 * @property {string} url it was asked for by, '' if by swarm id
 * @property {Download} download
 * @property {import('./engine/types.js').FileInfo} info
 * @property {number} loaded bytes
 * @property {LocalResource['status']} status
 */

/** What this page's requests brought, by swarm id. @type {Map<string, Held>} */
const held = new Map();

/**
 * Keeps the book on a transfer.
 *
 * @param {string} url
 * @param {(sink: DownloadSink) => Download} start
 * @returns {(sink: DownloadSink) => Download}
 */
export function booked(url, start) {
  return (sink) => {
    /** @type {Held | undefined} */
    let entry;
    let loaded = 0;
    /** @param {LocalResource['status']} status */
    const set = (status) => { if (entry) entry.status = status; };
    const download = start({
      ...sink,
      info: (info) => {
        entry = {url, download, info, loaded, status: 'play'};
        held.set(info.swarmId, entry);
        sink.info(info);
      },
      progress: (progress) => {
        loaded = progress.loadedHTTP + progress.loadedP2P + progress.loadedFS;
        if (entry) entry.loaded = loaded;
        sink.progress(progress);
      },
      complete: () => {
        if (entry) entry.loaded = entry.info.size;
        sink.complete();
      },
    });
    const {pause, leave} = download;
    download.pause = () => { set('pause'); pause.call(download); };
    download.leave = () => { set('stop'); leave.call(download); };
    return download;
  };
}

/** @param {Held} entry @returns {LocalResource} */
function describe({info, loaded, status}) {
  const whole = loaded >= info.size;
  return {
    fileSize: info.size,
    swarmId: info.swarmId,
    name: info.name,
    url: info.origin,
    numOfBlocks: info.numOfBlocks,
    numOfBlocksDownloaded: whole ? info.numOfBlocks : Math.floor(loaded / info.blockSize),
    status,
  };
}

/** @returns {Promise<LocalResource[]>} */
async function all() {
  const found = new Map((await storage.list()).map((resource) => [resource.swarmId, resource]));
  for (const [swarmId, entry] of held) {
    const own = describe(entry);
    const inStore = found.get(swarmId);
    // What is under way now is newer than what storage was last told.
    const blocks = Math.max(own.numOfBlocksDownloaded, inStore?.numOfBlocksDownloaded ?? 0);
    found.set(swarmId, {...inStore, ...own, numOfBlocksDownloaded: blocks});
  }
  return [...found.values()];
}

/** @param {string} id swarm id or URL @param {LocalResource} resource */
function isNamed(id, resource) {
  return [resource.swarmId, resource.url, held.get(resource.swarmId)?.url].includes(id);
}

/** @param {(resources: LocalResource[]) => void} [callback] */
export async function getAllLocalResources(callback) {
  const resources = await all();
  callback?.(resources);
  return resources;
}

/**
 * @param {string} id the swarm id, or the URL used
 * @param {(resource: LocalResource | null) => void} [callback]
 */
export async function getLocalResource(id, callback) {
  const resource = (await all()).find((candidate) => isNamed(id, candidate)) ?? null;
  callback?.(resource);
  return resource;
}

/**
 * Leaves the swarm and frees memory and storage.
 *
 * @param {string} id the swarm id, or the URL used
 * @returns {Promise<boolean>} whether there was anything to remove
 */
export async function removeResource(id) {
  const resource = await getLocalResource(id);
  if (!resource) return false;
  held.get(resource.swarmId)?.download.leave();
  held.delete(resource.swarmId);
  await storage.remove(resource.swarmId);
  return true;
}
