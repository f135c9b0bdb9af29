// The server's side of an attempt: its addresses, and each answer as a value or as a Failure with a reason.

const PATIENCE = 20_000;

/**
 * why: "network" (nobody answered), "server" (it answered but could not), "sign-in" (the token is worth nothing any
 * more), "moved" (another device has the lease), "closed", "place" (the sitting takes another network or browser).
 * data: what the answer said.
 */
export class Failure extends Error {
  constructor(why, data = {}) {
    super(why);
    this.why = why;
    this.data = data;
  }
}

const REASONS = { 401: "sign-in", 409: "closed", 423: "moved" };
/** Why a file is not taken: for good, or from here. */
const SAID = { upload: "refused", place: "place" };

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
    if (!this.token) await this.renew();
    return found;
  }

  save(writer, events, keepalive = false) {
    const body = JSON.stringify({ writer, events: events.map(({ attempt, writer: _, ...event }) => event) });
    return this.#json("jawaban", { method: "PUT", body, keepalive, headers: this.#named() });
  }

  /** unsent: how many questions have something that is not on the server yet. told: what else a heartbeat tells (Absence). */
  time(unsent, { waited, spans }) {
    const more = (waited > unsent ? `&tunggu=${waited}` : "") + (spans.length ? `&sembunyi=${spans.join(",")}` : "");
    return this.#json(`waktu?belum=${unsent}${more}`, { headers: this.#named() });
  }

  /** A token for this sign-in, where no other device works on the attempt. */
  async renew() {
    this.token = (await this.#json("token", { method: "POST", headers: { "X-CSRFToken": this.csrf } })).token;
  }

  /** Call the proctor. call: {kunci, alasan}. Returns what the room says now, as `news` does. */
  callProctor(call) {
    const body = new URLSearchParams({ ...call, csrf_token: this.csrf });
    return this.#json("bantuan", { method: "POST", body });
  }

  /** What was said in the room: {mark, announcements, help}, the last two as HTML. */
  news() {
    return this.#json("kabar", {});
  }

  /** Move the attempt to this device, against the password. Returns "done", "wrong" or "too-often". */
  move(password) {
    return this.#form(`${this.base}/perangkat`, { csrf_token: this.csrf, sandi: password });
  }

  /** Send a file for question n. sent(share): how much of it is on its way, 0 to 1. signal: ends it. Returns what the answer is to name. */
  upload(n, file, sent, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not say how far it is
      request.open("POST", `${this.base}/${n}/berkas`);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-CSRFToken", this.csrf);
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => sent(loaded / total);
      request.onerror = request.onabort = () => reject(new Failure("network"));
      request.onload = () => {
        const { status, response } = request;
        if (status === 200 && response) resolve(response);
        else reject(new Failure(SAID[response?.error] ?? REASONS[status] ?? "server", response ?? {}));
      };
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }

  /** Hand in. Returns where the result stands. */
  async submit() {
    const body = new URLSearchParams({ csrf_token: this.csrf });
    const response = await this.#ask(`${this.base}/pengumpulan`, { method: "POST", body });
    if (!response.ok) throw await failure(response);
    if (!this.#isOurs(response)) throw new Failure("sign-in");
    return response.url;
  }

  /**
   * Sign in without leaving the page. Returns "done", "second-factor", "too-often" or "wrong".
   * A fresh form comes first: its forgery token may have ended together with the session.
   */
  async signIn(nip, password) {
    const token = tokenIn(await (await this.#ask("/masuk", {})).text());
    const outcome = await this.#form("/masuk", { csrf_token: token, nip, sandi: password });
    return outcome === "done" ? this.resume() : outcome;
  }

  /** Whether this browser is signed in enough for the attempt: "done" or "second-factor". Its forgery token is a new one. */
  async resume() {
    const page = await this.#ask(`${this.base}/daftar`, {});
    if (!this.#isOurs(page)) return "second-factor";
    this.csrf = tokenIn(await page.text());
    return "done";
  }

  /** Send a form that leads elsewhere when it is right. */
  async #form(address, fields) {
    const body = new URLSearchParams(fields);
    const response = await this.#ask(address, { method: "POST", body, redirect: "manual" });
    if (response.type === "opaqueredirect") return "done";
    if (response.status === 422) return "wrong";
    if (response.status === 429) return "too-often";
    throw await failure(response);
  }

  /** A page of this attempt, and not the sign-in page to which somebody unknown is sent. */
  #isOurs(response) {
    return new URL(response.url).pathname.startsWith(`${this.base}/`);
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
  const data = isJson ? await response.json() : {};
  return new Failure(data.error === "place" ? "place" : (REASONS[response.status] ?? "server"), data);
}

function tokenIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[data-csrf]")?.dataset.csrf ?? page.querySelector("[name=csrf_token]")?.value ?? "";
}
