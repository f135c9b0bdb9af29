// Files that wait to be sent, kept in this browser (IndexedDB) until the server has them: one for each question of an attempt.
// They have a database of their own: a tab that is open since before would hold up a new version of the events' one.

import { answered } from "./store.js";

const NAME = "teruji-berkas";
const TABLE = "files";

export class Files {
  #database = opened().catch(() => null);

  /**
   * Keep a file, {attempt, n, id, writer, at, file}, in place of an earlier one of its question.
   * Returns "kept", "full" (no room on this device) or "refused" (the browser keeps nothing).
   */
  async put(record) {
    const database = await this.#database;
    if (!database) return "refused";
    try {
      await changed(database, (table) => table.put(record));
      return "kept";
    } catch (error) {
      return error?.name === "QuotaExceededError" ? "full" : "refused";
    }
  }

  /** What is kept of an attempt, whichever tab chose it, the earliest choice first. */
  async all(attempt) {
    const database = await this.#database;
    if (!database) return [];
    const range = IDBKeyRange.bound([attempt], [attempt, []]);
    const kept = await answered(database.transaction(TABLE).objectStore(TABLE).getAll(range));
    return kept.sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Take a file over from the tab that kept it, for this writer. Returns false where it has gone, or another tab was first. */
  claim({ attempt, n, id, writer: before }, writer) {
    return this.#ifSame({ attempt, n, id }, (table, record) => record.writer === before && table.put({ ...record, writer }));
  }

  /** The server has it, or does not want it. One chosen later for the same question stays. */
  remove({ attempt, n, id }) {
    return this.#ifSame({ attempt, n, id }, (table) => table.delete([attempt, n]));
  }

  /** No file of this question waits any more, whoever chose it. */
  async forget(attempt, n) {
    const database = await this.#database;
    if (database) await changed(database, (table) => table.delete([attempt, n])).catch(() => {}); // then what is kept is sent, and may be emptied again
  }

  /** Change what is kept while it is still the same choice. Returns whether it was. */
  async #ifSame({ attempt, n, id }, change) {
    const database = await this.#database;
    if (!database) return false;
    let isDone = false;
    const alter = (table) => {
      const request = table.get([attempt, n]);
      request.onsuccess = () => (isDone = request.result?.id === id && Boolean(change(table, request.result)));
    };
    return changed(database, alter).then(
      () => isDone,
      () => false,
    );
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: ["attempt", "n"] });
    answered(request).then(resolve, reject);
  });
}

function changed(database, change) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    change(transaction.objectStore(TABLE));
  });
}
