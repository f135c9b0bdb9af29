// How a typed number is read: as lms/questions/kinds/numbers.py reads it, which says the rule and marks by it.

const LONGEST = 40;
const UNSIGNED = /^[0-9]{1,15}(\.[0-9]{1,10})?$/;
const GROUPED = { ".": /^[0-9]{1,3}(\.[0-9]{3})+$/, ",": /^[0-9]{1,3}(,[0-9]{3})+$/ };

/** {number, unit} of what was typed: the number as 1250.5, and which of the units stands behind it; null for no number. */
export function partsIn(typed, units) {
  if ([...typed].length > LONGEST) return null;
  const text = bare(typed).replace(/[\u2010-\u2014\u2212]/g, "-");
  for (const unit of [...units].sort((a, b) => bare(b).length - bare(a).length)) {
    const ending = bare(unit);
    const number = ending && text.endsWith(ending) && read(text.slice(0, -ending.length));
    if (number) return { number, unit };
  }
  const number = read(text);
  return number && { number, unit: "" };
}

const bare = (text) => text.replace(/[\s\p{Cf}]/gu, "").toLowerCase();

function read(digits) {
  const sign = /^[+-]/.test(digits) ? digits[0] : "";
  const number = plain(digits.slice(sign.length));
  return UNSIGNED.test(number) ? sign.replace("+", "") + number : null;
}

function plain(text) {
  const [dots, commas] = [".", ","].map((mark) => text.split(mark).length - 1);
  if (dots && commas) {
    const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
    return joined(text.slice(0, at), text[at] === "." ? "," : ".", text.slice(at + 1));
  }
  if (dots + commas > 1 || (dots && groupsThousands(text))) return joined(text, dots ? "." : ",", "");
  const [whole, fraction] = text.split(/[.,]/);
  return whole || fraction ? (whole || "0") + (fraction ? `.${fraction}` : "") : "";
}

function groupsThousands(text) {
  const [before, after] = text.split(".");
  return after.length === 3 && before.length >= 1 && before.length <= 3 && !before.startsWith("0");
}

function joined(whole, mark, fraction) {
  return GROUPED[mark].test(whole) ? whole.replaceAll(mark, "") + (fraction ? `.${fraction}` : "") : "";
}
