// The page of a closed attempt: does this browser still keep answers or files of it? Only then what sends them is fetched.

const DATABASES = { "teruji-pengerjaan": "events", "teruji-berkas": "files" };
const { attempt, sender } = document.getElementById("tertinggal").dataset;

/** How much a database of this browser keeps of the attempt. One that does not exist is not made. */
function kept(name, table) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      const database = request.result;
      const counting = database.transaction(table).objectStore(table).count(IDBKeyRange.bound([attempt], [attempt, []]));
      database.close(); // once it has counted
      counting.onsuccess = () => resolve(counting.result);
      counting.onerror = () => reject(counting.error);
    };
  });
}

async function look() {
  const found = await Promise.all(Object.entries(DATABASES).map(([name, table]) => kept(name, table)));
  if (found.some(Boolean)) await import(sender);
}

if (globalThis.indexedDB) look();
