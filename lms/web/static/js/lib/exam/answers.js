// What has been answered, as this page knows it: the server's state, and over it the events still on their way.

export class Answers {
  /** state: [{n, answer, flag, opened}]; an answer is null, a text, a truth value, or a list of option ids. */
  constructor(state) {
    this.items = new Map(state.map(({ n, answer, flag, opened }) => [n, { answer, flag, opened }]));
  }

  get size() {
    return this.items.size;
  }

  of(n) {
    return this.items.get(n);
  }

  apply({ item, kind, value }) {
    const known = this.items.get(item);
    if (!known) return;
    known.opened = true;
    if (kind === "answer") known.answer = JSON.parse(value);
    if (kind === "flag") known.flag = JSON.parse(value);
  }

  /** The state of a question in the words of the grid: "new", "blank", "done", "unsure" or "unsure done". */
  look(n) {
    const { answer, flag, opened } = this.of(n);
    if (flag) return isBlank(answer) ? "unsure" : "unsure done";
    if (!isBlank(answer)) return "done";
    return opened ? "blank" : "new";
  }

  /** Numbers of the questions for which `holds(look)` is true. */
  numbers(holds) {
    return [...this.items.keys()].filter((n) => holds(this.look(n)));
  }

  get blank() {
    return this.numbers((look) => !look.includes("done"));
  }

  get unsure() {
    return this.numbers((look) => look.includes("unsure"));
  }

  get answered() {
    return this.size - this.blank.length;
  }
}

export function isBlank(answer) {
  return answer === null || answer === undefined || answer === "" || answer.length === 0;
}

/** Read the answer out of a question's inputs. */
export function read(inputs, kind) {
  const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
  if (kind === "multiple_choice") return chosen.length ? chosen : null;
  if (kind === "true_false") return chosen.length ? chosen[0] === "true" : null;
  if (kind === "numeric") return inputs[0].value.trim() || null;
  return chosen[0] ?? null;
}

/** Show an answer in a question's inputs. */
export function write(inputs, answer) {
  const chosen = new Set(isBlank(answer) ? [] : [answer].flat().map(String));
  for (const input of inputs) {
    if (input.type === "radio" || input.type === "checkbox") input.checked = chosen.has(input.value);
    else input.value = isBlank(answer) ? "" : String(answer);
  }
}
