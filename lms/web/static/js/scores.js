// The score screen keeps itself fresh and turns its pages. Without this script the page loads itself again instead.

const place = document.getElementById("skor-hidup");
const button = document.querySelector("[data-hold]");
const { address, turns, hold, go, lost } = place.dataset;
const tags = new Map(); // page → the tag and the figures that were last seen of it

let since = place.querySelector("[data-fresh]").textContent;
let isHeld = Boolean(place.dataset.held);

const note = () => place.querySelector("#segar");

async function look() {
  if (document.hidden) return;
  const { page, next } = note().dataset;
  const wanted = isHeld ? page : next;
  const seen = tags.get(wanted);
  const at = new URL(address, location.href);
  at.searchParams.set("hal", wanted);
  try {
    const answer = await fetch(at, { cache: "no-store", headers: seen ? { "If-None-Match": seen.tag } : {} });
    if (answer.status === 404) return location.reload(); // the screen has ended
    if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
    const html = answer.status === 304 ? seen.html : (await answer.json()).html;
    tags.set(wanted, { tag: answer.headers.get("ETag"), html });
    place.innerHTML = html;
    since = answer.headers.get("X-Read");
    place.querySelector("[data-fresh]").textContent = since;
  } catch {
    note().classList.replace("ok", "off");
    note().querySelector("span").textContent = lost.replace("{time}", since);
  }
}

button.setAttribute("role", "button");
button.addEventListener("click", (event) => {
  event.preventDefault();
  isHeld = !isHeld;
  button.querySelector("span").textContent = isHeld ? go : hold;
});

setInterval(look, turns * 1000);
