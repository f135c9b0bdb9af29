// Texts to be put in order by buttons. The numbers beside them are what is read; without this script they are chosen.

/** A press on Naik or Turun. Returns whether the order has changed. */
export function turn(button) {
  const item = button.closest("[data-item]");
  const list = item.parentElement;
  const up = button.dataset.turn === "-1";
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (other && up) other.before(item);
  if (other && !up) other.after(item);
  number(list);
  button.focus();
  const n = [...list.children].indexOf(item) + 1;
  const values = { item: item.querySelector(".what").textContent.trim(), n, size: list.children.length };
  list.parentElement.querySelector("[data-order-said]").textContent = list.dataset.said.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  return Boolean(other);
}

/** Bring the texts into the order of their numbers, where they have any. */
export function arrange(list) {
  const place = (item) => Number(item.querySelector("select").value);
  list.append(...[...list.children].sort((a, b) => place(a) - place(b)));
  tell(list, [...list.children].some(place));
}

function number(list) {
  [...list.children].forEach((item, at) => (item.querySelector("select").value = String(at + 1)));
  tell(list, true);
}

/** That the order is not an answer yet is said until it is one. */
function tell(list, isAnswer) {
  const hint = list.parentElement.querySelector("[data-unordered]");
  hint.hidden = isAnswer;
  if (isAnswer) list.removeAttribute("aria-describedby");
  else list.setAttribute("aria-describedby", hint.id);
}
