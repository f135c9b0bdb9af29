// The page of a file that is being read keeps itself fresh until the file is read. Without this script it loads itself again.

const PERIOD = 2_000;
const place = document.getElementById("kemajuan");

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page && page.getElementById("kemajuan");
    if (!fresh) return location.reload(); // it is read, or gone
    for (const name of ["title", "h1"]) document.querySelector(name).textContent = page.querySelector(name).textContent;
    renew(fresh);
  } catch {
    // Off the line for a moment: the next look will tell.
  }
  setTimeout(look, PERIOD);
}

// What is said aloud is changed only when the step does.
function renew(fresh) {
  const [said, saying] = [place, fresh].map((one) => one.querySelector("[role=status]"));
  if (said.textContent !== saying.textContent) said.textContent = saying.textContent;
  saying.remove();
  place.replaceChildren(said, ...fresh.childNodes);
}

setTimeout(look, PERIOD);
