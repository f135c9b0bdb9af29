// The page of an attempt that stands still: it leads back to the questions as soon as the proctor lets the exam go on.

const PERIOD = 10_000;

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok && answer.redirected) return location.assign(answer.url);
  } catch {
    // Off the line for a moment: the next look will tell.
  }
  setTimeout(look, PERIOD);
}

setTimeout(look, PERIOD);
