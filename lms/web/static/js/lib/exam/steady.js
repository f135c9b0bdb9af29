// What stands above the question may come and go; the question stays where it is. A finger on its way down to an option would
// meet another one, since a strip is about as high as an option.

const main = document.querySelector("main");

/** Change what stands above. The page is scrolled by as much as that moved it, and where there is no room to scroll, gets some. */
export function steady(change) {
  const before = place();
  change();
  let moved = place() - before;
  if (moved > 0) {
    const filled = Math.min(moved, gap());
    setGap(gap() - filled);
    moved -= filled;
    document.body.style.minHeight = `${Math.ceil(innerHeight + scrollY + moved)}px`;
  }
  scrollBy({ top: moved, behavior: "instant" });
  setGap(gap() + Math.max(before - place(), 0)); // it cannot be scrolled up beyond its top
}

/** Another view is shown from its top: it needs no room for what has gone. */
export function settle() {
  setGap(0);
  document.body.style.minHeight = "";
}

const place = () => main.getBoundingClientRect().top;
const gap = () => Number.parseFloat(main.style.marginTop) || 0;

function setGap(height) {
  main.style.marginTop = height < 1 ? "" : `${height}px`;
}
