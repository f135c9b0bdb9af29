// The page of an attempt that stands still: it leads back to the questions as soon as the proctor lets the exam go on,
// and shows what the proctor announces meanwhile.

const PERIOD = 10_000;

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok && answer.redirected) return location.assign(answer.url);
    if (answer.ok) lay(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Off the line for a moment: the next look will tell.
  }
  setTimeout(look, PERIOD);
}

/** What was said in the room since; what is being typed stays while nothing is new. */
function lay(page) {
  const [old, fresh] = [document, page].map((one) => one.getElementById("kabar"));
  if (!fresh || old.dataset.mark === fresh.dataset.mark) return;
  old.dataset.mark = fresh.dataset.mark;
  old.replaceChildren(...fresh.childNodes);
  document.getElementById("bantuan")?.replaceWith(page.getElementById("bantuan"));
}

setTimeout(look, PERIOD);
