// Passwords can be shown while they are typed. Without this script the fields are plain password fields.
for (const field of document.querySelectorAll("input[data-reveal]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? field.dataset.conceal : field.dataset.reveal;
    button.setAttribute("aria-label", `${button.textContent}: ${field.labels[0].textContent}`);
  };
  button.addEventListener("click", () => show(field.type === "password"));
  // Sent as a password, so that no browser offers to remember it as a plain word.
  field.form.addEventListener("submit", () => show(false));
  const join = document.createElement("div");
  join.className = "join";
  field.replaceWith(join);
  join.append(field, button);
  show(false);
}
