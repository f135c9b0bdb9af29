// The page of a closed attempt: does this browser still keep answers or files of it? Only then what sends them is fetched.

import { ofAttempt, ofBoth } from "./lib/exam/kept.js";

const { attempt, sender } = document.getElementById("tertinggal").dataset;

async function look() {
  const counts = await ofBoth((store) => store.count(ofAttempt(attempt)));
  if (counts.some(Boolean)) await import(sender);
}

look();
