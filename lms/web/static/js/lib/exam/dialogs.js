// The dialogs: sign in again without leaving the page, take the exam to this device, and the shortcuts.

import { shortcutsWanted, wantShortcuts } from "./keys.js";
import { Failure } from "./server.js";
import { word } from "./words.js";

const dialog = (name) => document.getElementById(`d-${name}`);

/** Moving has none where it takes more than the password: then its page asks. */
export const hasDialog = (name) => dialog(name) !== null;

export function openDialog(name) {
  if (!dialog(name).open) dialog(name).showModal();
}

/** server: whom to ask. back(): called when saving may go on. */
export function prepareDialogs(server, back) {
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  onSubmit("sign-in", (form, button) => signInAgain(server, form, button.name === "sudah", back));
  if (hasDialog("move")) onSubmit("move", (form) => moveHere(server, form));
  const box = dialog("shortcuts").querySelector("input");
  box.checked = shortcutsWanted();
  box.addEventListener("change", () => wantShortcuts(box.checked));
}

/** Run `work` when the dialog's form is sent. It returns the name of a problem to show, or nothing. */
function onSubmit(name, work) {
  const form = dialog(name).querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    const pressed = document.activeElement;
    button.disabled = true;
    const problem = await work(form, event.submitter).catch(problemOf);
    button.disabled = false;
    show(form, problem);
    if (dialog(name).open && document.activeElement === document.body) pressed.focus(); // a button that rests loses the focus
  });
}

/** isSignedIn: it was done in another tab, with a second factor. */
async function signInAgain(server, form, isSignedIn, back) {
  const outcome = isSignedIn ? await server.resume() : await server.signIn(form.nip.value, form.sandi.value);
  if (outcome !== "done") return outcome;
  await server.renew();
  form.reset();
  dialog("sign-in").close();
  back();
  return null;
}

/** The other device may have written meanwhile: the page starts again from what the server has; who is signed out signs in there. */
async function moveHere(server, form) {
  const isSignedIn = (await server.resume()) === "done"; // in a later session than the page's, too
  const outcome = isSignedIn ? await server.move(form.sandi.value) : "sign-in";
  if (outcome !== "done" && outcome !== "sign-in") return outcome === "wrong" ? "wrong-password" : outcome;
  location.reload();
  return null;
}

const PROBLEMS = { wrong: "problemWrong", "wrong-password": "problemPassword", moved: "problemMoved", place: "placeHelp", "too-often": "problemTooOften", "second-factor": "problemSecondFactor", network: "problemUnreachable" };

function problemOf(failure) {
  if (!(failure instanceof Failure)) throw failure;
  return failure.why;
}

function show(form, problem) {
  form.querySelector("[role=alert]").textContent = problem && problem !== "done" ? word(PROBLEMS[problem] ?? "problemOther") : "";
  for (const part of form.querySelectorAll("[data-second-factor]")) part.hidden = problem !== "second-factor";
}
