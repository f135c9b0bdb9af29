// The server's side of an attempt: its addresses, and each answer as a value or as a Failure with a reason.

const PATIENCE = 20_000;

/**
 * why: "network" (nobody answered), "server" (it answered but could not), "sign-in" (the token is worth nothing any
 * more), "moved" (another device has the lease), "closed". data: what the answer said.
 */
export class Failure extends Error {
  constructor(why, data = {}) {
    super(why);
    this.why = why;
    this.data = data;
  }
}

const REASONS = { 401: "sign-in", 409: "closed", 423: "moved" };

export class Server {
  constructor(base, csrf) {
    this.base = base;
    this.csrf = csrf;
    this.token = null;
  }

  /** The questions, what is stored, and the token that saving needs. */
  async questions() {
    const found = await this.#json("soal", {});
    this.token = found.token;
    return found;
  }

  save(writer, events, keepalive = false) {
    const body = JSON.stringify({ writer, events: events.map(({ attempt, writer: _, ...event }) => event) });
    return this.#json("jawaban", { method: "PUT", body, keepalive, headers: this.#named() });
  }

  time() {
    return this.#json("waktu", { headers: this.#named() });
  }

  /** Take the lease to this device. */
  async takeOver() {
    this.token = (await this.#json("token", { method: "POST", headers: { "X-CSRFToken": this.csrf } })).token;
  }

  /** Hand in. Returns where the result stands. */
  async submit() {
    const body = new URLSearchParams({ csrf_token: this.csrf });
    const response = await this.#ask(`${this.base}/pengumpulan`, { method: "POST", body });
    if (!response.ok) throw await failure(response);
    if (!response.url.includes(this.base)) throw new Failure("sign-in");
    return response.url;
  }

  /**
   * Sign in without leaving the page. Returns "done", "second-factor", "too-often" or "wrong".
   * A fresh form comes first: its forgery token may have ended together with the session.
   */
  async signIn(nip, password) {
    const token = tokenIn(await (await this.#ask("/masuk", {})).text());
    const body = new URLSearchParams({ csrf_token: token, nip, sandi: password });
    const response = await this.#ask("/masuk", { method: "POST", body, redirect: "manual" });
    if (response.status === 429) return "too-often";
    return response.type === "opaqueredirect" ? this.resume() : "wrong";
  }

  /** Whether this browser is signed in enough for the attempt: "done" or "second-factor". Its forgery token is a new one. */
  async resume() {
    const page = await this.#ask(`${this.base}/daftar`, {});
    if (!page.url.includes(this.base)) return "second-factor";
    this.csrf = tokenIn(await page.text());
    return "done";
  }

  #named() {
    return { "X-Attempt-Token": this.token, "Content-Type": "application/json" };
  }

  async #json(path, options) {
    const headers = { Accept: "application/json", ...options.headers };
    const response = await this.#ask(`${this.base}/${path}`, { ...options, headers });
    if (!response.ok) throw await failure(response);
    if (response.redirected) throw new Failure("sign-in");
    return response.json();
  }

  async #ask(address, options) {
    try {
      return await fetch(address, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE), ...options });
    } catch (unreachable) {
      throw new Failure("network", { unreachable });
    }
  }
}

async function failure(response) {
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  return new Failure(REASONS[response.status] ?? "server", isJson ? await response.json() : {});
}

function tokenIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[name=csrf_token]")?.value ?? "";
}
