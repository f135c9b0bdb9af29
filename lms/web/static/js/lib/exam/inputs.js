// The inputs of a question, and what their values alone do not show.

import { arrange } from "./ordering.js";

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
  const upload = frame.querySelector("[data-upload]");
  if (upload) nameFile(upload);
}

export function countWords(target) {
  const place = target.parentElement?.querySelector("[data-words]");
  if (place) place.textContent = place.dataset.said.replace("{n}", String(target.value.split(/\s+/).filter(Boolean).length));
}

function nameFile(upload) {
  const { value } = upload.querySelector("[name=jawaban]");
  const sent = upload.querySelector("[data-sent]");
  sent.hidden = !value;
  sent.querySelector("[data-name]").textContent = value ? JSON.parse(value).name : "";
}
