// The two handles of a dossier's page. A page without this script has two lists and a button; this puts a slider beside each list, and
// brings the parts of the page that its address changes. No figure is computed here: what is shown is what the server says.

import { fetchPage, renewing } from "./asking.js";
import { flash, follow } from "./following.js";
import { show } from "./patching.js";

const form = document.querySelector(".time form");
const told = form?.querySelector(".told");
let loading = null;

function address() {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) said.append(name, value);
  const query = said.toString();
  return query ? `${form.getAttribute("action")}?${query}` : form.getAttribute("action");
}

/** Put in the parts of another picture of this page, which the reader asked for: its address is the page's from now on. */
async function load(url) {
  loading?.abort();
  loading = new AbortController();
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  try {
    const page = await fetchPage(url, { byItself: false, signal: loading.signal });
    if (page === null) return location.assign(url); // to sign in again, or to be told why not
    show(page, "[data-part]");
    history.replaceState(null, "", url);
    const label = document.querySelector("#live .on");
    if (label) label.hidden = past() || !document.querySelector("#live .paused").hidden;
    told.textContent = "";
    main.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name === "AbortError") return;
    told.textContent = form.dataset.failed;
    main.removeAttribute("aria-busy");
  }
}

function handle(list) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.id = `${list.id}-slider`;
  slider.min = 0;
  slider.max = list.options.length - 1;
  slider.step = 1;
  slider.value = list.selectedIndex;
  slider.disabled = list.options.length < 2;
  const label = form.querySelector(`label[for="${list.id}"]`);
  label.htmlFor = slider.id;
  const shown = document.createElement("output");
  shown.htmlFor = slider.id;
  const say = () => {
    const words = list.options[slider.value].text;
    slider.setAttribute("aria-valuetext", words);
    shown.textContent = words;
  };
  say();
  let waiting = 0;
  slider.addEventListener("input", () => {
    list.selectedIndex = Number(slider.value);
    say();
    clearTimeout(waiting);
    waiting = setTimeout(() => load(address()), 60);
  });
  list.hidden = true;
  list.before(slider, shown);
  return { axis: list.name, slider, list, say };
}

if (form) {
  const handles = [...form.querySelectorAll("select")].map(handle);
  form.classList.add("live");
  form.querySelector("button").hidden = true;
  // The steps and the other links of this panel move the handles; a link to a stop that no list has is followed as any link is.
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const asked = new URL(link.href).searchParams;
    const places = handles.map(({ axis, list }) => [...list.options].findIndex((each) => each.value === (asked.get(axis) ?? "")));
    if (places.includes(-1)) return;
    event.preventDefault();
    const focused = document.activeElement?.getAttribute("aria-label");
    handles.forEach(({ slider, list, say }, n) => {
      list.selectedIndex = slider.value = places[n];
      say();
    });
    load(address()).then(() => focused && form.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus());
  });
}

// ── live: as long as the page is about now, another judgement brings its parts, and what is new in the story marks itself. ──

const live = document.getElementById("live");

const past = () => /[?&](as_of|known_at)=/.test(location.search);

const changed = renewing((page) => {
  if (past()) return;
  const before = new Set([...document.querySelectorAll(".story > li, .found")].map((each) => each.textContent));
  show(page, "[data-part]");
  for (const each of document.querySelectorAll(".story > li, .found")) {
    if (!before.has(each.textContent)) flash(each, 4000);
  }
  live.querySelector(".news").hidden = false;
});

function judged() {
  live.querySelector(".news").hidden = true; // not before what is new is there
  changed();
}

if (live && !live.dataset.past) follow(live, { judgement: judged }, { silent: past });
