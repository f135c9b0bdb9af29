// What waits to be sent, kept in this browser (IndexedDB) until the server has acknowledged it.

const NAME = "teruji-pengerjaan";
const TABLE = "events";

/** The browser's store, or one in memory where the browser refuses: `lasting` tells which. */
export async function openStore() {
  try {
    return new Disk(await opened());
  } catch (refused) {
    return new Memory(refused);
  }
}

class Disk {
  lasting = true;

  constructor(database) {
    this.database = database;
  }

  put(event) {
    return this.#write((table) => table.put(event));
  }

  remove(events) {
    return this.#write((table) => events.forEach((event) => table.delete(keyOf(event))));
  }

  /** All events of an attempt, whichever tab wrote them, each writer's in order. */
  all(attempt) {
    const range = IDBKeyRange.bound([attempt], [attempt, []]);
    return answered(this.database.transaction(TABLE).objectStore(TABLE).getAll(range));
  }

  /** Resolves once the change would survive a power cut, as far as the browser can promise it. */
  #write(change) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(TABLE, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(TABLE));
    });
  }
}

class Memory {
  lasting = false;

  constructor(reason) {
    this.reason = reason;
  }

  async put() {}

  async remove() {}

  async all() {
    return [];
  }
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore(TABLE, { keyPath: ["attempt", "writer", "seq"] });
  return answered(request);
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function keyOf(event) {
  return [event.attempt, event.writer, event.seq];
}
