/**
 * What is in offline storage, in IndexedDB: one record a resource.
 *
 * A record is a hint. Its FileInfo is checked against its root, its blocks
 * against their hashes; what doesn't fit is removed or fetched again.
 *
 * @module
 */

/**
 * @typedef {object} StoredRecord
 * @property {string} id swarm id: the root hash
 * @property {string[]} urls it was asked for by
 * @property {import('../engine/types.js').FileInfo} info
 * @property {Uint8Array} frame FileInfo as the core reads it
 * @property {Uint8Array} map block i at bit i & 7 of byte i >> 3
 * @property {number} used ms since 1970
 */

const STORE = 'resources';

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('peer5', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, {keyPath: 'id'})
      .createIndex('url', 'urls', {multiEntry: true});
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class StoredIndex {
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;

  #open() {
    this.#database ??= openDatabase().catch(async () => {
      // Damaged: begun anew, what it knew of is fetched again.
      indexedDB.deleteDatabase('peer5');
      return openDatabase();
    }).then(database => {
      // Another tab, or the visitor, removes it.
      database.onversionchange = database.onclose = () => {
        database.close();
        this.#database = null;
      };
      return database;
    });
    return this.#database;
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T>}
   */
  async #run(mode, ask) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** @param {string} id @returns {Promise<StoredRecord | undefined>} */
  get(id) {
    return this.#run('readonly', store => store.get(id));
  }

  /** The one that was used last. @param {string} url @returns {Promise<StoredRecord | undefined>} */
  async byUrl(url) {
    const found = await this.#run('readonly', store => store.index('url').getAll(url));
    return found.sort((a, b) => b.used - a.used)[0];
  }

  /** @returns {Promise<StoredRecord[]>} */
  all() {
    return this.#run('readonly', store => store.getAll());
  }

  /** @param {StoredRecord} record */
  put(record) {
    return this.#run('readwrite', store => store.put(record));
  }

  /** @param {string} id */
  remove(id) {
    return this.#run('readwrite', store => store.delete(id));
  }
}
