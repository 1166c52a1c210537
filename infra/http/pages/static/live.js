// Keeps the list of findings live: counts follow, a row that ceases or comes again marks itself, nothing moves.
// What opened since is told, and shown when the reader loads the list again.

import { flash, follow } from "./following.js";

const live = document.getElementById("live");
const lang = document.documentElement.lang;
const number = new Intl.NumberFormat(lang === "vi" ? "vi-VN" : "en-GB");
const part = (name) => live.querySelector(`.${name}`);
const { unit, severity, narrow, gone } = live.dataset;
const rules = live.dataset.rules ? live.dataset.rules.split(" ") : null;

follow(
  live,
  {
    "violation.opened": (data) => changed(JSON.parse(data).data, +1),
    "violation.ceased": (data) => changed(JSON.parse(data).data, -1),
    restarted: () => { part("news").hidden = false; },
  },
  { unit },
);

function changed(told, by) {
  const row = document.querySelector(`[data-finding="${CSS.escape(`${told.dossier}~${told.rule}`)}"]`);
  const ofRule = document.querySelector(`[data-rule="${CSS.escape(told.rule)}"]`);
  if (row) marked(row, by);
  // The stream knows rules and units only: of an officer's, a dossier's or a period's findings what is on the page is followed.
  if (narrow && !row) return;
  if (!narrow) {
    if (ofRule) counted(ofRule, by);
    if ((!rules || rules.includes(told.rule)) && (!severity || ofRule)) total(by);
  }
  if (rules && !rules.includes(told.rule)) return;
  const news = part(by > 0 ? "opened" : "ceased");
  news.textContent = number.format(Number(news.dataset.n = Number(news.dataset.n || 0) + 1));
  part("news").hidden = false;
}

function marked(row, by) {
  row.classList.toggle("gone", by < 0);
  row.querySelector(".gone-note")?.remove();
  if (by < 0) {
    const note = document.createElement("span");
    note.className = "gone-note tag";
    note.textContent = gone;
    row.querySelector(".first").append(" ", note);
  }
  flash(row);
}

function counted(place, by) {
  place.dataset.n = Math.max(0, Number(place.dataset.n) + by);
  place.textContent = number.format(Number(place.dataset.n));
  flash(place);
}

function total(by) {
  const place = document.querySelector("[data-total]");
  const before = Number(place.dataset.total);
  place.dataset.total = Math.max(0, before + by);
  place.textContent = place.textContent.replace(/[\d.,]+/, number.format(Number(place.dataset.total)));
  flash(place);
}
