// What has been answered, as this page knows it: the server's state, and over it the events still on their way.

export class Answers {
  /** state: [{n, answer, flag, opened}]; an answer is null, or what `read` makes of its kind. */
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
  const certainty = inputs.find(({ name, checked }) => name === "yakin" && checked);
  const answer = bare(inputs.filter(({ name }) => name !== "yakin"), kind);
  return certainty && answer !== null ? { answer, certainty: Number(certainty.value) } : answer;
}

function bare(inputs, kind) {
  const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
  switch (kind) {
    case "multiple_choice":
      return chosen.length ? chosen : null;
    case "true_false":
      return chosen.length ? chosen[0] === "true" : null;
    case "numeric":
    case "short_text":
      return inputs[0].value.trim() || null;
    case "essay":
      return inputs[0].value.trim() ? inputs[0].value : null;
    case "file":
      return inputs[0].value ? JSON.parse(inputs[0].value) : null;
    case "ordering":
      return ordered(inputs);
    case "matching":
    case "cloze":
      return filled(inputs);
    default:
      return chosen[0] ?? null;
  }
}

/** {id: value} of the parts that hold something. */
function filled(inputs) {
  const parts = inputs.map(({ name, value }) => [idOf(name), value.trim()]).filter(([, value]) => value);
  return parts.length ? Object.fromEntries(parts) : null;
}

/** Ids by the numbers beside them. */
function ordered(inputs) {
  if (!inputs.some(({ value }) => value)) return null;
  const place = ({ value }) => Number(value) || inputs.length + 1;
  return [...inputs].sort((a, b) => place(a) - place(b)).map(({ name }) => idOf(name));
}

/** Show an answer in a question's inputs. */
export function write(inputs, answer, kind) {
  const isWrapped = inputs.some(({ name }) => name === "yakin");
  const certainty = isWrapped ? String(answer?.certainty ?? 1) : null;
  const shown = isWrapped ? answer?.answer : answer;
  for (const input of inputs) {
    if (input.name === "yakin") input.checked = input.value === certainty;
    else put(input, shown, kind);
  }
}

function put(input, answer, kind) {
  const blank = isBlank(answer);
  if (input.type === "radio" || input.type === "checkbox") input.checked = !blank && [answer].flat().map(String).includes(input.value);
  else if (blank) input.value = "";
  else if (kind === "ordering") input.value = String(answer.indexOf(idOf(input.name)) + 1 || "");
  else if (kind === "file") input.value = JSON.stringify(answer);
  else input.value = input.name === "jawaban" ? String(answer) : (answer[idOf(input.name)] ?? "");
}

const idOf = (name) => name.slice("jawaban-".length);
