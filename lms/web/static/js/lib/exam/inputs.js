// The inputs of a question, and what their values alone do not show.

import { partsIn } from "./numbers.js";
import { arrange } from "./ordering.js";
import { figure } from "./words.js";

const FITS = 24; // letters of a choice in the field of a phone
export const INPUTS = "[name=jawaban], [name^=jawaban-], [name=yakin]";

/** An input as the server sent it, whatever was changed before this script ran. */
export function served({ name, type, value, defaultChecked, defaultValue, options }) {
  const first = options && [...options].find((option) => option.defaultSelected);
  const typed = type === "text" || type === "textarea" ? defaultValue : value;
  return { name, checked: defaultChecked, value: options ? (first?.value ?? "") : typed };
}

/** After values have changed: the order of texts, the number of words, the name of a file. */
export function dress(frame) {
  const list = frame.querySelector("[data-order]");
  if (list) arrange(list);
  const text = frame.querySelector("textarea");
  if (text) countWords(text);
  for (const choice of frame.querySelectorAll(".matches select")) tellChosen(choice);
  const upload = frame.querySelector("[data-upload]");
  if (upload) nameFile(upload);
  const number = frame.querySelector("[data-units]");
  if (number) tellNumber(number);
}

/** Say under a number how it is read, or that it is none. Returns what is said; empty for any other input. */
export function tellNumber(target) {
  if (!target.dataset.units) return "";
  const units = JSON.parse(target.dataset.units);
  const found = partsIn(target.value, units);
  const place = document.getElementById(`${target.id}-t`);
  const isBlank = !target.value.trim();
  place.hidden = isBlank;
  place.classList.toggle("err", !found && !isBlank);
  target.ariaInvalid = found || isBlank ? null : "true";
  if (isBlank) place.textContent = "";
  else if (found) place.textContent = `${place.dataset.read} ${figure(found.number)} ${found.unit || units[0]}`.trimEnd();
  else place.textContent = place.dataset.unread;
  return place.textContent;
}

/** Repeat in full what was chosen in a list whose field is too narrow for it; screen readers have it from the list. */
export function tellChosen(target) {
  const place = target.parentElement?.querySelector("[data-chosen]");
  if (!place) return;
  const text = target.value ? target.selectedOptions[0].text : "";
  place.textContent = text.length > FITS ? text : "";
}

export function countWords(target) {
  const place = target.parentElement?.querySelector("[data-words]");
  if (place) place.textContent = place.dataset.said.replace("{n}", String(target.value.split(/\s+/).filter(Boolean).length));
}

function nameFile(upload) {
  const { value } = upload.querySelector("[name=jawaban]");
  const kept = upload.querySelector("[data-kept]");
  kept.hidden = !value;
  kept.querySelector("[data-name]").textContent = value ? JSON.parse(value).name : "";
}
