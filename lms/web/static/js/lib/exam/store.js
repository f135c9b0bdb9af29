// What waits to be sent, kept in this browser (IndexedDB) until the server has acknowledged it.

const NAME = "teruji-pengerjaan";
const TABLE = "events";

export class Store {
  #database = opened().catch(() => this.#refused());

  /** False where the browser refuses to keep anything: then nothing outlives the page. */
  lasting = true;

  /** Whether the browser keeps what it is given; resolves after the first try. */
  async works() {
    await this.#database;
    return this.lasting;
  }

  put(event) {
    return this.#write((table) => table.put(event));
  }

  remove(events) {
    return this.#write((table) => events.forEach((event) => table.delete([event.attempt, event.writer, event.seq])));
  }

  /** All events of an attempt, whichever tab wrote them, each writer's in order. */
  async all(attempt) {
    const database = await this.#database;
    if (!database) return [];
    const range = IDBKeyRange.bound([attempt], [attempt, []]);
    return answered(database.transaction(TABLE).objectStore(TABLE).getAll(range));
  }

  /** Resolves once the change would survive a power cut, as far as the browser can promise it. */
  async #write(change) {
    const database = await this.#database;
    if (database) await written(database, change).catch(() => this.#refused());
  }

  #refused() {
    this.lasting = false;
    return null;
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(TABLE, { keyPath: ["attempt", "writer", "seq"] });
    answered(request).then(resolve, reject);
  });
}

/** What a request to the browser's store brings. */
export function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function written(database, change) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    change(transaction.objectStore(TABLE));
  });
}
