// A reviewer who marks another question as not to stand beside this one has not begun anew: what is ticked and typed so far comes back
// on the page that follows, as long as it shows the same version.
const review = document.querySelector("#tinjauan-soal");
const version = review.elements.versi.value;
const place = `tinjauan ${location.pathname}`;
const boxes = () => [...review.querySelectorAll("input[name=periksa]")];
const reason = document.querySelector("#kembalikan-soal [name=alasan]");

const kept = JSON.parse(sessionStorage.getItem(place) || "null");
sessionStorage.removeItem(place);
if (kept?.version === version) {
  for (const box of boxes()) box.checked ||= kept.ticked.includes(box.value);
  if (!reason.value) reason.value = kept.reason;
}

for (const form of document.querySelectorAll("form[data-aside]")) {
  form.addEventListener("submit", () => {
    const ticked = boxes().filter((box) => box.checked).map((box) => box.value);
    sessionStorage.setItem(place, JSON.stringify({ version, ticked, reason: reason.value }));
  });
}
