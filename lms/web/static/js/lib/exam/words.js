// The words of this page. They stand in the page, in its language; the script brings none of its own.

const said = document.getElementById("kata").dataset;
const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;

/** word("saved", {time: "10.42"}): the text of data-saved, with {time} filled in. */
export function word(name, values = {}) {
  return said[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** 9, 31, dan 44; in English 9, 31 and 44 */
export function listed(numbers) {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(numbers.map(String));
}

/** 10.42, on the wall clock of the sitting's zone; in English 10:42. */
export function clockTime(date) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: said.zone };
  return new Intl.DateTimeFormat(locale, options).format(date);
}

/** 1.250,5 of "1250.5", with a minus as wide as its figures */
export function figure(number) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(number).replace("-", "−");
}

/** 00.42.10 */
export function countdown(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(language === "en" ? ":" : ".");
}

/** 42 menit; below one minute, seconds. */
export function duration(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const [n, unit] = seconds < 60 ? [seconds, "second"] : [Math.round(seconds / 60), "minute"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(n);
}
