// Keeps the place where one stops reading, and leads back to it. Without this script the lesson itself is kept.
const text = document.querySelector("[data-lesson]");
const form = document.querySelector("#tempat");
const said = document.querySelector("#tersimpan");
const FULL = 1000;
const PAUSE_MS = 1000;

// The outline is open beside the text; on a phone it stays folded above it.
const outline = document.querySelector(".lesson-nav");
if (matchMedia("(min-width: 1024px)").matches) {
  outline.querySelector("details").open = true;
  // The lesson one reads stands in sight, with what comes before and after it.
  const here = outline.querySelector("[aria-current]")?.closest("li");
  if (here) outline.scrollTop += here.getBoundingClientRect().top - outline.getBoundingClientRect().top - outline.clientHeight / 2;
}

// What stands above the eye, a third down the window, has been read. Per mille of the text.
function place() {
  const box = text.getBoundingClientRect();
  return Math.round(Math.min(Math.max((innerHeight / 3 - box.top) / box.height, 0), 1) * FULL);
}

let kept = Number(text.dataset.sampai);
let timer = 0;

async function keep() {
  clearTimeout(timer);
  const now = place();
  // The head of the page is no place: one goes there for the menu.
  if (now === 0 || now === kept) return;
  kept = now;
  form.elements.sampai.value = now;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    if (!answer.ok) throw new Error(answer.status);
    said.textContent = "· " + said.dataset.tersimpan.replace("{}", (await answer.json()).pukul);
  } catch {
    kept = -1;
    said.textContent = "· " + said.dataset.gagal;
  }
}

function goBack() {
  const sought = text.getBoundingClientRect().top + (text.offsetHeight * kept) / FULL;
  const block = [...text.children].find((child) => child.getBoundingClientRect().bottom > sought);
  if (!block) return;
  const { lang } = document.documentElement;
  const mark = Object.assign(document.createElement("p"), { className: "place", lang, textContent: text.dataset.diSini });
  block.before(mark);
  scrollTo({ top: scrollY + mark.getBoundingClientRect().top - innerHeight / 3, behavior: "instant" });
}

// An address within the page, or an error that has the focus, comes first.
const elsewhere = location.hash || document.querySelector("[data-focus]");
const isNew = performance.getEntriesByType("navigation")[0]?.type !== "back_forward";
if (isNew && !elsewhere && kept > 20 && kept < 980) document.fonts.ready.then(goBack);

addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(keep, PAUSE_MS); }, { passive: true });
addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
