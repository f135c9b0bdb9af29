// Keeps in the draft what is being typed, and says truly whether it is kept. Without it the buttons save as ever.
const IDLE_MS = 3000;
const RETRY_MS = 5000;
const LONGEST_RETRY_MS = 30000;
const ICONS = { kept: "ok", saving: "open" };
const TROUBLES = ["offline", "failed", "conflict", "signedOut", "refused"];
// Nothing was taken, and leaving the page would lose what was typed.
const LOST = ["offline", "failed", "signedOut"];

export function autosave(form) {
  const said = form.querySelector("[data-state]");
  const news = form.querySelector("[data-news]");
  let typed = form.hasAttribute("data-unsaved") ? 1 : 0; // how often something was typed,
  let kept = 0; // and how much of that the server has
  let unanswered = null; // a text whose answer was lost is sent again as it was: the server then knows it
  let running = null;
  let state = "";
  let timer = 0;
  let failures = 0;
  let isLeaving = false;

  const isDirty = () => typed !== kept;

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }

  function say(next, detail = "") {
    const wasTrouble = TROUBLES.includes(state);
    state = next;
    const words = said.dataset[next].replace("{}", detail);
    said.querySelector("[data-words]").textContent = words;
    for (const icon of said.querySelectorAll("[data-icon]")) icon.hidden = icon.dataset.icon !== (ICONS[next] ?? "bad");
    said.querySelector("[data-enter]").hidden = next !== "signedOut";
    // Saving that goes well is seen, not heard; trouble and its end are heard.
    if (TROUBLES.includes(next) || (next === "kept" && wasTrouble)) news.textContent = words;
  }

  // One save at a time; whoever asks meanwhile is answered by the one that runs.
  function save() {
    running ??= saveOnce().finally(() => (running = null));
    return running;
  }

  async function saveOnce() {
    clearTimeout(timer);
    if (!isDirty() || state === "conflict") return state;
    if (!TROUBLES.includes(state)) say("saving");
    say(...(await send()));
    if (state === "kept" && isDirty()) say("changed");
    if (state === "changed") later(IDLE_MS);
    if (state === "offline" || state === "failed") later(Math.min(RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS));
    return state;
  }

  async function saveAll() {
    do await save(); while (state === "changed");
    return state;
  }

  async function send() {
    unanswered ??= { body: new FormData(form), typed };
    const { body, typed: upTo } = unanswered;
    body.set("csrf_token", form.elements.csrf_token.value);
    let answer, told;
    try {
      answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
      told = await answer.json();
    } catch {
      return [navigator.onLine ? "failed" : "offline"];
    }
    if (answer.status >= 500) return ["failed"];
    unanswered = null;
    failures = 0;
    if (answer.status === 422) return ["refused", told.alasan];
    if (answer.status === 409) return ["conflict"];
    if (answer.status === 400 || answer.status === 401) return [(await renew()) ? "failed" : "signedOut"];
    if (!answer.ok) return ["failed"];
    kept = upTo;
    form.elements.dari.value = told.dari;
    form.elements.revisi.value = told.revisi;
    return ["kept", told.pukul];
  }

  // Whoever signed in again, in another tab, has another token: the page itself, asked anew, carries it.
  async function renew() {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
      const token = page.querySelector("[data-editor] [name=csrf_token]");
      if (token) form.elements.csrf_token.value = token.value;
      return Boolean(token);
    } catch {
      return true;
    }
  }

  form.addEventListener("input", () => {
    typed += 1;
    if (state === "conflict") return;
    if (!LOST.includes(state)) say("changed");
    if (state !== "signedOut") later(IDLE_MS);
  });
  form.addEventListener("focusout", () => isDirty() && !LOST.includes(state) && save());
  form.addEventListener("submit", async (event) => {
    if (state === "conflict") isLeaving = true; // the server shows both texts
    if (isLeaving || !isDirty()) return;
    event.preventDefault();
    if (LOST.includes(await saveAll()) || isLeaving) return;
    isLeaving = true;
    form.requestSubmit(event.submitter);
  });
  document.addEventListener("visibilitychange", save);
  window.addEventListener("focus", save);
  window.addEventListener("online", save);
  window.addEventListener("beforeunload", (event) => isDirty() && !isLeaving && event.preventDefault());
  // A page out of the browser's memory may name a revision that has passed.
  window.addEventListener("pageshow", (event) => event.persisted && !isDirty() && location.reload());
  if (isDirty()) later(IDLE_MS);
}
