// Parts of a page that are put anew, and the focus, which stays with whoever goes through the page by keys.

/** Change a place. A focus that was in it goes to its like in what came, or else to the element that `elsewhere` gives. */
export function renew(place, change, elsewhere = () => place) {
  const focused = document.activeElement;
  const wasHere = focused !== place && place.contains(focused);
  change();
  if (wasHere && isLost()) place.querySelector(nameOf(focused))?.focus({ preventScroll: true });
  if (!wasHere || !isLost()) return;
  const other = elsewhere();
  if (other.tabIndex < 0) other.tabIndex = -1; // no control, and to be focused all the same
  other.focus({ preventScroll: true });
}

function nameOf({ id, dataset, localName, attributes: { href } }) {
  if (id) return `#${CSS.escape(id)}`;
  if (dataset.n) return `[data-n="${dataset.n}"]`;
  return href ? `${localName}[href="${CSS.escape(href.value)}"]` : localName;
}

/** Gone, hidden, or no longer to be used: browsers tell so at once or only when they next draw the page. */
function isLost() {
  const { activeElement: now, body } = document;
  return !now || now === body || now.matches(":disabled") || now.getClientRects().length === 0;
}
