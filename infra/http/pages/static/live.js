// Keeps the list of findings live: its figures follow, a row that ceases or comes again marks itself, nothing moves. That the list is
// another is told, and it is shown when the reader loads it again. No figure is computed here: the page is asked for anew.

import { renewing } from "./asking.js";
import { flash, follow } from "./following.js";
import { show } from "./patching.js";

const live = document.getElementById("live");
const listed = (page) => [...page.querySelectorAll("[data-finding]")].map((row) => row.dataset.finding).join("\n");
const before = listed(document);

const changed = renewing((page) => {
  show(page, "[data-live]", flash);
  live.querySelector(".news").hidden = listed(page) === before;
});

function told(data, ceased) {
  const { dossier, rule } = JSON.parse(data).data;
  const row = document.querySelector(`[data-finding="${CSS.escape(`${dossier}~${rule}`)}"]`);
  if (row) marked(row, ceased);
  changed();
}

function marked(row, gone) {
  row.classList.toggle("gone", gone);
  row.querySelector(".gone-note")?.remove();
  if (gone) {
    const note = document.createElement("span");
    note.className = "gone-note tag";
    note.textContent = live.dataset.gone;
    row.querySelector(".first").append(" ", note);
  }
  flash(row);
}

follow(
  live,
  { "violation.opened": (data) => told(data, false), "violation.ceased": (data) => told(data, true), restarted: changed },
  { unit: live.dataset.unit },
);
