// What this browser keeps of attempts until it is sent, looked at from pages that keep nothing themselves.

const DATABASES = { "teruji-pengerjaan": "events", "teruji-berkas": "files" };

/** The same of both databases: of each what `ask(store)` asks for, or null where there is none; one that does not exist is not made. */
export function ofBoth(ask) {
  return globalThis.indexedDB ? Promise.all(Object.entries(DATABASES).map(([name, table]) => found(name, table, ask))) : Promise.resolve([]);
}

/** All keys of an attempt. */
export const ofAttempt = (attempt) => IDBKeyRange.bound([attempt], [attempt, []]);

function found(name, table, ask) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => resolve(null);
    request.onsuccess = () => {
      const database = request.result;
      const asking = ask(database.transaction(table).objectStore(table));
      database.close(); // once it has answered
      asking.onsuccess = () => resolve(asking.result);
      asking.onerror = () => reject(asking.error);
    };
  });
}
